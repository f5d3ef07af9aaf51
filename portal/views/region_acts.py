"""Entering what happens to a region: one form and one operation for each kind of event."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.access import in_care_of, may_change_region
from portal.errors import Refused
from portal.finding import full_names
from portal.forms import regions as forms
from portal.gate import roles_only
from portal.models import Region, RegionName, User
from portal.once import once
from portal.operations import region_moves, regions
from portal.versions import Stale

NO_DAY = "此后各页按新的情况显示，以前的日期仍按当时的情况显示。"


@dataclass(frozen=True)
class Act:
    """A kind of event: its words, its form, and the operation that the form is handed to."""

    label: str
    button: str
    form: type
    run: object
    done: str
    intro: object = None
    ends: bool = False


def _rename(region, form, sent, **who):
    regions.rename_region(region, name=sent["name"], kind=sent["kind"], **who)


def _recode(region, form, sent, **who):
    regions.recode_region(region, code=sent["code"], **who)


def _exchange(region, form, sent, **who):
    regions.exchange_codes(region, other=sent["other"], **who)


def _merge(region, form, sent, **who):
    region_moves.merge_region(region, into=sent["other"], **who)


def _move(region, form, sent, **who):
    region_moves.move_region(region, parent=sent["other"], **who)


def _entrust(region, form, sent, **who):
    confirmed = sent["confirmed"] or sent["other"] is None
    region_moves.entrust_region(region, to=sent["other"], confirmed=confirmed, **who)


def _abolish(region, form, sent, **who):
    region_moves.abolish_region(region, **who)


def _establish(region, form, sent, **who):
    who.pop("version")
    new = {name: sent[name] for name in ("level", "name", "code")}
    regions.establish_region(parent=region, **new, **who)


def _merge_intro(region):
    count, accounts = region.children.in_being().count(), region.users.count()
    left = f"仍属它的 {accounts} 个账号不自动改派，由系统管理员处理。" if accounts else ""
    return (
        f"“{region.name}”自发生日期起终止，下辖 {count} 处区划划归并入的区划。"
        f"原来登记在它名下的单位仍可查到，请随后逐一划转。{left}"
    )


def _abolish_intro(region):
    return (
        f"“{region.name}”自发生日期起终止，不再出现在区划树和各选择框中；历史和名下单位仍可查到。"
    )


ACTS = {
    "rename": Act(
        "更名",
        "登记更名",
        forms.RenameForm,
        _rename,
        "已登记更名。",
        lambda region: f"原名称“{region.name}”转为曾用名，仍可用来查找。{NO_DAY}",
    ),
    "recode": Act(
        "代码变更",
        "登记代码变更",
        forms.RecodeForm,
        _recode,
        "已登记代码变更。",
        lambda region: f"现代码 {region.code or '无'}。区划及其名下的单位、账号不受影响。",
    ),
    "exchange": Act(
        "代码互换",
        "登记代码互换",
        forms.ExchangeForm,
        _exchange,
        "已登记代码互换。",
        lambda region: "两处区划只交换代码，名称、下级和名下的单位都不变。",
    ),
    "move": Act(
        "改隶",
        "登记改隶",
        forms.MoveForm,
        _move,
        "已登记改隶。",
        lambda region: (
            f"现隶属“{region.parent.name if region.parent else '—'}”。"
            "下级区划和名下的单位一并移到新的上级之下，原上级的审核人员不再看到它们。"
        ),
    ),
    "entrust": Act(
        "代管",
        "登记代管",
        forms.EntrustForm,
        _entrust,
        "已登记代管。",
        lambda region: "代管地区的审核人员可以看到并办理这里的单位，隶属关系不变。",
    ),
    "merge": Act(
        "并入他处", "登记并入", forms.MergeForm, _merge, "已登记并入。", _merge_intro, ends=True
    ),
    "abolish": Act(
        "撤销", "登记撤销", forms.AbolishForm, _abolish, "已登记撤销。", _abolish_intro, ends=True
    ),
    "establish": Act(
        "新设下级",
        "登记新设",
        forms.EstablishForm,
        _establish,
        "已登记新设的区划。",
        lambda region: f"新区划设在“{region.name}”之下。",
    ),
}


def open_acts(user, region):
    """The acts a page may offer this person: (act name, label)."""
    if region.ends_on or user.role != user.Role.OFFICER:
        return []
    changes = may_change_region(user, region)
    own = in_care_of(user, region) and region.level != Region.Level.VILLAGE
    offered = {name for name in ACTS if name != "establish" and changes}
    offered |= {"establish"} if own else set()
    return [(name, act.label) for name, act in ACTS.items() if name in offered]


@roles_only(User.Role.OFFICER)
@once
def region_act(request, pk, act):
    """The form of one kind of event, and its entry."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    chosen = ACTS[act]
    sent = request.POST if request.method == "POST" else None
    form = chosen.form(sent, user=request.user, region=region)
    context = _context(region, chosen, form)
    if request.method == "POST" and form.is_valid():
        try:
            _run(chosen, region, form, request)
        except Stale as stale:
            form.data = {**form.data.dict(), "version": stale.current.version}
            form.add_error(None, str(stale))
            context["conflict"] = _conflict(stale.current, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, chosen, region, form)
            return redirect("portal:region", region.pk)
    return render(request, "portal/form.html", context)


def _context(region, act, form):
    return {
        "title": f"{act.label}：{region.name}",
        "section": "regions",
        "form": form,
        "intro": act.intro(region) if act.intro else "",
        "submit_label": act.button,
        "ends": act.ends,
        "trail": _trail(region),
        "back_url": region.get_absolute_url(),
    }


def _trail(region):
    return (("行政区划", reverse("portal:regions")), (region.name, region.get_absolute_url()))


def _run(act, region, form, request):
    who = {"actor": request.user, "at": timezone.now()}
    sent = form.cleaned_data
    act.run(region, form, sent, paper=form.paper, version=sent["version"], **who)


def _say(request, act, region, form):
    messages.success(request, f"“{region.name}”{act.done}")
    name = form.cleaned_data.get("name")
    same = name and regions.namesakes(region, name).exists()
    if same and act is ACTS["rename"]:
        messages.warning(request, f"同一上级之下另有一处也叫“{name}”，请核对。")


def _conflict(current, form):
    """The region as it stands now beside what was filled in."""
    mine = {name: form.data.get(name, "") for name in ("name", "code", "other_text")}
    theirs = {
        "name": current.name,
        "code": current.code or "",
        "other_text": full_names([current.parent])[current.parent_id] if current.parent else "",
    }
    labels = {"name": "名称", "code": "区划代码", "other_text": "上级"}
    return [
        {"label": labels[name], "theirs": theirs[name], "mine": mine[name] or "—"} for name in mine
    ]


@roles_only(User.Role.OFFICER)
@once
def region_name_add(request, pk):
    """Add a short name or an alias."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    form = forms.NameForm(request.POST or None, user=request.user, region=region)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("name", "kind")}
        try:
            regions.add_region_name(region, **sent, actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已添加“{sent['name']}”，查找和导入时都认它。")
            return redirect(region)
    context = {
        "title": f"添加简称或别名：{region.name}",
        "section": "regions",
        "form": form,
        "submit_label": "添加名称",
        "trail": _trail(region),
        "back_url": region.get_absolute_url(),
    }
    return render(request, "portal/form.html", context)


@require_POST
@roles_only(User.Role.OFFICER)
def region_name_end(request, pk, name_pk):
    """Stop using a short name or an alias."""
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    row = get_object_or_404(RegionName.objects.select_related("region"), pk=name_pk, region=region)
    at = timezone.now()
    try:
        regions.end_region_name(row, on=timezone.localdate(at), actor=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{row.name}”已停用，不再用来查找。")
    return redirect(region)
