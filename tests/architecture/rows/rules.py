"""评选条件 hold for everybody; recommending and issuing bodies belong to a place."""

from portal.models import User
from tests import factories as make
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.world import PEOPLE, PLACES
from units.models import HonourRule, IssuingBody

R = User.Role
READERS = frozenset({R.OFFICER, R.AUDITOR, R.SYSTEM_ADMIN})
OFFICE = frozenset({R.OFFICER, R.AUDITOR})
EVERYWHERE = {person: set(PLACES) for person in PEOPLE}  # rows that belong to no place
BOTH = ("get", "post")

# Bodies of a region are also seen by those beneath it, whose units they hear about.
SEES_BODY = {
    "sumu_officer": {"city", "east"},
    "east_officer": {"city", "east", "south"},
    "west_officer": {"city", "west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"city", "east", "south"},
}


def rule(world, place):
    made = HonourRule.objects.first()
    return [(made or make.make_rule()).pk]


def recommending(world, place):
    return [make.make_body(world.regions[place]).pk]


def issuing(world, place):
    region = world.regions[place]
    made = IssuingBody.objects.filter(region=region).first()
    return [(made or make.make_issuing_body(region, f"示例部门{place}")).pk]


def sealed(world, place):
    pk = issuing(world, place)[0]
    if not IssuingBody.objects.filter(pk=pk).exclude(seal=None).exists():
        seal = make.make_file(world.people["leader"], name="示例印章.png")
        IssuingBody.objects.filter(pk=pk).update(seal=seal)
    return [pk]


def about(**fields):
    return Row(roles=OFFICERS, args=rule, sees=EVERYWHERE, **fields)


ROWS = {
    "units:rules": Row(roles=READERS),
    "units:unconfirmed": Row(roles=READERS),
    "units:rule": Row(roles=READERS, args=rule, sees=EVERYWHERE),
    "units:rule-new": Row(roles=OFFICERS, methods=BOTH, by="leader"),
    "units:rule-edit": about(methods=BOTH),
    "units:rule-copy": about(methods=BOTH),
    "units:rule-confirm": about(methods=BOTH),
    "units:rule-doubt": Row(
        roles=OFFICERS,
        args=lambda world, place: [*rule(world, place), "notice_days"],
        sees=EVERYWHERE,
        methods=("post",),
    ),
    "units:rule-drop": about(methods=("post",)),
    "units:recommending-bodies": Row(roles=OFFICE),
    "units:recommending-body-new": Row(roles=OFFICERS, methods=BOTH),
    "units:recommending-bodies-fill": Row(roles=OFFICERS, methods=("post",)),
    "units:recommending-body": Row(roles=OFFICE, args=recommending, sees=SEES_BODY, methods=BOTH),
    "units:issuing-bodies": Row(roles=OFFICE),
    "units:issuing-body-new": Row(roles=OFFICERS, methods=BOTH),
    "units:issuing-body": Row(roles=OFFICE, args=issuing, sees=SEES_BODY, methods=BOTH),
    "units:issuing-body-seal": Row(
        roles=OFFICERS, args=sealed, sees={"leader": SEES_BODY["leader"]}, by="leader"
    ),
    "units:issuing-body-seal-set": Row(
        roles=OFFICERS, args=issuing, sees=SEES_BODY, methods=("post",)
    ),
}
