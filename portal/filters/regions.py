"""What the list of regions can be asked."""

import django_filters

from portal.finding import find_regions
from portal.models import Region


class RegionListFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称、别名、代码、拼音", method="search", max_length=60)
    level = django_filters.ChoiceFilter(label="层级", choices=Region.Level.choices)
    kind = django_filters.ChoiceFilter(label="类型", choices=Region.Kind.choices)
    parent = django_filters.NumberFilter(label="上级编号", field_name="parent_id", max_value=2**53)
    parent_code = django_filters.CharFilter(label="上级代码", field_name="parent__code")
    ended = django_filters.BooleanFilter(label="已终止", method="keep_ended")

    class Meta:
        model = Region
        fields = ["q", "level", "kind", "parent", "parent_code", "ended"]

    def filter_queryset(self, queryset):
        if self.form.cleaned_data.get("ended") is None:
            queryset = queryset.in_being()
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        return find_regions(value, queryset)

    def keep_ended(self, queryset, name, value):
        return queryset.filter(ends_on__isnull=not value)
