"""The review desk: officers act on what lies with them, offices read what is in their sight."""

from datetime import timedelta

from django.utils import timezone

from tests import factories as make
from tests.architecture.matrix import OFFICERS, READERS, Row
from tests.architecture.world import word
from units.models import Application, Delegation, Opinion

OFFICE = frozenset({"officer", "auditor"})
POST, BOTH = ("post",), ("get", "post")

# A body's list is seen by its own office, and by those above it.
SEES_BODY = {
    "east_officer": {"east"},
    "auditor": {"east"},
    "west_officer": {"west"},
    "city_officer": {"east", "west"},
    "leader": {"east", "west"},
}


def sent(world, place):
    return [world.applications[place].pk]


def moved(world, place):
    return [*sent(world, place), "return"]


def compared(world, place):
    """With an application of the same unit in an earlier batch."""
    now = world.applications[place]
    if not now.unit.applications.filter(created_at__lt=now.created_at).exists():
        batch = make.make_batch(f"第一批{place}", region=now.batch.region, rule=now.rule)
        told = {"state": "passed_over", "submitted_at": make.NOON, "deeds": word(place)}
        made = make.make_application(now.unit, batch, **told)
        Application.objects.filter(pk=made.pk).update(created_at=make.NOON - timedelta(days=700))
    return [now.pk]


def opinion(world, place):
    told = {"kind": Opinion.Kind.FORWARD, "region": world.regions[place]}
    found, _ = Opinion.objects.get_or_create(
        application=world.applications[place],
        defaults={
            **told,
            "given_at": make.NOON,
            "given_by": world.people["city_officer"],
            "text": f"示例意见{word(place)}",
            "file": make.make_file(world.people["city_officer"], name=f"{word(place)}.pdf"),
        },
    )
    return [found.pk]


def order(world, place):
    """The list of the 旗 that the place lies in."""
    if place not in ("east", "west", "foreign"):
        return None
    application = world.applications[place]
    return [application.batch_id, application.body_id]


def consultation(world, place):
    return [world.consultations[place].pk]


def answered(world, place):
    row = world.consultations[place]
    row.file = row.file or make.make_file(row.recorded_by, name=f"{word(place)}.pdf")
    row.save()
    return [row.pk]


def delegation(world, user):
    """One that the person gave."""
    # somebody who has no such page of their own
    taker = world.people["disabled" if user != world.people["disabled"] else "auditor"]
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + timedelta(days=3)}
    found = Delegation.objects.filter(giver=user).first()
    found = found or Delegation.objects.create(
        giver=user, taker=taker, region=user.region, created_at=timezone.now(), **days
    )
    return [found.pk]


ROWS = {
    "units:desk": Row(roles=OFFICERS, by="sumu_officer"),
    "units:desk-bulk": Row(
        roles=OFFICERS, methods=POST, data=lambda world, place: {"act": "approve", "scope": "all"}
    ),
    "units:desk-approve": Row(roles=OFFICERS, methods=BOTH),
    "units:desk-approvals": Row(roles=OFFICERS, methods=BOTH),
    "units:review": Row(roles=OFFICE, args=sent, by="sumu_officer"),
    "units:review-compare": Row(roles=OFFICE, args=compared),
    "units:review-move": Row(
        roles=OFFICERS,
        args=moved,
        methods=BOTH,
        data=lambda world, place: {"text": "请补充。", "moves": 0},
        by="sumu_officer",
    ),
    "units:opinion-file": Row(roles=READERS, args=opinion),
    "units:recommended": Row(roles=OFFICE),
    "units:recommended-order": Row(
        roles=OFFICE, args=order, sees=SEES_BODY, methods=BOTH, by="east_officer"
    ),
    "units:consultations": Row(roles=OFFICE, finds=True),
    "units:consultation-new": Row(roles=OFFICERS, methods=BOTH),
    "units:consultation-letters": Row(roles=OFFICE),
    "units:consultation": Row(roles=OFFICE, args=consultation, methods=BOTH, by="sumu_officer"),
    "units:consultation-file": Row(roles=OFFICE, args=answered),
    "units:delegations": Row(roles=OFFICERS, methods=BOTH, by="sumu_officer"),
    "units:delegation-end": Row(roles=OFFICERS, owned=delegation, methods=POST),
}
