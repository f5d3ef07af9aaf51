"""Do the assessors of a round agree? Leniency, items that divide them, units that want a third."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from evaluations.extras import wanting
from evaluations.models import Assignment, Family, Inspection, InspectionRound
from evaluations.rules.consistency import is_apart, severities
from evaluations.rules.items import rounded
from evaluations.rules.stability import RESAMPLES
from evaluations.standings import RANKED, cut_of, firmness_of, leader_of, standings
from evaluations.tally import pools, sheet_totals
from evaluations.tree import tree_of
from portal.models import User

AROUND = 5  # units shown on each side of the line
MOST_ITEMS = 15
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Leniency:
    """One assessor against colleagues on the same units."""

    name: str
    severity: object

    @property
    def words(self):
        """What the interval says."""
        one = self.severity
        if one.units < 2 or one.high == float("inf"):
            return "共同打分的单位太少，看不出"
        if not one.stands_out:
            return "与同组相当"
        return "明显偏宽" if one.estimate > 0 else "明显偏严"


@dataclass(frozen=True)
class Divided:
    """An item and how far apart its scores lie."""

    code: str
    text: str
    family: str
    full: Decimal
    mean: Decimal
    most: Decimal
    apart: int
    units: int


@dataclass(frozen=True)
class Apart:
    """A unit some of whose items divide its assessors."""

    standing: object
    unit: object
    wants: bool
    called: bool

    @property
    def codes(self):
        return self.standing.tally["apart"]


class Agreement:
    """What a round's signed sheets say about those who scored."""

    def __init__(self, held):
        self.held = held

    @cached_property
    def standing(self):
        return standings(self.held)

    @cached_property
    def scored(self):
        """Inspections with signed sheets."""
        return [each.inspection for each in self.standing if each.signed]

    @cached_property
    def alike(self):
        """Do all editions of the round have the same full marks?"""
        return len({each.edition.total for each in self.scored}) <= 1

    @property
    def unit_of_points(self):
        return "分" if self.alike else "分（折百分制）"

    @cached_property
    def leniency(self):
        """Every assessor, the most lenient first."""
        found = severities(self._totals())
        names = dict(
            User.objects.filter(pk__in=[each.assessor for each in found]).values_list("pk", "name")
        )
        found.sort(key=lambda each: -each.estimate)
        return [Leniency(names[each.assessor], each) for each in found]

    def _totals(self):
        full = {each.pk: each.edition.total for each in self.scored}
        return {
            pk: {who: total if self.alike else total / full[pk] * 100 for who, total in by.items()}
            for pk, by in sheet_totals(self.scored).items()
        }

    @cached_property
    def items(self):
        """The items whose scores lie furthest apart on average, against their full marks."""
        entries = {
            entry.pk: (entry.item, edition)
            for edition in self.editions.values()
            for entry in tree_of(edition).entries
        }
        spreads = {}
        for by_item in pools(self.scored, leader_of(self.held)).values():
            for item, pool in by_item.items():
                if pool.count > 1 and entries[item][0].points:
                    spreads.setdefault(item, []).append(pool.high - pool.low)
        found = [self._divided(*entries[item], values) for item, values in spreads.items()]
        return sorted(found, key=lambda each: (-each.mean / each.full, each.code))[:MOST_ITEMS]

    def _divided(self, item, edition, values):
        limit = self.held.outlier_limit
        apart = sum(is_apart(value, item.points, limit) for value in values)
        mean = rounded(sum(values) / len(values))
        spread = (item.points, mean, max(values), apart, len(values))
        return Divided(item.code, item.text, self._families[edition.family_id], *spread)

    @cached_property
    def editions(self):
        return {each.edition_id: each.edition for each in self.scored}

    @cached_property
    def _families(self):
        keys = {each.family_id for each in self.editions.values()}
        return dict(Family.objects.filter(pk__in=keys).values_list("pk", "name"))

    @property
    def families(self):
        """How many kinds of subject the round scores."""
        return len(self._families)

    @cached_property
    def apart(self):
        """Units with scores too far apart, those that want one more assessor first."""
        flagged = [each for each in self.standing if each.signed and each.tally["apart"]]
        for each in flagged:
            each.inspection.tally = each.tally
        rows = [each.inspection for each in flagged]
        wants = {each.pk for each in wanting(self.held, rows)}
        tasks = Assignment.objects.standing().filter(inspection__in=rows, is_extra=True)
        called = set(tasks.values_list("inspection", flat=True))
        found = Inspection.objects.select_related("unit__region").in_bulk(
            [each.pk for each in rows]
        )
        made = [
            Apart(each, found[each.pk].unit, each.pk in wants, each.pk in called)
            for each in flagged
        ]
        return sorted(made, key=lambda each: (not each.wants, each.called, each.unit.name))

    @property
    def wanting(self):
        return sum(each.wants for each in self.apart)

    @cached_property
    def cut(self):
        return cut_of(self.standing) if self.held.kind in RANKED else None

    @cached_property
    def firmness(self):
        """How often each ranked unit stays above the line; as settled, once it is."""
        settled = {each.pk: each.firmness for each in self.standing if each.rank}
        if None not in settled.values():
            return settled
        return firmness_of(self.held, self.standing)

    @cached_property
    def around(self):
        """The units nearest to the line, from above to below, with their count of a thousand."""
        if not self.cut:
            return []
        ranked = [each for each in self.standing if each.rank]
        near = ranked[max(0, self.cut.number - AROUND) : self.cut.number + AROUND]
        units = dict(
            Inspection.objects.filter(pk__in=[each.pk for each in near]).values_list(
                "pk", "unit__name"
            )
        )
        return [(each, units[each.pk], self.firmness[each.pk]) for each in near]

    @property
    def sentence(self):
        """How firmly the unit at the line stands, in plain words."""
        last = next((each for each in reversed(self.around) if each[0].above), None)
        first = next((each for each in self.around if not each[0].above), None)
        told = []
        if last:
            told.append(f"“{last[1]}”有 {last[2]} 次仍在线上")
        if first:
            told.append(f"线下第一家“{first[1]}”有 {first[2]} 次进到线上")
        return f"若重抽测评人员 {RESAMPLES} 次，{'，'.join(told)}。" if told else ""


def rounds_over(user):
    """Rounds whose assessors this person may look into: of the own region and below."""
    within = Q(pk__in=[])
    for path in user.scope_paths:
        within |= Q(region__path__startswith=path)
    return InspectionRound.objects.visible_to(user).filter(within)
