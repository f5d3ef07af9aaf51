"""The whole demonstration of this floor, the same for the same seed and day."""

import random

from django.db import transaction

from evaluations.models import IndexEdition, InspectionRound
from evaluations.operations.demo.checking import Checks
from evaluations.operations.demo.inspecting import Inspecting
from evaluations.operations.demo.people import assessors, home_of
from evaluations.operations.samples import load_samples
from portal.models import Region, User
from units.models import Unit

ACTOR = "shi-shenhe"
A_COUNTY = 5
IN_PROGRESS = 24


def seed_evaluations(*, seed, at, on, say):
    """Editions, self-checks and inspections; nothing where there are rounds already."""
    if InspectionRound.objects.exists():
        return say("已有测评轮次，没有再建立演示测评。")
    if not Unit.objects.exists() or not assessors():
        return say("还没有单位或测评人员，没有建立演示测评。")
    load_samples(at=at, on=on.replace(year=on.year - 3, day=1))  # old batches are scored by them
    return _seed(random.Random(f"evaluations {seed}"), at=at, on=on, say=say)


@transaction.atomic
def _seed(dice, *, at, on, say):
    actor = User.objects.select_related("region").get(username=ACTOR)
    editions = list(IndexEdition.objects.in_force(on).select_related("family"))
    checks = Checks(dice, editions, actor=actor, on=on, at=at)
    homes = list(filter(None, map(home_of, assessors())))
    before, now = checks.last_year(homes), checks.this_year()
    rounds = Inspecting(dice, checks, actor=actor, on=on, at=at)
    chosen = _put_forward(dice, before, homes)
    winter = on.replace(year=on.year - 1, month=12, day=1)
    submitted = [each for each in now if each.state == each.State.SUBMITTED]
    visited = dice.sample(submitted, min(IN_PROGRESS, len(submitted)))
    checks.attach(_with_clerks(chosen, before), pictures=1, accepted=True)
    checks.attach(_with_clerks(visited, now), pictures=3)
    checks.seal(before)
    checks.seal(now)
    rounds.preliminary(chosen, winter.replace(day=1))
    rounds.appraisal(_areas(before), winter.replace(day=2))
    rounds.acceptance(chosen, winter.replace(day=8))
    rounds.in_progress(visited)
    say(f"演示自查 {len(before) + len(now)} 份，验收单位 {len(chosen)} 个。")


def _with_clerks(chosen, checks):
    """Those chosen, and those of units that somebody can sign in for."""
    known = {each.pk for each in chosen}
    more = [each for each in checks if each.unit.clerks.all() and each.state != "not_started"]
    return [*chosen, *(each for each in more if each.pk not in known)]


def _put_forward(dice, checks, homes):
    """Some units of every 旗 that has an assessor, areas among them now and then."""
    chosen = []
    for county in homes:
        own = [each for each in checks if each.unit.region.path.startswith(county.path)]
        clerked = [each for each in own if each.unit.clerks.all()][:1]  # somebody can read it
        rest = [each for each in own if each not in clerked]
        chosen += clerked + dice.sample(rest, min(A_COUNTY - len(clerked), len(rest)))
    return chosen


def _areas(checks):
    """The units that stand for a 旗市区."""
    counties = Region.Level.COUNTY
    return [
        each for each in checks if each.unit.represents_id and each.unit.region.level == counties
    ]
