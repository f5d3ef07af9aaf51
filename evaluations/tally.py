"""A round's signed scores, read with a handful of statements, in the form the rules want them.

The database adds up each item's scores; what comes of them is decided by the rules. Sums travel
as whole hundredths: exact on every database, and quick to read.
"""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BigIntegerField, Count, F, Max, Min, Q, Sum
from django.db.models.functions import Cast, Coalesce, Round

from evaluations.models import Assignment, Score
from evaluations.rules.combine import Pool, value_of
from evaluations.rules.consistency import is_apart
from evaluations.rules.roll_up import roll_up, total_of_sums
from evaluations.tree import tree_of

HUNDREDTHS = 100
INSPECTION, ITEM = "sheet__assignment__inspection_id", "indicator_id"
ASSESSOR, ROUND = "sheet__assignment__assessor", "sheet__assignment__inspection__round"
ZERO = Decimal(0)


def signed_scores(inspections):
    """Scores that count: of the signed sheets in force (as ScoreSheet.in_force), of these units."""
    counted = Q(
        sheet__is_current=True,
        sheet__signed_at__isnull=False,
        sheet__assignment__state=Assignment.State.SIGNED,
    )
    return Score.objects.filter(counted, sheet__assignment__inspection__in=inspections)


def pools(inspections, leader=None, leading=None):
    """For each inspection, indicator → the pool of its scores. One statement.

    Of one round `leader` is the leader's key; of several `leading` says which scores are leaders'.
    """
    scores = signed_scores(inspections).filter(value__isnull=False).order_by()
    rows = scores.values_list(INSPECTION, ITEM).annotate(
        count=Count("pk"),
        total=_cents(Sum("value")),
        low=_cents(Min("value")),
        high=_cents(Max("value")),
    )
    if leader is not None:
        leading = Q(**{ASSESSOR: leader})
    if leading is not None:
        rows = rows.annotate(led=_cents(Max("value", filter=leading)))
    found, points = defaultdict(dict), POINTS.__getitem__
    for inspection, item, count, *cents in rows:
        found[inspection][item] = Pool(count, *map(points, cents))
    return found


def _cents(value):
    return Cast(Round(value * HUNDREDTHS), BigIntegerField())


class _Points(dict):
    """Hundredths → points, each made once: there are few different ones among many."""

    def __missing__(self, cents):
        self[cents] = made = Decimal(cents).scaleb(-2)
        return made


POINTS = _Points({None: None})


def vetoes(inspections):
    """For each inspection the indicators of vetoes that anybody found to apply."""
    found = defaultdict(set)
    hits = signed_scores(inspections).filter(hit=True).order_by()
    for inspection, item in hits.values_list(INSPECTION, ITEM).distinct():
        found[inspection].add(item)
    return found


class Signature(NamedTuple):
    """How far the scoring of one unit is, and which sheets are in force."""

    asked: int = 0
    signed: int = 0
    latest: datetime | None = None
    versions: int | None = None  # an approved correction raises this, however late it is approved
    newest: int | None = None


def signatures(inspections):
    """For each inspection how many are to score it, how many have signed, and what is in force."""
    current = Q(
        state=Assignment.State.SIGNED,
        sheets__is_current=True,
        sheets__signed_at__isnull=False,
    )
    rows = Assignment.objects.standing().filter(inspection__in=inspections).order_by()
    counted = rows.values_list("inspection_id").annotate(
        asked=Count("pk", distinct=True),
        signed=Count("pk", filter=current),
        latest=Max("sheets__signed_at", filter=current),
        versions=Sum("sheets__number", filter=current),
        newest=Max("sheets__pk", filter=current),
    )
    return {pk: Signature(*told) for pk, *told in counted}


def figures(inspections, limit, leader=None, scope=None):
    """Each inspection's figures from its signed scores, as kept in `Inspection.tally`.

    `inspections` have their edition; `limit` is the round's line for scores too far apart; `scope`
    is a queryset of the same rows, where there is one that the database can follow by itself.
    """
    scope = inspections if scope is None else scope
    found, hits = pools(scope, leader), vetoes(scope)
    trees = {each.edition_id: each.edition for each in inspections}
    items = {pk: Items(tree_of(edition)) for pk, edition in trees.items()}
    return {
        each.pk: items[each.edition_id].told(found[each.pk], hits[each.pk], limit)
        for each in inspections
    }


class Items:
    """One edition's items by key, for figures of many units."""

    def __init__(self, tree):
        self.rules = tree.rules
        self.codes = {entry.pk: entry.item.code for entry in tree.entries}
        self.full = {entry.pk: entry.item.points for entry in tree.entries}

    def scores(self, pools):
        """Each item's score, unrounded, by code."""
        method, codes = self.rules.method, self.codes
        return {codes[item]: value_of(pool, method) for item, pool in pools.items()}

    def result(self, pools, hits):
        """What one unit's pools come to."""
        return roll_up(self.rules, self.scores(pools), sorted(self.codes[item] for item in hits))

    def apart(self, pools, limit):
        """Codes of the items whose scores lie too far apart."""
        return [
            self.codes[item]
            for item, (count, _, low, high, *_) in pools.items()
            if count > 1 and is_apart(high - low, self.full[item], limit)
        ]

    def told(self, pools, hits, limit):
        """The figures as plain values."""
        result = self.result(pools, hits)
        return {
            "total": str(result.total),
            "exact": str(result.unrounded),
            "vetoes": list(result.vetoes),
            "short": [line.code for line in result.short_sections],
            "apart": sorted(self.apart(pools, limit)),
            "missing": list(result.missing),
        }


def sheet_totals(inspections):
    """For each inspection, assessor → the total that person's signed sheet alone comes to."""
    trees = {pk: tree_of(one) for pk, one in {i.edition_id: i.edition for i in inspections}.items()}
    rules = {each.pk: trees[each.edition_id].rules for each in inspections}
    sections = {
        section.pk: section.indicator.code for tree in trees.values() for section in tree.sections
    }
    return {
        inspection: {who: _alone(rules[inspection], sums) for who, sums in by.items()}
        for inspection, by in _sheet_sums(inspections, sections).items()
    }


def _sheet_sums(inspections, sections):
    top = Coalesce(F("indicator__parent__parent_id"), F("indicator__parent_id"))
    scores = signed_scores(inspections).filter(value__isnull=False).order_by()
    rows = scores.values_list(
        INSPECTION, "sheet__assignment__assessor_id", top, "indicator__kind"
    ).annotate(total=_cents(Sum("value")))
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(Decimal)))
    for inspection, assessor, section, kind, cents in rows:
        kept = kind if kind in ("bonus", "deduction") else sections[section]
        found[inspection][assessor][kept] += POINTS[cents]
    return found


def _alone(edition, sums):
    return total_of_sums(edition, sums, sums.get("bonus", ZERO), sums.get("deduction", ZERO))
