"""The whole demonstration of this floor, the same for the same seed and day."""

import random

from django.conf import settings
from django.db import transaction

from portal.errors import Refused
from portal.models import User
from portal.operations.demo import add_demo_clerks, make_demo_accounts
from units.models import Designation, Unit
from units.operations.demo.events import Life
from units.operations.demo.registry import Register, write_units
from units.operations.demo.titles import Naming, home_region, write_titles

ACTOR = "shi-shenhe"
CLERKED = ["unit_school", "unit_village", "unit_community", "unit_enterprise"]


def seed_units(*, seed, at, on, say):
    """Units, batches, titles, changes and clerks; nothing where there are units already."""
    home = home_region(settings.HOME_REGION_CODE)
    if home is None:
        raise Refused("还没有行政区划，请先运行 load_reference；没有建立演示数据。")
    if Unit.objects.exists():
        return say("已有单位，没有再建立演示单位。")
    make_demo_accounts(seed=seed, at=at)
    _seed(random.Random(seed), home, at=at, on=on, say=say)
    add_demo_clerks(_clerked(on), at=at)
    return None


@transaction.atomic
def _seed(dice, home, *, at, on, say):
    actor = User.objects.select_related("region").get(username=ACTOR)
    units = Register(dice, home, on).fill()
    write_units(units, actor=actor, at=at)
    titles = Naming(dice, home, units, at=at, on=on).fill()
    write_titles(titles, actor=actor, at=at)
    Life(dice, actor=actor, on=on, at=at).go_on()
    say(f"演示单位 {len(units)} 个，称号 {len(titles)} 个。")


def _clerked(on):
    """One unit with a title in force of each of some categories; its clerk can be tried out."""
    holders = Designation.objects.in_force(on).values("unit")
    held = Unit.objects.active().filter(pk__in=holders, represents=None)
    chosen = (held.filter(category__code=code).order_by("pk").first() for code in CLERKED)
    return {f"tianbao-{number}": each for number, each in enumerate(filter(None, chosen), 1)}
