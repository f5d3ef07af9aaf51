"""The filter of the list of editions."""

import django_filters
from django.db.models import Q

from evaluations.models import Family, IndexEdition


def families(request):
    """Families, which belong to no region."""
    return Family.objects.all()


class EditionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称、文号、版本", method="search", max_length=60)
    family = django_filters.ModelChoiceFilter(
        label="测评类型", queryset=families, empty_label="全部"
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=IndexEdition.State.choices, empty_label="全部"
    )

    class Meta:
        model = IndexEdition
        fields = ["q", "family", "state"]

    def search(self, queryset, name, value):
        word = value.replace("\0", "").strip()
        found = Q()
        for field in ("title", "document_no", "edition_no", "issuer"):
            found |= Q(**{f"{field}__icontains": word})
        return queryset.filter(found)
