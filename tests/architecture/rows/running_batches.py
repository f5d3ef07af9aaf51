"""A batch that is run here is prepared and moved by its own office, and by nobody else."""

from tests import factories as make
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.world import word
from units.models import Batch, HonourRule

BOTH = ("get", "post")

# Offices keep batches of their very own region, not those above or beneath it.
KEEPS = {
    "sumu_officer": {"east"},
    "west_officer": {"west"},
    "city_officer": {"city"},
    "leader": {"city"},
}


def running(state):
    """The arguments of a batch in that state at a place, made once."""

    def at(world, place):
        region, name = world.regions[place], f"示例{state}批{word(place)}"
        made = Batch.objects.filter(region=region, name=name).first()
        rule = HonourRule.objects.first() or make.make_rule()
        fields = {"state": state, "rule": rule}
        return [(made or make.make_running_batch(region, name, **fields)).pk]

    return at


def stage(world, place):
    return [*running("open")(world, place), "applying"]


def later(world, place):
    return [*running("open")(world, place), "inspecting"]


def draft(**fields):
    return Row(roles=OFFICERS, args=running("draft"), sees=KEEPS, by="sumu_officer", **fields)


def moved(args):
    return Row(roles=OFFICERS, args=args, sees=KEEPS, methods=BOTH, by="sumu_officer")


ROWS = {
    "units:batch-plan": Row(roles=OFFICERS, methods=BOTH),
    "units:batch-papers": draft(methods=BOTH),
    "units:batch-renew-rule": draft(methods=("post",)),
    "units:batch-timetable": draft(methods=BOTH),
    "units:batch-quotas": draft(methods=BOTH),
    "units:batch-requirements": draft(methods=BOTH),
    "units:batch-open": draft(methods=("post",)),
    "units:batch-cancel": draft(methods=BOTH),
    "units:stage-close": moved(stage),
    "units:stage-extend": moved(stage),
    "units:stage-start": moved(later),
}
