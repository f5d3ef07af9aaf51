"""测评单位: choosing them, the list with how far each is, days of visits, taking them out."""

from functools import cached_property

import django_filters
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.candidates import CandidateListing, Offers
from evaluations.models import Assignment, Inspection, InspectionRound
from evaluations.operations.inspections import choose_units, drop_units, schedule_visits
from evaluations.views.inspection_rounds import OFFICE, fetch_kept, fetch_round, round_page
from portal.dates import parse_date
from portal.errors import Refused
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.picks import fetched, more, ticked
from portal.registers import Act, Register, state_of, tick
from portal.text import folded
from portal.widgets import RegionFilter
from units.models import Unit
from units.views.export import picked_in

R = User.Role
A = Assignment.State
STATES = [
    ("open", "未全部签字"),
    ("signed", "已全部签字"),
    ("short", "没有派足"),
    ("unscheduled", "没有日程"),
]


class Candidates(Register):
    """Units that may be taken into a round; ticked ones, or all that the filter finds."""

    roles = (R.OFFICER,)
    key = "inspection-candidates"
    section = "inspections"
    count_word = "家"
    template_name = "evaluations/inspection_candidates.html"
    empty_hint = "本轮次组织地区内没有可选的单位，或都已选入。"
    acts = (Act("choose", "选入本轮次", frozenset({R.OFFICER})),)
    columns = (
        Column(
            "name",
            "单位全称",
            lambda unit: unit.name,
            url=lambda unit: reverse("units:unit", args=[unit.pk]),
            sort="name",
            css="first",
            fixed=True,
        ),
        Column("category", "类别", lambda unit: unit.category.name, sort="category"),
        Column("region", "行政区划", lambda unit: _where(unit), sort="region"),
        Column("check", "自查", lambda unit: unit.check and unit.check.round.title),
        Column("self_total", "自评", lambda unit: unit.check and unit.check.self_total, "number"),
        Column(
            "edition",
            "测评体系",
            lambda unit: unit.edition.title if unit.edition else "没有适用的体系",
            css="state",
        ),
    )

    @cached_property
    def round(self):
        return fetch_kept(self.request, self.kwargs["pk"])

    @cached_property
    def listing(self):
        return CandidateListing(self.request.user, self.request.GET, self.round)

    def picks(self):
        form = self.filterset.form
        options = {name: reverse("units:options", args=[name]) for name in ("region", "category")}
        return [
            ticked(form, "checked", kind="radio"),
            fetched(form, "region", options["region"], "区划名称、简称或拼音"),
            fetched(form, "category", options["category"], "类别名称"),
            ticked(form, "level"),
            ticked(form, "status"),
            more(ticked(form, "expiring", kind="radio")),
        ]

    def get_context_data(self, **kwargs):
        if self.round.state == InspectionRound.State.FINISHED:
            self.acts = ()
        context = super().get_context_data(**kwargs)
        own = reverse("evaluations:inspection-candidates", args=[self.round.pk])
        page = round_page(self.request, self.round, "units")
        return (
            context
            | page
            | {
                "title": "选定测评单位",
                "list_url": own,
                "bulk_url": reverse("evaluations:inspection-choose", args=[self.round.pk]),
            }
        )


def _where(unit):
    """旗 and 苏木 of a unit; the city's own say the city."""
    names = [name for tier, name in unit.places.items() if tier in ("county", "township")]
    return "".join(names) or unit.places.get("city")


@require_POST
@roles_only(R.OFFICER)
def inspection_choose(request, pk):
    """Take the ticked units, or all that the filter finds, into the round."""
    round = fetch_kept(request, pk)
    listing = CandidateListing(request.user, request.GET, round)
    picked = picked_in(request)
    if request.POST.get("scope") == "picked" and not picked:
        messages.error(request, "还没有勾选任何单位，没有选入。")
        return redirect("evaluations:inspection-candidates", pk)
    units = Unit.objects.filter(pk__in=listing.ids(picked or None).order_by())
    units = list(units.select_related("region", "category").order_by("pk"))
    served, unserved = Offers(round, units, listing.checked).of(units)
    try:
        number = choose_units(round, served, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluations:inspection-candidates", pk)
    messages.success(request, f"已选入 {number} 家。{_left_out(unserved)}{_next(round)}")
    return redirect("evaluations:inspections", pk)


def _next(round):
    """The step that follows in a round still being prepared."""
    return "下一步：组建测评组。" if not round.members.exists() else ""


def _left_out(units):
    if not units:
        return ""
    names = "、".join(unit.name for unit in units[:3])
    return (
        f"有 {len(units)} 家没有适用的测评体系，没有选入：{names}{'等' if len(units) > 3 else ''}。"
    )


class InspectionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    region = RegionFilter("unit__region")
    state = django_filters.ChoiceFilter(
        label="进度", choices=STATES, empty_label="全部", method="standing"
    )

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(unit__search_text__contains=folded(word))
        return queryset

    def standing(self, queryset, name, value):
        tasks = Assignment.objects.standing()
        unsigned = tasks.unsigned().values("inspection")
        if value == "unscheduled":
            return queryset.filter(visit_on=None)
        if value == "open":
            return queryset.filter(pk__in=unsigned)
        if value == "signed":
            return queryset.filter(pk__in=tasks.values("inspection")).exclude(pk__in=unsigned)
        return queryset.lacking_people()


def signed_words(row):
    """已签字 2 / 3, or that nobody has been sent."""
    return f"{row.signed} / {row.given}" if row.given else "未分配"


def row_tone(row):
    if row.given and row.signed == row.given:
        return "t-ok"
    return "t-doing" if row.begun else "t-off"


class InspectionList(ScopedList):
    """The units of a round."""

    queryset = Inspection.objects.select_related(
        "round", "unit__region", "unit__category", "edition"
    )
    filterset_class = InspectionFilter
    template_name = "evaluations/inspections.html"
    roles = OFFICE
    section = "inspections"
    count_word = "家"
    empty_hint = "从已提交的自查或名册里选定单位后，会列在这里。"
    default_sort = "unit__name"
    columns = (
        Column(
            "unit",
            "单位",
            lambda row: row.unit.name,
            url=lambda row: reverse("evaluations:inspection-tasks", args=[row.pk]),
            sort="unit__name",
            css="first",
        ),
        Column("category", "类别", lambda row: row.unit.category.name),
        Column("region", "行政区划", lambda row: row.unit.region.name, sort="unit__region__code"),
        Column("edition", "测评体系", lambda row: row.edition.title, css="hide-mid"),
        Column("visit_on", "到场日期", lambda row: row.visit_on, "date", sort="visit_on"),
        Column("people", "测评人员", lambda row: row.people),
        Column("state", "签字", signed_words, "tag", tone=row_tone, css="state"),
    )

    @cached_property
    def round(self):
        return fetch_round(self.request, self.kwargs["pk"])

    def visible(self):
        return super().visible().filter(round=self.round)

    def rows(self, page):
        found = list(page)
        tasks = Assignment.objects.standing().filter(inspection__in=found)
        by_row = {}
        for task in tasks.select_related("assessor").order_by("pk"):
            by_row.setdefault(task.inspection_id, []).append(task)
        for row in found:
            own = by_row.get(row.pk, [])
            row.people = "、".join(task.assessor.name for task in own)
            row.given, row.signed = len(own), sum(task.state == A.SIGNED for task in own)
            row.begun = any(task.state != A.WAITING for task in own)
        return found

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        page = round_page(self.request, self.round, "units")
        if page["may_keep"]:
            pairs = zip(context["rows"], context["table"], strict=True)
            context["table"] = [tick(row) + cells for row, cells in pairs]
        bulk = reverse("evaluations:inspections-bulk", args=[self.round.pk])
        more = {"selectable": page["may_keep"], "bulk_url": bulk, "count_word": "家"}
        return context | page | more | {"state": state_of(self.request.GET).urlencode()}


def picked_inspections(request, round):
    """The ticked units of a round, or all that the filter finds."""
    visible = Inspection.objects.visible_to(request.user).filter(round=round)
    if request.POST.get("scope") == "all":
        return InspectionFilter(request.GET, queryset=visible, request=request).qs
    return visible.filter(pk__in=picked_in(request))


@require_POST
@roles_only(R.OFFICER)
def inspections_bulk(request, pk):
    """Set the day of the visit of many units, or take them out."""
    round = fetch_kept(request, pk)
    rows = Inspection.objects.filter(
        pk__in=list(picked_inspections(request, round).values_list("pk", flat=True))
    )
    try:
        sentence = _bulk(request, round, rows)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(
        f"{reverse('evaluations:inspections', args=[pk])}?{state_of(request.GET).urlencode()}"
    )


def _bulk(request, round, rows):
    person = {"actor": request.user, "at": timezone.now()}
    if not rows.exists():
        raise Refused("还没有勾选任何单位，没有改动。")
    if request.POST.get("act") == "drop":
        return f"已把 {drop_units(round, rows, **person)} 家移出“{round}”。"
    on = asked_day(request)
    number = schedule_visits(round, rows, on=on, **person)
    return f"已安排 {number} 家 {on} 到场。" if on else f"已取消 {number} 家的到场日期。"


def asked_day(request):
    """The day in the form; None where the field was left empty."""
    text = request.POST.get("visit_on", "").strip()[:30]
    if not text:
        return None
    parsed = parse_date(text)
    if parsed.fault or parsed.precision != "day":
        raise Refused(parsed.fault or "请把日期写到日，例如 2026-11-22，没有安排。")
    return parsed.day
