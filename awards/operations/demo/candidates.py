"""培育库 of the city and of each 旗市区 that has an officer: the best of those that qualify."""

import random

from awards.access import next_levels
from awards.models import Candidate
from awards.operations.candidates import (
    add_candidate,
    listed,
    note_candidate,
    order_candidates,
    remove_candidate,
)
from awards.qualifying import DEMONSTRATION, NO, NextLevel
from portal.models import User
from units.models import Designation, Unit

KEEPERS = ("shi-shenhe", "qi-shenhe-hailaer", "qi-shenhe-moqi", "qi-shenhe-ewenke")
MANY, MEASURED = 6, 60
NOTES = (
    "示例：请上一级示范单位结对帮带，每季度交流一次，年底前补齐三个年度的创建档案。\n"
    "示例：业务科室上半年到单位现场指导。",
    "示例：打造红石榴宣传阵地，整理典型做法，形成可推广的经验材料。",
    "示例：完善共建机制，组织群众性交往交流交融活动，力争测评得分稳定在 95 分以上。",
)


def seed_candidates(*, seed, at, on, say):
    """Lists with notes and an order of their own; nothing where there are candidates already."""
    if Candidate.objects.exists():
        return say("已有培育单位，没有再建立演示培育库。")
    officers = User.objects.filter(username__in=KEEPERS, is_active=True)
    dice = random.Random(f"candidates {seed}")
    for officer in officers.select_related("region").order_by("username"):
        for level in next_levels(officer.region):
            if not listed(officer.region, level).exists():
                _bring_on(dice, officer, level, on=on, at=at)
    return say(f"演示培育库 {Candidate.objects.standing().count()} 家。")


def _bring_on(dice, officer, level, *, on, at):
    who = {"actor": officer, "at": at}
    made = [add_candidate(unit, level=level, on=on, **who) for unit in _best(officer, level, on)]
    for number, each in enumerate(made[:3]):
        note_candidate(each, note=NOTES[number], version=each.version, **who)
    if len(made) > 2:
        remove_candidate(made.pop(), reason="示例：近期工作停顿，待恢复后再列入。", **who)
    seen = [each.pk for each in made]
    wanted = dice.sample(seen, len(seen))
    if wanted:
        order_candidates(officer.region, level, wanted=wanted, seen=seen, **who)


def _best(officer, level, on):
    """The first few that nothing blocks, the higher score first."""
    ladder = NextLevel(officer.region, level, on)
    held = Designation.objects.in_force(on).filter(
        kind__family=DEMONSTRATION, level__in=ladder.required_levels()
    )
    units = Unit.objects.visible_to(officer).active().filter(pk__in=held.values("unit"))
    units = list(units.select_related("region", "category").order_by("pk")[:MEASURED])
    able = [each for each in ladder.standings(units).values() if each.verdict != NO]
    able.sort(key=lambda each: (-(each.share or 0), each.unit.pk))
    return [each.unit for each in able[:MANY]]
