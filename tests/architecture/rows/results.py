"""测评结果: a round is seen by those beneath it, its units only by those who look after them."""

from evaluations.models import Assignment, Inspection, InspectionRound
from tests.architecture.matrix import OFFICERS, Row
from tests.evaluations import factories as ev
from tests.factories import NOON

OFFICE = frozenset({"officer", "auditor"})
JUDGES = OFFICE | {"assessor", "clerk"}
SEES_ROUND = {
    "sumu_officer": {"city", "east"},
    "east_officer": {"city", "east", "south"},
    "west_officer": {"city", "west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"city", "east", "south"},
}
FULL = {"1.1": 60, "1.2": 30, "J1": 0}


def held(world, place):
    """A finished, published round of the place's region with its unit; the city's has them all."""
    region = world.regions[place]
    found = InspectionRound.objects.filter(region=region, title="示例结果").first()
    return found or _make(world, place, region)


def _make(world, place, region, **fields):
    edition = ev.make_edition(region)
    finished = {"state": InspectionRound.State.FINISHED, "published_at": NOON}
    made = ev.make_inspection_round(region, **{"title": "示例结果"} | finished | fields)
    units = world.units.values() if place == "city" else [world.units[place]]
    for unit in units:
        inspection = ev.make_inspection(made, unit, edition, settled_at=NOON, total=90)
        task = ev.make_assignment(inspection, ev.make_assessor(), state=Assignment.State.SIGNED)
        ev.make_sheet(task, FULL, signed_at=NOON)
    return made


def round_of(world, place):
    return [held(world, place).pk]


def appraisal_of(world, place):
    """A finished appraisal of the place's region, its unit the subject."""
    region = world.regions[place]
    found = InspectionRound.objects.filter(region=region, title="示例考核").first()
    if found is None:
        kind = InspectionRound.Kind.APPRAISAL
        found = _make(world, place, region, title="示例考核", kind=kind)
    return [found.pk]


def turn_of(world, place):
    """The place's unit in the city's round."""
    return [Inspection.objects.get(round=held(world, "city"), unit=world.units[place]).pk]


def own_round(**more):
    return Row(args=round_of, sees=SEES_ROUND, **more)


POST = ("post",)
ROWS = {
    "evaluations:appraisals": Row(roles=OFFICE),
    "evaluations:appraisal-export": Row(
        roles=OFFICE, args=appraisal_of, sees=SEES_ROUND, methods=POST
    ),
    "evaluations:round-results": own_round(roles=OFFICE),
    "evaluations:round-results-export": own_round(roles=OFFICE, methods=POST),
    "evaluations:round-places": own_round(
        roles=OFFICERS, methods=POST, data=lambda world, place: {"places": "3", "version": 1}
    ),
    "evaluations:round-publish": own_round(roles=OFFICERS, methods=POST),
    "evaluations:round-consistency": Row(roles=OFFICE, args=round_of),
    "evaluations:round-thirds": Row(roles=OFFICERS, args=round_of, methods=POST),
    "evaluations:unit-result": Row(roles=JUDGES, args=turn_of),
    "evaluations:call-third": Row(roles=OFFICERS, args=turn_of, methods=POST),
}
