"""培育库 and 申报汇总表: a list belongs to one office; those above it read it too."""

from awards.models import Candidate
from tests import factories as make
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.rows.desk import SEES_BODY
from units.models import Application

OFFICE = frozenset({"officer", "auditor"})
POST, BOTH = ("post",), ("get", "post")

# The list of a 旗 is seen there and by those above; that of the city by the city alone.
SEES_LIST = {
    **SEES_BODY,
    "city_officer": {"city", "east", "west"},
    "leader": {"city", "east", "west"},
}
OWN_OFFICE = {"east": ("eastqi", "city"), "west": ("west", "city"), "city": ("city", "region")}
WORDS = {"words": "示例措施", "version": 1}


def candidate(world, place):
    """The one that the world keeps at a place."""
    return [world.candidates[place].pk]


def the_list(world, place):
    """The list of the 旗 that a place lies in, or of the city."""
    found = OWN_OFFICE.get(place)
    if found is None:
        return None
    region = world.regions["east"].parent if found[0] == "eastqi" else world.regions[found[0]]
    told = {"level": found[1], "added_at": make.NOON, "added_by": world.people["city_officer"]}
    Candidate.objects.get_or_create(region=region, unit=world.units[place], defaults=told)
    return [region.pk, found[1]]


def recommended(world, place):
    """The batch of a place and the body that recommended its unit."""
    if place not in ("east", "west", "foreign"):
        return None
    application = world.applications[place]
    told = {"recommended_at": make.NOON, "recommended_rank": 1}
    Application.objects.filter(pk=application.pk).update(**told)
    return [application.batch_id, application.body_id]


def whole_batch(world, place):
    """A batch is heard of by everybody beneath its region."""
    if place not in ("east", "foreign"):
        return None
    return recommended(world, place)[:1]


# of a whole batch each sees what their own region recommended
HEARS = {
    person: {"east"}
    for person in (
        "sumu_officer", "east_officer", "west_officer", "city_officer", "leader", "auditor",
    )
}  # fmt: skip

ROWS = {
    "awards:candidates": Row(roles=OFFICE, finds=True),
    "awards:candidate-proposals": Row(roles=OFFICE, by="east_officer"),
    "awards:candidate-add": Row(roles=OFFICERS, methods=POST),
    "awards:candidate": Row(roles=OFFICE, args=candidate, by="sumu_officer"),
    "awards:candidate-note": Row(
        roles=OFFICERS, args=candidate, methods=BOTH, data=lambda *_: WORDS
    ),
    "awards:candidate-remove": Row(
        roles=OFFICERS, args=candidate, methods=POST, data=lambda *_: {"reason": "示例"}
    ),
    "awards:candidate-order": Row(
        roles=OFFICE, args=the_list, sees=SEES_LIST, methods=BOTH, by="east_officer"
    ),
    "awards:summaries": Row(roles=OFFICE, by="east_officer"),
    "awards:pool-summary": Row(
        roles=OFFICE, args=the_list, sees=SEES_LIST, methods=BOTH, by="east_officer"
    ),
    "awards:batch-summary": Row(roles=OFFICE, args=whole_batch, sees=HEARS, methods=BOTH),
    "awards:body-summary": Row(
        roles=OFFICE, args=recommended, sees=SEES_BODY, methods=BOTH, by="east_officer"
    ),
}
