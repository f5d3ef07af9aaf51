"""离线打分: books and what was brought back are their owner's alone."""

from itertools import count

from evaluations.models import ScoreImport
from portal.models import User
from tests.architecture.matrix import Row
from tests.evaluations import factories as build
from tests.factories import NOON, make_file, make_unit

TEAM = frozenset({User.Role.ASSESSOR, User.Role.OFFICER})
_numbers = count(1)


def round_of(world, user):
    """A round in which this person has a unit to score."""
    city = world.regions["city"]
    held = build.make_inspection_round(city)
    edition = build.make_edition(city, issuer=f"示例{next(_numbers)}")
    inspection = build.make_inspection(held, make_unit(world.regions["east"]), edition)
    build.make_member(held, user)
    build.make_assignment(inspection, user)
    return held


def book_of(world, user):
    return [round_of(world, user).pk]


def import_of(world, user, **fields):
    """A filled book that this person brought back."""
    held = round_of(world, user)
    task = held.inspections.get().assignments.get()
    item = build.item_of(task.inspection.edition, "1.1").pk
    lines = {str(item): [["", "", ""], ["50", "缺少记录", ""]]}
    made = ScoreImport.objects.create(
        person=user,
        round=held,
        file=make_file(user, name="示例打分.xlsx"),
        exported_at=NOON,
        created_at=NOON,
        content=[{"task": task.pk, "version": 0, "lines": lines}],
        **fields,
    )
    return [made.pk]


def faulty(world, user):
    fault = ["01 示例", 6, 7, "“01 示例”表 G6（1.1）：61 超过满分 60，请核对。"]
    return import_of(world, user, state="faulty", faults=[fault])


ROWS = {
    "evaluations:score-books": Row(roles=TEAM),
    "evaluations:score-book": Row(roles=TEAM, owned=book_of, methods=("post",)),
    "evaluations:score-import-new": Row(roles=TEAM, methods=("post",)),
    "evaluations:score-import": Row(roles=TEAM, owned=import_of),
    "evaluations:score-import-apply": Row(roles=TEAM, owned=import_of, methods=("post",)),
    "evaluations:score-import-drop": Row(roles=TEAM, owned=import_of, methods=("post",)),
    "evaluations:score-import-faults": Row(roles=TEAM, owned=faulty),
}
