"""测评体系: the list, one edition, and what may be done with it as a whole."""

from decimal import Decimal
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from evaluations import outline
from evaluations.access import officer_over_round
from evaluations.filters.editions import EditionFilter
from evaluations.forms.editions import CopyForm, CorrectEditionForm, EditionForm, RetireForm
from evaluations.models import IndexEdition
from evaluations.operations import editions as operations
from evaluations.operations.edition_export import note_export, write_edition
from evaluations.rules import structure
from evaluations.tones import EDITION_TONES
from evaluations.tree import neat
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import once
from portal.workbooks import XLSX
from units.views.acts import handle

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK, R.ASSESSOR)
OFFICER = R.OFFICER
DRAFT, PUBLISHED = IndexEdition.State.DRAFT, IndexEdition.State.PUBLISHED
SAMPLE = mark_safe(' <span class="p-label p-sample">示例（非正式）</span>')


class TitleColumn(Column):
    """The name of an edition; a sample says that it is one wherever it shows."""

    def cell(self, row):
        """One table cell."""
        cell = super().cell(row)
        return mark_safe(cell.replace("</td>", f"{SAMPLE}</td>")) if row.is_sample else cell


def _lines(each):
    return f"{outline.plain(each.apply_line)} / {outline.plain(each.pass_line)}"


COLUMNS = (
    TitleColumn(
        "title", "名称", lambda each: each.title, css="first", url=IndexEdition.get_absolute_url
    ),
    Column("family", "测评类型", lambda each: each.family.name, css="nowrap"),
    Column("issuer", "发布单位", lambda each: each.issuer, css="hide-phone"),
    Column("edition_no", "版本", lambda each: each.edition_no, label="版本"),
    Column("region_variant", "地区适用", lambda each: each.region_variant, css="hide-mid"),
    Column("total", "总分", lambda each: outline.plain(each.total), "number", label="总分"),
    Column("lines", "申报线 / 合格线", _lines, css="num hide-phone"),
    Column("starts_on", "施行日期", lambda each: each.starts_on, "date", sort="starts_on"),
    Column("ends_on", "停用日期", lambda each: each.ends_on, "date", css="hide-mid"),
    Column(
        "state",
        "状态",
        IndexEdition.get_state_display,
        "tag",
        tone=lambda each: EDITION_TONES[each.state],
        css="state",
    ),
)


class EditionList(ScopedList):
    """Every edition in sight, by family, the newest first."""

    queryset = IndexEdition.objects.select_related("family").order_by(
        "family__position", "family__pk", "-starts_on", "-pk"
    )
    filterset_class = EditionFilter
    template_name = "evaluations/editions.html"
    columns = COLUMNS
    roles = READERS
    title = "测评体系"
    section = "editions"
    count_word = "套"
    empty_hint = "可以导入民委自己的 Excel 指标表，或新建一套空白的。"

    def get_context_data(self, **kwargs):
        may_add = self.request.user.role == OFFICER
        return super().get_context_data(may_add=may_add, **kwargs)


def fetch(request, pk):
    """An edition in sight, or 404."""
    visible = IndexEdition.objects.visible_to(request.user)
    rows = visible.select_related("family", "region", "based_on", "source")
    return get_object_or_404(rows, pk=pk)


def relatives(request, edition):
    """Other editions of the family in sight, the newest first."""
    visible = IndexEdition.objects.visible_to(request.user).filter(family=edition.family_id)
    return list(visible.exclude(pk=edition.pk).order_by("-starts_on", "-pk"))


def faults_in(edition, nodes):
    """What keeps a draft from being published."""
    return structure.faults(
        [operations.node_of(each) for each in nodes],
        total=edition.total,
        bonus_cap=edition.bonus_cap,
        step=edition.step,
        lines=(("申报线", edition.apply_line), ("合格线", edition.pass_line)),
    )


@require_safe
@roles_only(*READERS)
def edition(request, pk):
    """One edition: its tree, its lines, what it asks of a unit."""
    obj = fetch(request, pk)
    nodes = outline.nodes_of(obj)
    keeps = officer_over_round(request.user, obj)
    office = request.user.role in (R.OFFICER, R.AUDITOR)
    others = relatives(request, obj) if office else []
    page = {
        "edition": obj,
        "title": obj.title,
        "section": "editions",
        "tone": EDITION_TONES[obj.state],
        "rows": outline.rows_of(nodes),
        "figures": outline.figures(obj, nodes),
        "burden": outline.burden_of(obj, nodes),
        "faults": faults_in(obj, nodes) if obj.state == DRAFT else [],
        "others": others,
        "edits": keeps and obj.state == DRAFT,
        "keeps": keeps,
        "office": office,
    }
    return render(request, "evaluations/edition.html", page)


@roles_only(OFFICER)
@once
def edition_new(request):
    """Begin an empty draft."""
    form = EditionForm(request.POST or None, user=request.user, initial=_suggested(request.user))

    def act():
        values = form.values | {"region": request.user.region}
        made = operations.draft_edition(values, [], actor=request.user, at=timezone.now())
        return made, f"已建立草稿“{made}”，请新增一级指标。"

    page = _page("新建测评体系", "建立草稿", reverse(LIST))
    return handle(request, form, act, page, template=FORM)


LIST = "evaluations:editions"


def _suggested(user):
    region = user.region.name if user.region else ""
    return {"issuer": f"{region}民族事务委员会" if region else ""}


@roles_only(OFFICER)
@once
def edition_facts(request, pk):
    """Change the facts of a draft."""
    obj = fetch(request, pk)
    form = CorrectEditionForm(request.POST or None, user=request.user, initial=facts_of(obj))

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        version = form.cleaned_data["version"]
        saved = operations.correct_edition(obj, form.values, version=version, **who)
        return saved, f"已保存“{saved}”的基本信息。"

    page = _page(f"基本信息：{obj.title}", "保存修改", obj.get_absolute_url(), obj)
    return handle(request, form, act, page, template=FORM, told=facts_of)


FORM = "evaluations/edition_form.html"


def facts_of(obj):
    """The form's fields as the edition stands."""
    told = {name: getattr(obj, name) for name in (*IndexEdition.FACTS, "version")}
    return {name: neat(v) if isinstance(v, Decimal) else v for name, v in told.items()}


@roles_only(OFFICER)
@once
def edition_copy(request, pk):
    """Begin the next edition as a copy of this one."""
    obj = fetch(request, pk)
    form = CopyForm(request.POST or None, user=request.user, initial={"title": obj.title})

    def act():
        told = {n: form.cleaned_data[n] for n in ("title", "edition_no", "starts_on")}
        made = operations.copy_edition(obj, **told, actor=request.user, at=timezone.now())
        return made, f"已复制为草稿“{made}”。每个要点都与原要点对应，改写后须再确认。"

    page = _page(f"复制：{obj.title}", "复制为新草稿", obj.get_absolute_url(), obj)
    page["intro"] = "复制后得到一份草稿，原体系和按它打的分不受影响。"
    return handle(request, form, act, page, template=FORM)


@roles_only(OFFICER)
@once
def edition_publish(request, pk):
    """Ask once, with everything that speaks against it in sight; then publish."""
    obj = fetch(request, pk)
    if request.method == "POST":
        try:
            done = operations.publish_edition(obj, actor=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("evaluations:edition-publish", obj.pk)
        messages.success(request, f"已发布“{done}”，从此不能再改；以后的修改请复制为新草稿。")
        return redirect(obj)
    if obj.state != DRAFT:
        messages.error(request, f"“{obj}”{obj.get_state_display()}，不用再发布。")
        return redirect(obj)
    nodes = outline.nodes_of(obj)
    page = _page(f"发布：{obj.title}", "发布", obj.get_absolute_url(), obj)
    page |= {"faults": faults_in(obj, nodes), "burden": outline.burden_of(obj, nodes)}
    page |= {"figures": outline.figures(obj, nodes)}
    return render(request, "evaluations/edition_publish.html", page)


@roles_only(OFFICER)
@once
def edition_retire(request, pk):
    """Take an edition out of use."""
    obj = fetch(request, pk)
    form = RetireForm(request.POST or None, user=request.user)

    def act():
        told = {"on": form.cleaned_data["on"], "note": form.cleaned_data["note"]}
        operations.retire_edition(obj, **told, actor=request.user, at=timezone.now())
        return obj, f"已停用“{obj}”。"

    page = _page(f"停用：{obj.title}", "停用", obj.get_absolute_url(), obj)
    page |= {"ends": True, "intro": "停用后不再用于新的自查和测评，已按它打的分照旧有效。"}
    page["intro"] += "停用的体系不能恢复；要再用，请复制为新草稿。"
    return handle(request, form, act, page, template=FORM)


@require_POST
@roles_only(OFFICER)
def edition_drop(request, pk):
    """Give a draft up."""
    obj = fetch(request, pk)
    try:
        operations.drop_edition(obj, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(obj)
    messages.success(request, f"已放弃草稿“{obj}”。")
    return redirect(LIST)


@require_POST
@roles_only(*READERS)
def edition_export(request, pk):
    """The edition as a workbook, in the layout that the import reads."""
    obj, file, at = fetch(request, pk), BytesIO(), timezone.now()
    write_edition(file, obj)
    note_export(obj, actor=request.user, at=at)
    file.seek(0)
    name = f"{obj.title}（{obj.edition_no}）.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _page(title, label, back, obj=None):
    page = {"title": title, "submit_label": label, "back_url": back, "section": "editions"}
    return page | {"edition": obj}
