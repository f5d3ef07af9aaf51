"""评审表: officers and auditors, what lies in their care, finished rounds alone."""

from portal.models import User
from tests.architecture.matrix import Row
from tests.evaluations import factories as build
from tests.factories import NOON

READERS = frozenset({User.Role.AUDITOR, User.Role.OFFICER})


def inspection_at(world, place):
    """A scored and settled unit of a place, in a round of the place's own."""
    region, unit = world.regions[place], world.units[place]
    held = build.make_inspection_round(region, state="finished")
    edition = build.make_edition(region, issuer=f"示例{held.pk}")
    inspection = build.make_inspection(held, unit, edition)
    assignment = build.make_assignment(inspection, build.make_assessor(region), state="signed")
    build.make_sheet(assignment, {"1.1": 50}, signed_at=NOON)
    return inspection


def round_at(world, place):
    return [inspection_at(world, place).round_id]


# The rounds of a region above are known to those below it, and say nothing of other places.
SEES_ROUNDS = {
    "sumu_officer": {"city", "east"},
    "east_officer": {"city", "east", "south"},
    "west_officer": {"city", "west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"city", "east", "south"},
}

ROWS = {
    "evaluations:review-rounds": Row(roles=READERS),
    "evaluations:review-sheets": Row(
        roles=READERS, args=round_at, sees=SEES_ROUNDS, methods=("post",)
    ),
    "evaluations:review-sheet": Row(
        roles=READERS,
        args=lambda world, place: [inspection_at(world, place).pk],
        methods=("post",),
    ),
}
