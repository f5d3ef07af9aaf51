"""Filters of 审计记录."""

from datetime import date, datetime, time, timedelta

import django_filters
from django.db.models import Q
from django.forms import DateInput
from django.utils.timezone import get_current_timezone

from portal import audit_labels
from portal.models import AuditEvent

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
DAY = {
    "widget": DateInput({"placeholder": "2026-11-22", "inputmode": "numeric"}, "%Y-%m-%d"),
    "input_formats": ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"],
}


def start_of(day):
    """The first moment of a day, here; a day of another age counts as the nearest of ours."""
    return datetime.combine(min(max(day, FIRST), LAST), time.min, get_current_timezone())


class AuditFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="对象、说明或来源地址", method="search")
    actor = django_filters.CharFilter(
        label="操作人", field_name="actor_label", lookup_expr="icontains"
    )
    action = django_filters.ChoiceFilter(
        label="动作", choices=audit_labels.choices, empty_label="全部"
    )
    since = django_filters.DateFilter(label="从", method="from_day", **DAY)
    until = django_filters.DateFilter(label="至", method="to_day", **DAY)

    class Meta:
        model = AuditEvent
        fields = ["q", "actor", "action", "since", "until"]

    def search(self, queryset, name, value):
        words = Q(target_label__icontains=value) | Q(note__icontains=value)
        return queryset.filter(words | Q(address=value))

    def from_day(self, queryset, name, value):
        return queryset.filter(at__gte=start_of(value))

    def to_day(self, queryset, name, value):
        """The last day counts."""
        return queryset.filter(at__lt=start_of(value) + timedelta(days=1))


def filter_words(filterset):
    """The filter as it stands above an exported table."""
    asked = filterset.form.cleaned_data if filterset.is_bound and filterset.is_valid() else {}
    told = [
        f"{filterset.form.fields[name].label}：{_word(name, value)}"
        for name, value in asked.items()
        if value
    ]
    return "；".join(told) or "全部"


def _word(name, value):
    return audit_labels.label_of(value) if name == "action" else str(value)
