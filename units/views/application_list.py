"""申报名单: a clerk's own applications; for offices those of the region, from submission on."""

from html import escape

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from django_filters.fields import ModelChoiceField

from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import User
from portal.text import folded
from portal.widgets import RegionFilter
from units.desk_list import Drawn
from units.filters import batches_in_sight, categories_in_sight
from units.models import Application
from units.openings import openings_for
from units.tones import application_tone
from units.track import Turn
from units.views.list_exports import list_export

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)


def batches_applied_in(request):
    """Batches with an application in sight."""
    applied = Application.objects.visible_to(request.user).order_by().values("batch")
    return batches_in_sight(request).filter(pk__in=applied).select_related("region")


class BatchChoice(ModelChoiceField):
    """A batch of another place by the name of that place too: every 旗 has a 第三批."""

    user = None

    def label_from_instance(self, batch):
        if batch.region is None or batch.region_id == self.user.region_id:
            return str(batch)
        return f"{batch}（{batch.region.name}）"


class BatchFilter(django_filters.ModelChoiceFilter):
    field_class = BatchChoice

    @property
    def field(self):
        found = super().field
        found.user = self.parent.request.user
        return found


class ApplicationFilter(django_filters.FilterSet):
    """By unit, place, batch, category and state. A faulty address finds nothing."""

    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    region = RegionFilter(field_name="unit__region")
    batch = BatchFilter(label="批次", queryset=batches_applied_in, empty_label="全部")
    category = django_filters.ModelChoiceFilter(
        label="申报类别", queryset=categories_in_sight, empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=Application.TOLD, empty_label="全部", method="by_state"
    )

    def filter_queryset(self, queryset):
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def by_state(self, queryset, name, value):
        return queryset.told_as(value)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(unit__search_text__contains=folded(word))
        return queryset


def turn_of(row):
    """Who has it now, since when, and until when: red once that has passed."""
    turn = row.track
    if not turn.holder:
        return ""
    late = " red strong" if turn.is_over else " muted"
    return mark_safe(f'{escape(turn.holder)}<div class="tiny{late}">{escape(turn.words)}</div>')


def turn_told(row):
    """The same as plain text, for a workbook."""
    turn = row.track
    return f"{turn.holder}（{turn.words}）" if turn.holder and turn.words else turn.holder


COLUMNS = [
    Column(
        "unit",
        "单位",
        lambda each: each.unit.name,
        url=Application.get_absolute_url,
        css="first",
        width=30,
        fixed=True,
    ),
    Column("batch", "批次", lambda each: each.batch, width=18),
    Column("category", "申报类别", lambda each: each.category.name, css="hide-mid"),
    Column("region", "行政区划", lambda each: each.unit.region.name, width=20),
    Column("body", "推荐单位", lambda each: each.body.name, width=20, css="hide-mid"),
    Drawn("holder", "经办", turn_of, width=20, label="现由"),
    Column(
        "submitted_at",
        "提交时间",
        lambda each: each.submitted_at,
        kind="moment",
        sort="submitted_at",
        label="提交",
    ),
    Column(
        "state",
        "状态",
        lambda each: each.told,
        kind="tag",
        tone=application_tone,
        sort="state",
        css="state",
    ),
]
TOLD = Column("holder", "经办", turn_told, width=40)
SHEET = [TOLD if each.key == "holder" else each for each in COLUMNS]


class ApplicationList(ScopedList):
    queryset = Application.objects.for_display().prefetch_related("batch__stages").order_by("-pk")
    filterset_class = ApplicationFilter
    template_name = "units/applications.html"
    columns = COLUMNS
    sheet = SHEET
    roles = READERS
    title = "申报"
    section = "applications"
    count_word = "份"
    empty_hint = "单位提交申报后，会列在这里。"

    def rows(self, page):
        rows, at = list(page), timezone.now()
        for row in rows:
            row.track = Turn(row, at)
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        is_clerk = self.request.user.role == R.CLERK
        return context | {
            "is_clerk": is_clerk,
            "empty_hint": OWN_HINT if is_clerk else self.empty_hint,
        }


applications_export = list_export(
    ApplicationList, roles=(R.OFFICER, R.AUDITOR), back="units:applications"
)
OWN_HINT = "在“可申报的批次”里开始申报，草稿和进度都会列在这里。"


@require_safe
@roles_only(R.CLERK)
def open_batches(request):
    """The batches in which the clerk's units may apply, each with why or why not."""
    context = {
        "openings": openings_for(request.user, request.arrived_at),
        "title": "可申报的批次",
        "section": "applications",
        "trail": (("申报", reverse("units:applications")),),
    }
    return render(request, "units/open_batches.html", context)
