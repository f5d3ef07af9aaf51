"""Units that a round may take in, each with the index it would be scored by and its self-check."""

from functools import cached_property

import django_filters

from evaluations.models import IndexEdition, SelfCheck, SelfCheckRound
from evaluations.serving import served_units
from units.filters import UnitFilter
from units.listings import UnitListing


def checks_in_sight(request):
    return SelfCheckRound.objects.visible_to(request.user)


class CandidateFilter(UnitFilter):
    """The register's filters, and whether a self-check of one round has been handed in."""

    checked = django_filters.ModelChoiceFilter(
        label="已提交自查", queryset=checks_in_sight, empty_label="不限", method="handed_in"
    )

    def handed_in(self, queryset, name, value):
        done = SelfCheck.objects.filter(round=value, state=SelfCheck.State.SUBMITTED)
        return queryset.filter(pk__in=done.values("unit"))


class CandidateListing(UnitListing):
    """Units below the round's region that are not in it yet."""

    filterset_class = CandidateFilter

    def __init__(self, user, params, round):
        super().__init__(user, params)
        self.round = round

    def visible(self):
        taken = self.round.inspections.values("unit")
        rows = super().visible().active().within(self.round.region).exclude(pk__in=taken)
        served = served_units(self.round)
        return rows if served is None else rows.filter(pk__in=served)

    @cached_property
    def checked(self):
        """The round of self-checks in the address, if it names one."""
        form = self.filterset.form
        return form.cleaned_data.get("checked") if form.is_valid() else None

    def dress(self, rows):
        super().dress(rows)
        offers = Offers(self.round, rows, self.checked)
        for unit in rows:
            unit.edition, unit.check = offers.edition(unit), offers.checks.get(unit.pk)


class Offers:
    """By which edition units would be scored, and which self-check they would be held against."""

    def __init__(self, round, units, checked=None):
        self.round = round
        self.checks = self._checks(units, checked)

    def _checks(self, units, checked):
        rows = SelfCheck.objects.filter(unit__in=units, state=SelfCheck.State.SUBMITTED)
        rows = rows.filter(round=checked) if checked else rows.filter(round__year=self.round.year)
        rows = rows.select_related("edition", "round").order_by("submitted_at", "pk")
        return {row.unit_id: row for row in rows}

    def edition(self, unit):
        """That of its self-check; otherwise the one in force for its family; or None."""
        check = self.checks.get(unit.pk)
        if check:
            return check.edition
        return self.by_category.get(unit.category_id)

    @cached_property
    def by_category(self):
        """One edition a category: of the nearest region, a formal one before a sample."""
        found = {}
        for edition in sorted(self._in_force(), key=_nearness):
            for category in edition.family.categories.all():
                found[category.category_id] = edition
        return found

    def _in_force(self):
        above = IndexEdition.objects.filter(region__in=self.round.region.ancestor_ids())
        rows = above.in_force(self.round.starts_on).select_related("family", "region")
        return rows.prefetch_related("family__categories")

    def of(self, units):
        """(unit, edition, self-check) of those that have an index, and units that have none."""
        chosen = [(unit, self.edition(unit), self.checks.get(unit.pk)) for unit in units]
        served = [each for each in chosen if each[1]]
        return served, [unit for unit, edition, _ in chosen if not edition]


def _nearness(edition):
    return not edition.is_sample, len(edition.region.path), edition.starts_on, edition.pk
