"""What the list of self-checks can be asked; page, workbook and phone list ask the same way."""

import django_filters

from evaluations.models import SelfCheck, SelfCheckRound
from portal.text import folded
from portal.widgets import RegionFilter

S = SelfCheck.State
OPEN = [("open", "未提交（全部）"), *S.choices]


def rounds_in_sight(request):
    return SelfCheckRound.objects.visible_to(request.user)


class SelfCheckFilter(django_filters.FilterSet):
    """By unit, place, round and state."""

    q = django_filters.CharFilter(label="单位名称、拼音", method="search", max_length=60)
    region = RegionFilter(field_name="unit__region")
    round = django_filters.ModelChoiceFilter(
        label="轮次", queryset=rounds_in_sight, empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=OPEN, empty_label="全部", method="in_state"
    )

    def filter_queryset(self, queryset):
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(unit__search_text__contains=folded(word))
        return queryset

    def in_state(self, queryset, name, value):
        return queryset.open() if value == "open" else queryset.filter(state=value)

    def words(self):
        """The conditions in words, as they stand above an exported table and in the audit."""
        if self.errors:
            return "条件有误"
        sent = self.form.cleaned_data if self.is_bound else {}
        regions, only = sent.get("region") or ((), False)
        told = [
            ("查找", sent.get("q")),
            ("地区", "、".join(each.name for each in regions) + ("（不含下级）" if only else "")),
            ("轮次", sent.get("round")),
            ("状态", dict(OPEN).get(sent.get("state"))),
        ]
        return "；".join(f"{label}：{value}" for label, value in told if value) or "全部"
