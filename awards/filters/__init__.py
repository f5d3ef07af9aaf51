"""What the lists of this floor can be asked."""

import django_filters

from awards.models import Candidate
from awards.qualifying import LATER, NO, YES
from portal.models import Job
from portal.widgets import RegionFilter
from units.filters import categories_in_sight
from units.follow_up_filters import OfUnitFilter
from units.models import Level

S = Job.State
VERDICTS = [(YES, YES), (LATER, LATER), (NO, NO)]
MADE = [
    ("ready", "已生成"),
    *((each.value, each.label) for each in (S.WAITING, S.RUNNING, S.FAILED)),
]
STANDING = [("removed", "已移出"), ("all", "全部")]


class CandidateFilter(OfUnitFilter):
    """培育库: by unit, place, category, level; those taken off only when asked for."""

    unit = "unit__"
    region = RegionFilter(field_name="unit__region")
    category = django_filters.ModelChoiceFilter(
        label="类别", field_name="unit__category", queryset=categories_in_sight, empty_label="全部"
    )
    level = django_filters.ChoiceFilter(label="培育目标", choices=Level.choices, empty_label="全部")
    standing = django_filters.ChoiceFilter(
        label="在库", choices=STANDING, empty_label="在库", method="on_list"
    )

    class Meta:
        model = Candidate
        fields = []

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("standing") if self.is_bound and not self.errors else ""
        return found if asked else found.standing()

    def on_list(self, queryset, name, value):
        return queryset.exclude(removed_at=None) if value == "removed" else queryset


class ProposalFilter(OfUnitFilter):
    """Units that might be taken on; the verdict is worked out after."""

    unit = ""
    region = RegionFilter(field_name="region")
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=categories_in_sight, empty_label="全部"
    )
    verdict = django_filters.ChoiceFilter(
        label="条件", choices=VERDICTS, empty_label="全部", method="later"
    )

    def later(self, queryset, name, value):
        return queryset

    @property
    def asked(self):
        """The verdict asked for; none where the address is at fault."""
        return self.form.cleaned_data.get("verdict") if self.is_bound and not self.errors else ""


class ArchiveFilter(OfUnitFilter):
    """One's own packages."""

    unit = "application__unit__"
    region = RegionFilter(field_name="application__unit__region")
    state = django_filters.ChoiceFilter(
        label="状态", choices=MADE, empty_label="全部", method="in_state"
    )

    def in_state(self, queryset, name, value):
        return (
            queryset.ready() if value == "ready" else queryset.filter(file=None, job__state=value)
        )
