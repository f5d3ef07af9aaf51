"""What the results of a round can be asked."""

import django_filters

from evaluations.models import Family, Inspection
from portal.text import folded
from portal.widgets import RegionFilter
from units.models import Category


def categories_in_sight(request):
    return Category.objects.visible_to(request.user)


def families_in_sight(request):
    return Family.objects.visible_to(request.user)


class ResultFilter(django_filters.FilterSet):
    """The units of one round."""

    q = django_filters.CharFilter(label="单位名称、代码、拼音", method="search", max_length=60)
    region = RegionFilter("unit__region")
    category = django_filters.ModelChoiceFilter(
        label="类别",
        field_name="unit__category",
        queryset=categories_in_sight,
        empty_label="不限",
    )
    family = django_filters.ModelChoiceFilter(
        label="测评类型",
        field_name="edition__family",
        queryset=families_in_sight,
        empty_label="不限",
    )

    class Meta:
        model = Inspection
        fields = ["q", "region", "category", "family"]

    def filter_queryset(self, queryset):
        """A faulty address finds nothing rather than everything."""
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(unit__search_text__contains=folded(word))
        return queryset
