from tests.architecture.matrix import OFFICERS, READERS, Row
from tests.architecture.world import receipt_of

OFFICE = frozenset({"officer", "auditor"})
FILLERS = frozenset({"officer", "clerk"})
BOTH = ("get", "post")
POST = ("post",)

# A round is seen by everybody below the region that runs it, with the units in sight.
OURS = {"city", "east"}
SEES_ROUND = {
    "sumu_officer": OURS,
    "east_officer": OURS,
    "west_officer": OURS,
    "city_officer": OURS,
    "leader": OURS,
    "auditor": OURS,
}


def check(world, place):
    return [world.checks[place].pk]


def draft(world, place):
    return [world.drafts[place].pk]


def item(world, place):
    check = world.drafts[place]
    return [check.pk, check.edition.indicators.get(code="1.1").pk]


def section(world, place):
    check = world.drafts[place]
    return [check.pk, check.edition.indicators.get(code="1").pk]


def receipt(world, place):
    return [receipt_of(world, place).code]


def round(world, place):
    """Ours stands for the city and for a place in it; the foreign one is seen by nobody."""
    owner = {"city": "city", "east": "city", "foreign": "foreign"}.get(place)
    return [world.rounds[owner].pk] if owner else None


def about_round(roles, **more):
    return Row(roles=roles, args=round, sees=SEES_ROUND, **more)


ROWS = {
    "evaluations:self-checks": Row(roles=READERS, finds=True),
    "evaluations:self-checks-export": Row(roles=READERS, methods=POST),
    "evaluations:self-check-rounds": Row(roles=OFFICE),
    "evaluations:self-check-round-new": Row(
        roles=OFFICERS,
        methods=BOTH,
        data=lambda world, place: {"act": "preview", "title": "示例"},
    ),
    "evaluations:self-check-round": about_round(OFFICE),
    "evaluations:self-check-round-export": about_round(OFFICE, methods=POST),
    "evaluations:self-check-phones": about_round(OFFICE),
    "evaluations:self-check-phones-export": about_round(OFFICE, methods=POST),
    "evaluations:self-check-round-urge": about_round(OFFICERS, methods=POST),
    "evaluations:self-check-round-widen": about_round(OFFICERS, methods=BOTH),
    "evaluations:self-check-round-extend": about_round(
        OFFICERS,
        methods=BOTH,
        data=lambda world, place: {"due_on": "2099-01-05", "note": "示例", "version": 1},
    ),
    "evaluations:self-check-round-close": about_round(
        OFFICERS, methods=BOTH, data=lambda world, place: {"version": 1}
    ),
    "evaluations:self-check-receipt": Row(roles=READERS, args=receipt),
    "evaluations:self-check-receipt-pdf": Row(roles=READERS, args=receipt),
    "evaluations:self-check": Row(roles=READERS, args=check),
    "evaluations:self-check-fill": Row(by="clerk", roles=FILLERS, args=draft),
    "evaluations:self-check-section": Row(by="clerk", roles=FILLERS, args=section, methods=BOTH),
    "evaluations:self-check-item": Row(
        roles=FILLERS,
        args=item,
        methods=POST,
        api=True,
        data=lambda world, place: {"version": 1, "value": "{}", "statement": "示例"},
    ),
    "evaluations:self-check-carry": Row(roles=FILLERS, args=draft, methods=POST),
    "evaluations:self-check-submit": Row(by="clerk", roles=FILLERS, args=draft, methods=BOTH),
    "evaluations:self-check-return": Row(
        roles=OFFICERS,
        args=check,
        methods=BOTH,
        data=lambda world, place: {"note": "示例", "due_on": "2099-01-05"},
    ),
    "evaluations:self-check-urge": Row(roles=OFFICERS, args=draft, methods=POST),
}
