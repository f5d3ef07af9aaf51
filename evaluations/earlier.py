"""What units were given in an earlier turn, 初验 above all, by the items of the present edition.

Points are unrounded, for people add them up; whoever prints them rounds.
"""

from functools import reduce
from operator import or_

from django.db.models import Q

from evaluations.models import Inspection, InspectionRound, ItemMapping, TeamMember
from evaluations.rules.combine import value_of
from evaluations.tally import ASSESSOR, ROUND, pools

PRELIMINARY = InspectionRound.Kind.PRELIMINARY
FINISHED = InspectionRound.State.FINISHED


def first_turns(inspections):
    """Inspection key → the unit's turn in the latest finished 初验 of the same year."""
    later = [each for each in inspections if each.round.kind != PRELIMINARY]
    rows = Inspection.objects.filter(
        unit__in={each.unit_id for each in later},
        round__kind=PRELIMINARY,
        round__state=FINISHED,
        round__year__in={each.round.year for each in later},
    )
    rows = rows.select_related("edition", "round").order_by("round__starts_on", "pk")
    latest = {(row.unit_id, row.round.year): row for row in rows}  # of several the last stays
    found = {each.pk: latest.get((each.unit_id, each.round.year)) for each in later}
    return {key: turn for key, turn in found.items() if turn}


def first_points(inspections):
    """Inspection key → {item: what 初验 gave}, for units that had one."""
    turns = first_turns(inspections)
    editions = {each.pk: each.edition_id for each in inspections}
    given = points_by_item((turn, editions[key]) for key, turn in turns.items())
    return {key: given[turn.pk, editions[key]] for key, turn in turns.items()}


def points_by_item(pairs):
    """(turn key, edition key) → {item of that edition: points of the turn}, of such pairs."""
    pairs = {(turn.pk, edition): turn for turn, edition in pairs}
    points = _points(list({turn.pk: turn for turn in pairs.values()}.values()))
    same = _same_items({(turn.edition_id, edition) for (_, edition), turn in pairs.items()})
    return {
        (key, edition): _carried(points[key], same.get((turn.edition_id, edition)))
        for (key, edition), turn in pairs.items()
    }


def _points(turns):
    """Turn key → {item of its own edition: points by that edition's method}."""
    found = pools(turns, leading=leading_of(turns)) if turns else {}
    return {
        turn.pk: {
            item: value_of(pool, turn.edition.method)
            for item, pool in found.get(turn.pk, {}).items()
        }
        for turn in turns
    }


def leading_of(turns):
    """Which scores are a leader's, where those decide; each round has its own leader."""
    led = {turn.round_id for turn in turns if turn.edition.method == "leader"}
    if not led:
        return None
    rows = TeamMember.objects.filter(round__in=led, is_leader=True).values_list("round", "user")
    each = [Q(**{ROUND: round, ASSESSOR: who}) for round, who in rows]
    return reduce(or_, each) if each else None


def _same_items(pairs):
    """(old edition, new edition) → {old item: new item} of what is the same in both."""
    pairs = {(old, new) for old, new in pairs if old != new}
    if not pairs:
        return {}
    rows = ItemMapping.objects.filter(
        relation=ItemMapping.Relation.SAME,
        confirmed_by__isnull=False,
        old__edition__in={old for old, _ in pairs},
        new__edition__in={new for _, new in pairs},
    )
    found = {pair: {} for pair in pairs}
    for *pair, old, new in rows.values_list("old__edition", "new__edition", "old", "new"):
        found.setdefault(tuple(pair), {})[old] = new
    return found


def _carried(points, same):
    """Without a mapping the edition is the same; with one, only what is the same in both."""
    if same is None:
        return points
    return {same[old]: value for old, value in points.items() if old in same}
