"""What the lists of 复验, 整改 and 退出 can be asked."""

import django_filters
from django.utils import timezone

from portal.text import folded
from portal.widgets import RegionFilter
from units.models import ExitCase, Level, Rectification, Reverification

V, R = Reverification.State, Rectification.State
TURNS = [("open", "没有结论（全部）"), *V.choices]
WORK = [("open", "没有销号（全部）"), ("overdue", "已逾期"), *R.choices]
PLAQUES = [("missing", "牌匾未收回"), ("late", "牌匾逾期未收回")]


class OfUnitFilter(django_filters.FilterSet):
    """By unit and place; `unit` is how a row reaches its unit."""

    unit = "designation__unit__"
    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    region = RegionFilter(field_name="designation__unit__region")

    def filter_queryset(self, queryset):
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(**{f"{self.unit}search_text__contains": folded(word)})
        return queryset

    def words(self):
        """The conditions in words, as they stand above an exported table and in the audit."""
        if self.errors:
            return "条件有误"
        sent = self.form.cleaned_data if self.is_bound else {}
        regions, only = sent.get("region") or ((), False)
        place = "、".join(each.name for each in regions) + ("（不含下级）" if only else "")
        told = [("查找", sent.get("q")), ("地区", place)]
        told += [(self.filters[name].label, self._chosen(name, sent)) for name in self.chosen]
        return "；".join(f"{label}：{value}" for label, value in told if value) or "全部"

    chosen = ()

    def _chosen(self, name, sent):
        return dict(self.form.fields[name].choices).get(sent.get(name))


class TurnFilter(OfUnitFilter):
    """The titles of a round."""

    state = django_filters.ChoiceFilter(
        label="状态", choices=TURNS, empty_label="全部", method="in_state"
    )
    chosen = ("state",)

    def in_state(self, queryset, name, value):
        return queryset.open() if value == "open" else queryset.filter(state=value)


class RectificationFilter(OfUnitFilter):
    """The board of 整改."""

    state = django_filters.ChoiceFilter(
        label="状态", choices=WORK, empty_label="全部", method="in_state"
    )
    source = django_filters.ChoiceFilter(
        label="来源", choices=Rectification.Source.choices, empty_label="全部"
    )
    chosen = ("state", "source")

    def in_state(self, queryset, name, value):
        if value == "open":
            return queryset.open()
        if value == "overdue":
            return queryset.overdue(timezone.localdate())
        return queryset.filter(state=value)


class ExitFilter(OfUnitFilter):
    """Titles that ended before their term."""

    ground = django_filters.ChoiceFilter(
        label="事由", choices=ExitCase.Ground.choices, empty_label="全部"
    )
    level = django_filters.ChoiceFilter(
        label="级别",
        field_name="designation__level",
        choices=Level.choices,
        empty_label="全部",
    )
    plaque = django_filters.ChoiceFilter(
        label="牌匾", choices=PLAQUES, empty_label="全部", method="by_plaque"
    )
    chosen = ("ground", "level", "plaque")

    def by_plaque(self, queryset, name, value):
        missing = queryset.plaque_missing()
        return (
            missing.filter(plaque_due_on__lt=timezone.localdate()) if value == "late" else missing
        )
