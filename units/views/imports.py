"""名单导入: the lists, a new one, its columns, and what was found about each row."""

from collections import Counter

import django_filters
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.once import act_once
from portal.text import folded
from portal.views.jobs import context_of
from portal.widgets import is_key
from units.forms.imports import MappingForm, NewImportForm
from units.importing import fields
from units.importing.cells import kind_key
from units.importing.findings import TONES, Verdict
from units.importing.names import key
from units.models import ChangeEntry, ImportJob, ImportRow, TitleKind, Unit
from units.operations import imports
from units.operations.import_source import content_of, from_file, from_text
from units.operations.undo import open_until

OFFICER = User.Role.OFFICER
S = ImportJob.State
UNIT = Unit._meta.label_lower
PREVIEW = 5
MAY_BE_NEW = {  # doubts that end by saying the unit is not in the register yet
    "near_name",
    "same_name_elsewhere",
    "unit_closed",
    "unit_ambiguous",
    "credit_code_differs",
    "near_in_file",
}
TABS = [(each.value, each.label) for each in reversed(Verdict)] + [("aside", "暂缓")]
STATE_TONES = {
    "待对应": "t-off",
    "核对中": "t-doing",
    "待应用": "t-due",
    "已应用": "t-ok",
    "已撤回": "t-off",
    "已放弃": "t-off",
}


def told(job):
    """What came of a list, in a few words."""
    words = {"new": "新增", "match": "匹配", "doubt": "疑似", "error": "错误", "aside": "暂缓"}
    return "，".join(f"{words[name]} {job.counts[name]}" for name in words if job.counts.get(name))


class ImportFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名单名称", field_name="name", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label="状态", choices=S.choices, empty_label="全部")

    class Meta:
        model = ImportJob
        fields = ["q", "state"]


class ImportList(ScopedList):
    """One's own lists, the latest first."""

    roles = (OFFICER,)
    queryset = ImportJob.objects.select_related("changeset").order_by("-pk")
    filterset_class = ImportFilter
    template_name = "units/imports.html"
    title = "名单导入"
    section = "imports"
    count_word = "份"
    empty_hint = "导入一份命名名单（Excel、CSV，或从网页、Word 粘贴），逐行核对后再写入名册。"
    columns = (
        Column("name", "名单", str, css="first", width=30, url=ImportJob.get_absolute_url),
        Column("told", "行数", told, width=30),
        Column("created_at", "导入时间", lambda each: each.created_at, "moment", sort="created_at"),
        Column("applied_at", "应用时间", lambda each: each.applied_at, "moment", css="hide-phone"),
        Column(
            "state",
            "状态",
            lambda each: each.state_label,
            "tag",
            tone=lambda each: STATE_TONES[each.state_label],
            css="state",
        ),
    )


def fetch(request, pk):
    """A list of one's own, or 404."""
    visible = ImportJob.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("job", "changeset", "file"), pk=pk)


@roles_only(OFFICER)
def import_new(request):
    """Bring a list: a file, or what was copied from a page."""
    form = NewImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            source = _brought(form.cleaned_data, request.user)
            return act_once(request, lambda: _taken_in(request, source))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "title": "导入名单", "section": "imports"}
    return render(request, "units/import_new.html", context)


def _brought(said, user):
    at, file = timezone.now(), said["file"]
    return from_file(file, file.name, owner=user, at=at) if file else from_text(said["text"], at=at)


def _taken_in(request, source):
    job = imports.take_in(source, actor=request.user, at=timezone.now())
    return redirect("units:import-mapping", job.pk)


@roles_only(OFFICER)
def import_mapping(request, pk):
    """Which column is what; the first rows stand beside it."""
    job = fetch(request, pk)
    if job.state not in ImportJob.OPEN:
        return redirect(job)
    try:
        table = content_of(job)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("units:imports")
    mapping = _asked_for(request, job, table)
    form = MappingForm(request.POST or None, table=table, mapping=mapping, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = {"actor": request.user, "at": timezone.now()}
            mapped = imports.map_import(job, form.chosen, **person)
            imports.start_check(mapped, **person)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(job)
    return render(request, "units/import_mapping.html", _mapping_page(job, table, mapping, form))


def _asked_for(request, job, table):
    """The kept mapping, or a fresh guess for the sheet and heading row asked for."""
    mapping = fields.Mapping.of(job.mapping)
    sheet, row = request.GET.get("sheet", ""), request.GET.get("row", "")
    if is_key(sheet) and int(sheet) < len(table.sheets):
        mapping = fields.guess_sheet(table, int(sheet))
    if is_key(row) and len(row) < 6:
        mapping = fields.guess_at(table, mapping.sheet, int(row))
    return mapping


def _mapping_page(job, table, mapping, form):
    sheet = table.sheets[mapping.sheet]
    body = [row for row in sheet.filled() if row.number > mapping.heading_row][:PREVIEW]
    width = len(form.columns)
    return {
        "job": job,
        "form": form,
        "mapping": mapping,
        "sheets": [(number, each) for number, each in enumerate(table.sheets) if not each.hidden],
        "preview": [(row.number, _padded(row, width)) for row in body],
        "above": fields.titles_above(sheet, mapping),
        "title": f"对应列：{job.name}",
        "section": "imports",
    }


def _padded(row, width):
    texts = [fields.text_of(value) for value in row.values]
    return [*texts, *[""] * (width - len(texts))]


class RowFilter(django_filters.FilterSet):
    verdict = django_filters.CharFilter(method="told_so", label="结果")
    q = django_filters.CharFilter(method="search", label="单位名称", max_length=60)

    class Meta:
        model = ImportRow
        fields = ["verdict", "q"]

    def told_so(self, queryset, name, value):
        if value == "aside":
            return queryset.filter(set_aside=True)
        return queryset.filter(verdict=value, set_aside=False) if value in Verdict else queryset

    def search(self, queryset, name, value):
        word = folded(value)
        found = [row.pk for row in _words(queryset) if word in folded(row.name)]
        return queryset.filter(pk__in=found)


def _words(queryset):
    return queryset.select_related(None).only("job", "raw", "edits")


class ImportResult(ScopedList):
    """A list row by row: what would happen, what waits, and why."""

    roles = (OFFICER,)
    filterset_class = RowFilter
    template_name = "units/import.html"
    section = "imports"
    count_word = "行"

    def get(self, request, *args, **kwargs):
        self.job = fetch(request, kwargs["pk"])
        if self.job.state == S.DRAFT:
            return redirect("units:import-mapping", self.job.pk)
        if self.job.is_at_work:
            page = {**context_of(self.job.job), "list": self.job, "section": "imports"}
            return render(request, "units/import_at_work.html", page)
        return super().get(request, *args, **kwargs)

    def visible(self):
        return self.job.rows.select_related("unit", "place")

    @property
    def title(self):
        return self.job.name

    def get_context_data(self, **kwargs):
        job, counts = self.job, self.job.counts
        waiting = counts.get("doubt", 0) + counts.get("error", 0)
        return super().get_context_data(
            **kwargs,
            job=job,
            state_tone=STATE_TONES[job.state_label],
            tabs=_tabs(counts),
            verdict=self.request.GET.get("verdict", ""),
            waiting=waiting,
            titles=counts.get("new", 0) + counts.get("match", 0) - counts.get("unchanged", 0),
            is_open=job.state == S.CHECKED,
            unknown=_unknown_kinds(job) if job.state == S.CHECKED else [],
            kinds=TitleKind.objects.visible_to(self.request.user).filter(is_active=True),
            until=open_until(job.changeset) if job.changeset else None,
            now=timezone.now(),
            query=self.request.GET.urlencode(),
        )

    def rows(self, page):
        rows = list(page)
        for row in rows:
            row.tone = TONES[row.verdict]
            row.label = Verdict(row.verdict).label
            row.waits = row.verdict in (Verdict.DOUBT, Verdict.ERROR)
            row.told = _told(self.job, row)
            row.mends = _mends(row)
            row.may_be_new = row.reason_code in MAY_BE_NEW and row.place_id
        if self.job.is_undone:
            _as_undone(rows)
        elif self.job.state == S.APPLIED:
            _as_done(self.job, rows)
        return rows


def _tabs(counts):
    total = sum(counts.get(name, 0) for name, _ in TABS)
    return [("", "全部", total), *((name, word, counts.get(name, 0)) for name, word in TABS)]


def _told(job, row):
    """What the list says of the title, in one line."""
    said = {**job.mapping["constants"], **{k: v for k, v in row.raw.items() if v}, **row.edits}
    parts = [said.get(name, "") for name in ("region", "level", "kind", "batch", "year")]
    return " · ".join(part for part in parts if part)


def _as_done(job, rows):
    """What was going to be has come to pass; a new unit is linked from its row."""
    places = {row.place_id for row in rows}
    made = ChangeEntry.objects.filter(changeset=job.changeset, target_type=UNIT)
    units = Unit.objects.filter(pk__in=made.values("target_id"), region__in=places)
    found = {(unit.region_id, key(unit.name)): unit for unit in units}
    for row in rows:
        row.reason = (
            row.reason.replace("将在", "已在").replace("将为", "已为").replace("将补", "已补")
        )
        if row.verdict == Verdict.NEW:
            named = (row.place_id, key(row.name))
            row.unit = found.get(named) or found.get((row.place_id, row.place and row.place.name))


def _as_undone(rows):
    """The list was taken back: its rows wrote nothing that still stands."""
    for row in rows:
        if row.verdict in (Verdict.NEW, Verdict.MATCH):
            row.label, row.tone = "已撤回", "t-off"


def _mends(row):
    """(field, label, text) of the cells that one may mend on the spot."""
    said = row.said
    names = (name for name in dict.fromkeys(row.fault_fields) if name)
    return [(name, fields.LABELS[name], said.get(name, "")) for name in names]


def _unknown_kinds(job):
    """(printed, its comparable form, rows) of titles that are no kind of the portal's yet."""
    counted, printed = Counter(), {}
    for row in job.rows.waiting():
        if "kind_unknown" not in row.codes:
            continue
        said = row.edits.get("kind") or row.raw.get("kind") or job.mapping["constants"]["kind"]
        counted[kind_key(said)] += 1
        printed.setdefault(kind_key(said), said)
    return [(printed[key], key, number) for key, number in counted.most_common()]
