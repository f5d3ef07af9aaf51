"""Filters of the clock's runs."""

import django_filters

from portal.filters.audit import DAY
from portal.models import ClockRun


class ClockRunFilter(django_filters.FilterSet):
    on = django_filters.DateFilter(label="办理日期", **DAY)

    class Meta:
        model = ClockRun
        fields = ["on"]
