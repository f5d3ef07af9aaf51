"""One application: to be seen by everybody in scope, begun, led another way and withdrawn."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.audit_labels import label_of
from portal.gate import roles_only
from portal.models import AuditEvent, User
from portal.once import once
from portal.times import Deadline, day_words
from units.access import clerk_of_unit
from units.application_parts import TITLES
from units.contents import Change, content_of
from units.eligibility import Past, asked_categories, why_not_now
from units.forms.applications import WayForm, WithdrawForm
from units.further import links_for
from units.lifecycles import APPLICATION
from units.materials import files_as_submitted, materials_of
from units.models import Application, Batch, BatchStage, Unit
from units.openings import Shelf, batches_above, opening
from units.operations.application_files import scans_for
from units.operations.applications import (
    choose_way,
    start_application,
    withdraw_application,
)
from units.recommenders import bodies_open_to
from units.stages import Timetable
from units.submissions import submissions_of
from units.tones import application_tone
from units.track import Track
from units.views.acts import handle

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
SHOWN = 30
MINOR = ("application.add_file", "application.remove_file")  # told in the audit log only


def fetch(request, pk):
    """An application in sight with what its pages ask for, or 404."""
    visible = Application.objects.visible_to(request.user).for_display()
    visible = visible.select_related("unit__successor").prefetch_related(
        "batch__stages", "batch__requirements", "batch__quotas"
    )
    return get_object_or_404(visible, pk=pk)


@require_safe
@roles_only(*READERS)
def application(request, pk):
    """Where it stands, what it says, what was said to it, and what has happened."""
    obj = fetch(request, pk)
    made = submissions_of(obj)
    own = clerk_of_unit(request.user, obj)
    content = content_of(obj) if own or not made else made[0].content
    files = None if own else files_as_submitted(obj, content)
    steps = steps_of(request.user, obj)
    told = AuditEvent.objects.about(obj).exclude(action__in=MINOR).select_related("actor")
    context = {
        "application": obj,
        "own": own,
        "content": content,
        "sections": _sections(content),
        "materials": _by_part(materials_of(obj, files=files)),
        "stamped": scans_for(request.user, obj),
        "submissions": made,
        "changes": _changes(made),
        "opinions": opinions_of(obj),
        "track": Track.of(obj, request.arrived_at),
        "tone": application_tone(obj),
        "steps": steps,
        "renamed": renamed(obj, made),
        "history": [(each, label_of(each.action)) for each in told[:SHOWN]],
        "anew": own and _may_begin_anew(obj, request.arrived_at),
        "further": links_for("application", request.user, obj),
        "score_urls": dict(links_for("application-score", request.user, obj)),
        "title": str(obj.unit),
        "section": "applications",
    }
    return render(request, "units/application.html", context)


def steps_of(user, application):
    """The verbs this person may use on it now; of a batch that is over, none."""
    if application.is_left_over:
        return set()
    return {step.verb for step in APPLICATION.open_to(user, application)}


def _may_begin_anew(obj, at):
    """Withdrawn, the batch still takes applications, and the unit has no other one in it."""
    if obj.state != Application.State.WITHDRAWN or why_not_now(obj.batch, at):
        return False
    others = Application.objects.filter(batch=obj.batch, unit=obj.unit)
    return not others.exclude(state=Application.State.WITHDRAWN).exists()


def _by_part(materials):
    """[(title of the part, its requirements)] of those parts that ask for any."""
    parts = {}
    for each in materials:
        parts.setdefault(TITLES[each.part], []).append(each)
    return list(parts.items())


def opinions_of(application):
    """What was said to it, the latest first."""
    rows = application.opinions.select_related("region", "body", "given_by", "file")
    found = list(rows.order_by("-given_at", "-pk"))
    for each in found:
        each.said = [(TITLES.get(key, key), words) for key, words in each.remarks.items() if words]
    return found


def renamed(application, made):
    """Sentences about what became of the unit since it handed in."""
    unit, told = application.unit, []
    if made and made[0].content["unit_name"] != unit.name:
        told.append(f"提交时名称为“{made[0].content['unit_name']}”，现名“{unit.name}”。")
    if made and made[0].content["region"] != unit.region.name:
        told.append(f"提交时属{made[0].content['region']}，现属{unit.region.name}。")
    if unit.successor_id:
        told.append(
            f"单位已于 {day_words(unit.closed_on)}并入“{unit.successor.name}”，"
            f"这份申报不能再提交；由经办的审核人员处理，或由单位撤回。"
        )
    elif unit.closed_on:
        told.append(f"单位已于 {day_words(unit.closed_on)}注销。")
    return told


def _sections(content):
    """(title, [(label, value)]) of what was typed, without the deeds."""
    labels = {
        name: Application._meta.get_field(name).verbose_name
        for name in ("nature", "rank_name", "staff_count", "address")
    }
    rows = [("单位全称", content["unit_name"]), ("统一社会信用代码", content["credit_code"])]
    rows += [("所在地区", content["region"]), ("申报类别", content["category"])]
    rows += [("推荐单位", content["body"])]
    rows += [(label, content[name]) for name, label in labels.items()]
    post = f"（{content['contact_post']}）" if content["contact_post"] else ""
    rows += [("联系人", f"{content['contact_name']}{post}"), ("工作电话", content["contact_phone"])]
    return rows


def _changes(made):
    """[(section title, [Change])] of the last submission against the one before."""
    found = {}
    for each in made[0].changes if made else []:
        title = TITLES.get(each["section"], "单位与推荐渠道")
        change = Change(each["name"], each["label"], each["old"], each["new"])
        found.setdefault(title, []).append(change)
    return list(found.items())


@roles_only(R.CLERK)
@once
def application_new(request, batch, unit):
    """Begin: whether the unit may is told before anything is typed."""
    units = Unit.objects.visible_to(request.user)
    unit = get_object_or_404(units.select_related("region", "category", "successor"), pk=unit)
    batch = get_object_or_404(batches_above([unit]), pk=batch)
    shelf = Shelf.of([batch])
    category = _asked_category(request, unit, shelf.categories)
    form = _way_form(
        request, batch, shelf.bodies(unit, batch), shelf.categories, category=category.pk
    )
    found = opening(Past.of(unit), batch, shelf, request.arrived_at, category=category)

    def act():
        way = {"category": form.chosen_category, "body": form.chosen_body}
        person = {"actor": request.user, "at": request.arrived_at}
        made = start_application(unit, batch, **way, **person)
        url = reverse("units:application-fill", args=[made.pk])
        return url, f"已开始申报“{batch}”，填写的内容会自动保存。"

    page = _page_to_begin(found, category)
    return handle(request, form, act, page, template="units/application_new.html")


def _way_form(request, batch, bodies, categories=None, **initial):
    """Category and body, of those through which the unit may go."""
    asked = asked_categories(batch, bodies, categories)
    data, user = request.POST or None, request.user
    return WayForm(data, user=user, categories=asked, bodies=bodies, initial=initial)


def _page_to_begin(found, category):
    """What the batch of an opening asks of a category."""
    batch = found.batch
    return {
        "title": f"申报：{batch}",
        "batch": batch,
        "unit": found.unit,
        "opening": found,
        "category": category,
        "stages": list(batch.stages.all()),
        "range": batch.words_asked(category),
        "asked": [e for e in batch.requirements.all() if e.category_id in (None, category.pk)],
        "section": "applications",
        "trail": (
            ("申报", reverse("units:applications")),
            ("可申报的批次", reverse("units:open-batches")),
        ),
    }


def _asked_category(request, unit, categories):
    """The one in the address or sent in; otherwise the unit's own."""
    asked = request.POST.get("category") or request.GET.get("category", "")
    return next((each for each in categories if str(each.pk) == asked), unit.category)


@roles_only(R.CLERK)
@once
def application_way(request, pk):
    """Another category or recommending body, while the unit may write."""
    obj = fetch(request, pk)
    away = leave_unless_open(request, obj)
    if away:
        return away
    batch = Batch.objects.prefetch_related("quotas").get(pk=obj.batch_id)
    own = {"category": obj.category_id, "body": obj.body_id}
    form = _way_form(request, batch, bodies_open_to(obj.unit, batch), **own)
    back = reverse("units:application-fill", args=[obj.pk])

    def act():
        way = {"category": form.chosen_category, "body": form.chosen_body}
        choose_way(obj, **way, actor=request.user, at=request.arrived_at)
        return back, "已更改。需要的材料随类别变化，请核对“还差”的各项。"

    page = {
        "title": "更改申报类别或推荐单位",
        "submit_label": "保存更改",
        "back_url": back,
        "section": "applications",
        "trail": (("申报", reverse("units:applications")), (str(obj.batch), back)),
    }
    return handle(request, form, act, page)


def leave_unless_open(request, application):
    """Where to go instead when the unit may not write in it now; else None."""
    if not clerk_of_unit(request.user, application):
        raise Http404
    if application.is_open:
        return None
    messages.error(request, f"这份申报{application.told}，现在不能改。")
    return redirect(application)


@roles_only(R.CLERK)
@once
def application_withdraw(request, pk):
    """Take it back, with a reason."""
    obj = fetch(request, pk)
    if "withdraw" not in steps_of(request.user, obj):
        messages.error(request, f"这份申报{obj.told}，不能撤回。")
        return redirect(obj)
    form = WithdrawForm(request.POST or None, user=request.user)

    def act():
        note = form.cleaned_data["note"]
        withdraw_application(obj, note=note, actor=request.user, at=request.arrived_at)
        return obj, "已撤回。"

    page = ending_page(obj, "撤回申报", _what_follows(obj, request.arrived_at))
    return handle(request, form, act, page)


def ending_page(obj, word, intro):
    """The page on which somebody says why an application ends."""
    back = obj.get_absolute_url()
    return {
        "title": word,
        "submit_label": word,
        "ends": True,
        "intro": intro,
        "back_url": back,
        "section": "applications",
        "trail": (("申报", reverse("units:applications")), (str(obj), back)),
    }


def _what_follows(application, at):
    """What withdrawing means, before the button is pressed."""
    late = Timetable.of(application.batch, at).why_not(BatchStage.Kind.APPLYING)
    start = f"撤回后，“{application.batch}”不再审核这份申报，填写的内容仍可查看。"
    if late:
        return f"{start}{late}撤回后不能在本批次重新申报。"
    stage = Timetable.of(application.batch, at)[BatchStage.Kind.APPLYING]
    deadline = Deadline(stage.ends_at, at)
    until = f"{timezone.localtime(deadline.due_at):%Y-%m-%d %H:%M}"
    return f"{start}申报截止（{until}，{deadline.words}）前可以重新申报。"
