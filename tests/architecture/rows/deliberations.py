"""审定: the ranking of a batch is for the region that names and those above it."""

from tests import factories as make
from tests.architecture.matrix import OFFICERS, Row
from units.deliberating import Docket
from units.models import Application, Batch, Deliberation, Level

OFFICE = frozenset({"officer", "auditor"})
POST = ("post",)
BOTH = ("get", "post")


def batch(world, place):
    """A running batch of the place's region with its unit as candidate and a written meeting."""
    region = world.regions[place]
    found = Batch.objects.filter(region=region, name="审定批").first()
    return found or _make(world, place, region)


def _make(world, place, region):
    made = make.make_running_batch(region, "审定批", level=Level.COUNTY, places=2)
    make.make_issuers(made, f"示例部门{place}")
    application = make.make_candidate(world.units[place], made, 90)
    held = Deliberation.objects.create(
        batch=made,
        created_at=make.NOON,
        created_by=world.people["city_officer"],
        held_on=make.TODAY,
        file=make.make_file(world.people["leader"], name="会议纪要.txt"),
    )
    told = {"chosen": True, "reason": "示例理由", "made_by": held.created_by}
    held.choices.create(application=application, made_at=make.NOON, **told)
    return made


def pk(world, place):
    return [batch(world, place).pk]


def choice(world, place):
    application = Application.objects.get(batch=batch(world, place))
    return {"application": application.pk, "chosen": "no", "reason": "示例理由"}


def minutes(world, place):
    return {"held_on": "2026-11-20", "version": Docket(batch(world, place)).deliberation.version}


ROWS = {
    "units:deliberation": Row(roles=OFFICE, args=pk),
    "units:deliberation-cut": Row(
        roles=OFFICERS, args=pk, methods=POST, data=lambda world, place: {"cut": 1, "version": 1}
    ),
    "units:deliberation-choose": Row(roles=OFFICERS, args=pk, methods=POST, data=choice),
    "units:deliberation-unchoose": Row(roles=OFFICERS, args=pk, methods=POST, data=choice),
    "units:deliberation-minutes": Row(
        roles=OFFICERS, args=pk, methods=BOTH, data=minutes, by="sumu_officer"
    ),
    "units:deliberation-file": Row(roles=OFFICE, args=pk),
    "units:deliberation-present": Row(roles=OFFICERS, args=pk, methods=POST),
    "units:deliberation-take-back": Row(
        roles=OFFICERS, args=pk, methods=POST, data=lambda world, place: {"note": "示例原因"}
    ),
    "units:deliberation-sign": Row(roles=OFFICERS, args=pk, methods=BOTH),
    "units:deliberation-export": Row(roles=OFFICE, args=pk, methods=POST),
    "units:deliberation-print": Row(roles=OFFICE, args=pk, methods=POST),
}
