"""What the register and the list of titles can be asked; page, export and API ask the same way."""

from dataclasses import dataclass
from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portal.models import Region
from portal.picks import RowsFilter, TickFilter
from portal.scoping import below
from portal.text import folded
from units.leading import in_force
from units.models import Batch, Category, ChangeSet, Designation, Level, TitleKind
from units.models.designation import due_line, due_within, status_q

Status = Designation.Status
STANDING = [choice for choice in Status.choices if choice[0] != Status.VOIDED]
EXPIRING = [
    ("", "不限"),
    ("30", "30 天内"),
    ("90", "90 天内"),
    ("180", "180 天内"),
    ("365", "一年内"),
    ("this_year", "今年内"),
    ("next_year", "明年"),
]
ON_BOOKS = [("", "在册"), ("closed", "已注销"), ("all", "全部")]


def regions_in_sight(request):
    return Region.objects.visible_to(request.user)


def batches_in_sight(request):
    return Batch.objects.visible_to(request.user)


def categories_in_sight(request):
    return Category.objects.visible_to(request.user)


def kinds_in_sight(request):
    return TitleKind.objects.visible_to(request.user)


@dataclass(frozen=True)
class Day:
    """The day a list is read on, and from when a title counts as near its end."""

    today: date
    due_within: int


def any_status(statuses, day):
    """The condition under which a title has one of these statuses."""
    found = Q(pk__in=[])
    for status in statuses:
        found |= status_q(status, day.today, day.due_within)
    return found


def ending(span, day):
    """The condition under which a title in force ends within `span`."""
    if span.isdigit():
        return in_force(day.today) & Q(ends_on__lt=due_line(day.today, int(span)))
    year = day.today.year + (span == "next_year")
    ends = Q(ends_on__gt=date(year, 1, 1), ends_on__lte=date(year + 1, 1, 1))
    return in_force(day.today) & ends


TITLE_CONDITIONS = {
    "level": lambda value, day: Q(level__in=value),
    "kind": lambda value, day: Q(kind__in=value),
    "batch": lambda value, day: Q(batch__in=value),
    "year": lambda value, day: Q(named_year=value),
    "status": any_status,
    "expiring": ending,
}


class RegisterFilter(django_filters.FilterSet):
    """What both lists share. A faulty address finds nothing rather than everything."""

    q = django_filters.CharFilter(label="名称、曾用名、代码、拼音", method="search", max_length=60)
    region = RowsFilter(
        label="行政区划", rows=regions_in_sight, keys=("pk", "code"), method="inside"
    )
    category = RowsFilter(label="类别", rows=categories_in_sight, method="of_category")
    level = TickFilter(label="级别", choices=Level.choices, method="keep")
    status = TickFilter(label="状态", choices=STANDING, method="keep")
    batch = RowsFilter(label="批次", rows=batches_in_sight, method="keep")
    kind = RowsFilter(label="称号种类", rows=kinds_in_sight, method="keep")
    year = django_filters.NumberFilter(
        label="命名年份", method="keep", min_value=1949, max_value=2100, decimal_places=0
    )
    expiring = django_filters.ChoiceFilter(
        label="到期", choices=EXPIRING[1:], empty_label=None, method="keep"
    )

    unit = ""  # how the rows reach their unit

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = Day(timezone.localdate(), due_within())

    def filter_queryset(self, queryset):
        if self.errors:
            return queryset.none()
        return self.by_title(super().filter_queryset(queryset))

    def title_condition(self):
        """One condition for one title: everything the address says about titles at once."""
        asked = self.form.cleaned_data if self.is_bound and not self.errors else {}
        condition = Q()
        for name, build in TITLE_CONDITIONS.items():
            if asked.get(name):
                condition &= build(asked[name], self.day)
        return condition

    def keep(self, queryset, name, value):
        """Titles are asked for together, in by_title."""
        return queryset

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(**{f"{self.unit}search_text__contains": folded(word)})
        return queryset

    def inside(self, queryset, name, value):
        paths = [path for region in value for path in region.scope_paths()]
        return queryset.filter(below(f"{self.unit}region__path", paths))

    def of_category(self, queryset, name, value):
        return queryset.filter(**{f"{self.unit}category__in": value})


class UnitFilter(RegisterFilter):
    """The register: rows are units."""

    books = django_filters.ChoiceFilter(
        label="在册", choices=ON_BOOKS[1:], empty_label=None, method="keep"
    )

    def titles(self):
        """The titles among which each unit's leading one is looked for."""
        return Designation.objects.standing().filter(self.title_condition())

    def by_title(self, queryset):
        queryset = self._on_books(queryset)
        if not self.title_condition():
            return queryset
        return queryset.filter(Exists(self.titles().filter(unit=OuterRef("pk"))))

    def _on_books(self, queryset):
        books = self.form.cleaned_data.get("books") if self.is_bound else ""
        if books == "all":
            return queryset
        return queryset.filter(closed_on__isnull=books != "closed")


class DesignationFilter(RegisterFilter):
    """The list of titles: rows are titles."""

    unit = "unit__"

    def by_title(self, queryset):
        return queryset.filter(self.title_condition())


class ChangeSetFilter(django_filters.FilterSet):
    """One's own changes of many rows."""

    q = django_filters.CharFilter(label="内容", field_name="summary", lookup_expr="contains")
    kind = django_filters.ChoiceFilter(
        label="种类", choices=ChangeSet.Kind.choices, empty_label="不限"
    )
