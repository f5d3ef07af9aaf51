"""What the list of certificates can be asked."""

import django_filters
from django.db.models import Q

from awards.models import Certificate
from awards.rules import number_key, unit_key
from portal.text import storable
from units.filters import batches_in_sight
from units.models import Level


class CertificateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="编号或单位", method="search", max_length=120)
    batch = django_filters.ModelChoiceFilter(
        label="批次",
        field_name="designation__batch",
        queryset=lambda request: _printed(batches_in_sight(request)),
        empty_label="全部",
    )
    level = django_filters.ChoiceFilter(label="级别", choices=Level.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="证书", choices=Certificate.State.choices, empty_label="全部"
    )

    class Meta:
        model = Certificate
        fields = ["q", "batch", "level", "state"]

    def search(self, queryset, name, value):
        word = storable(value).strip()
        number, unit = number_key(word), unit_key(word)
        found = Q(unit_key__contains=unit) if unit else Q(pk__in=[])
        return queryset.filter(found | Q(number_key__contains=number) if number else found)


def _printed(batches):
    """Batches that have certificates, so that the choice stays short."""
    keys = Certificate.objects.values("designation__batch")
    return batches.filter(pk__in=keys).select_related("region")
