"""Filters of the notices."""

import django_filters

from units.models import PublicNotice


class NoticeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="标题", field_name="title", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(
        label="状态", choices=PublicNotice.State.choices, empty_label="全部"
    )

    class Meta:
        model = PublicNotice
        fields = ["q", "state"]
