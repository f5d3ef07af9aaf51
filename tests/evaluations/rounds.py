"""A round with a team and two units, as most tests of inspections want it."""

from types import SimpleNamespace

from evaluations.models import InspectionRound
from tests import factories as make
from tests.evaluations import factories as build


def lay_out(cast, **fields):
    """The city's 验收 of a unit in the east and one in the west; two assessors of the city."""
    edition = build.make_edition(cast.city)
    round = build.make_inspection_round(cast.city, assessors_each=2, **fields)
    people = [build.make_assessor(cast.city, name=f"测评员{number}") for number in (1, 2)]
    for person in people:
        build.make_member(round, person)
    inspections = [build.make_inspection(round, unit, edition) for unit in (cast.one, cast.other)]
    tasks = [
        build.make_assignment(inspection, person) for inspection in inspections for person in people
    ]
    return SimpleNamespace(
        edition=edition,
        round=round,
        people=people,
        one=people[0],
        two=people[1],
        inspections=inspections,
        tasks=tasks,
    )


def fetch(task):
    """An assignment as the pages fetch it."""
    rows = type(task).objects.select_related(
        "inspection__round__region", "inspection__unit", "inspection__edition", "assessor"
    )
    return rows.get(pk=task.pk)


def prepare(cast, **fields):
    """A round that is still being set up: units and team, nothing assigned."""
    stand = lay_out(cast, state=InspectionRound.State.PREPARING, **fields)
    for task in stand.tasks:
        task.delete()
    return stand


def unit_in(region, name):
    return make.make_unit(region, name)
