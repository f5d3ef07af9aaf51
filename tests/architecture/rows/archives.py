"""档案包: of an application in sight; a package itself is for whoever had it made."""

from awards.models import Archive
from tests import factories as make
from tests.architecture.matrix import Row
from tests.architecture.rows.candidates import HEARS, SEES_BODY, recommended, whole_batch
from tests.architecture.rows.desk import sent
from tests.architecture.world import SEES

OFFICE = frozenset({"officer", "auditor"})
POST = ("post",)
SIGHTED = {**SEES, "clerk": set(), "west_clerk": set()}


def package(world, user):
    """One that the person had made, of an application in their sight."""
    place = {"west_officer": "west"}.get(_name_of(world, user), "east")
    told = {"asked_at": make.NOON, "file": make.make_file(user, name="示例档案包.zip")}
    made = Archive.objects.create(
        application=world.applications[place], asked_by=user, files=1, **told
    )
    return [made.code]


def _name_of(world, user):
    return next(name for name, each in world.people.items() if each == user)


ROWS = {
    "awards:archives": Row(roles=OFFICE),
    "awards:application-archive": Row(roles=OFFICE, args=sent, sees=SIGHTED, by="east_officer"),
    "awards:archive-new": Row(roles=OFFICE, args=sent, sees=SIGHTED, methods=POST),
    "awards:archive-file": Row(roles=OFFICE, owned=package, methods=POST),
    "awards:batch-archives": Row(roles=OFFICE, args=whole_batch, sees=HEARS, methods=POST),
    "awards:body-archives": Row(roles=OFFICE, args=recommended, sees=SEES_BODY, methods=POST),
}
