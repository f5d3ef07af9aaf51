from tests import factories as make
from tests.architecture.matrix import OFFICERS, READERS, Row
from units.models import Batch, Level

OFFICE = frozenset({"officer", "auditor"})
BOTH = ("get", "post")


def unit(world, place):
    return [world.units[place].pk]


def title(world, place):
    return [world.titles[place].pk]


def contact(world, place):
    return {"contact_post": "文书", "version": world.units[place].version}


def rename(world, place):
    return {
        "name": "示例新名",
        "happened_on": "2026-01-05",
        "effect": "keep",
        "version": world.units[place].version,
    }


def batch(world, place):
    """A round of a county is seen below and above it; that of another place is not."""
    region = world.regions[place]
    made = Batch.objects.filter(region=region, name="第一批").first()
    return [(made or make.make_batch("第一批", Level.COUNTY, region=region)).pk]


# Rounds of a region are also seen by those beneath it, who got their titles in them.
SEES_BATCH = {
    "clerk": {"city", "east"},
    "west_clerk": {"city", "west"},
    "sumu_officer": {"city", "east"},
    "east_officer": {"city", "east", "south"},
    "west_officer": {"city", "west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"city", "east", "south"},
}

ROWS = {
    "units:unit": Row(roles=READERS, args=unit),
    "units:unit-new": Row(roles=OFFICERS, methods=BOTH),
    "units:unit-correct": Row(roles=OFFICERS, args=unit, methods=BOTH),
    "units:unit-contact": Row(
        roles=frozenset({"officer", "clerk"}), args=unit, methods=BOTH, data=contact
    ),
    "units:unit-change": Row(
        roles=OFFICERS,
        args=lambda world, place: [*unit(world, place), "rename"],
        methods=BOTH,
        data=rename,
    ),
    "units:unit-options": Row(roles=OFFICERS),
    "units:designation-new": Row(roles=OFFICERS, args=unit, methods=BOTH),
    "units:designation": Row(roles=READERS, args=title),
    "units:designation-correct": Row(roles=OFFICERS, args=title, methods=BOTH),
    "units:designation-void": Row(
        roles=OFFICERS, args=title, methods=BOTH, data=lambda world, place: {"note": "录错"}
    ),
    "units:batches": Row(roles=OFFICE),
    "units:batch": Row(roles=READERS, args=batch, sees=SEES_BATCH),
    "units:batch-new": Row(roles=OFFICERS, methods=BOTH),
    "units:batch-correct": Row(roles=OFFICERS, args=batch, sees=SEES_BATCH, methods=BOTH),
}
