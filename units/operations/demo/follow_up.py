"""A round of 复验 with titles at every stage, 整改 of each kind, and a unit that wants to leave."""

import random
from datetime import timedelta

from portal.errors import Refused
from portal.models import User
from portal.operations.demo import add_demo_clerks
from units.models import (
    Designation,
    ExitCase,
    Level,
    Rectification,
    Reverification,
    ReverificationRound,
)
from units.operations.clerks import bind_clerk
from units.operations.exits import ask_exit, return_plaque
from units.operations.rectification_items import ask_extension, save_item
from units.operations.rectifications import order_rectification
from units.operations.reverification_rounds import call_round
from units.operations.reverifications import (
    apply_reverification,
    fail_reverification,
    pass_reverification,
    rectify_reverification,
    return_reverification,
)
from units.operations.settling import settle_reverification
from units.verdicts import PLEDGES

SIGNER, CLERK = "shi-qianfa", "tianbao-fuyan"
REPORT = (
    "示例：命名以来，本单位把铸牢中华民族共同体意识作为主线，健全领导机构和工作制度，"
    "每年制定计划并检查总结；坚持在干部群众中开展宣传教育，规范使用国家通用语言文字；"
    "结合业务帮助群众解决就业、就学和就医的实际问题，同周边单位结对共建，促进交往交流交融；"
    "及时排查化解矛盾，没有发生影响团结稳定的事件。不足之处是档案整理不够及时，今后改进。"
)
WAYS = ("returned", "applied", "inspected", "vetoed", "passed", "rectifying", "failed")


def seed_follow_up(*, seed, at, on, say):
    """The follow-up of titles; nothing where there are rounds already."""
    if ReverificationRound.objects.exists():
        return say("已有复验轮次，没有再建立演示复验。")
    signer = User.objects.select_related("region").filter(username=SIGNER).first()
    if signer is None:
        raise Refused("还没有演示账号，没有建立演示复验。")
    story = FollowUp(random.Random(seed), signer, at=at, on=on)
    story.tell()
    story.take_plaques()
    return say(f"演示复验 {story.made.reverifications.count()} 个称号，整改 {story.orders} 份。")


class FollowUp:
    """One round and what became of it."""

    def __init__(self, dice, signer, *, at, on):
        self.dice, self.signer, self.at, self.on = dice, signer, at, on
        self.act, self.orders = {"actor": signer, "at": at}, 0

    def tell(self):
        self.made = call_round(self._values(), **self.act)
        turns = list(self.made.reverifications.for_display().order_by("pk"))
        chosen = self.dice.sample(turns, min(len(turns), len(WAYS)))
        clerk = self._clerk(chosen)
        for way, turn in zip(WAYS, chosen, strict=False):
            getattr(self, f"_{way}")(turn, clerk)
        self._mend_elsewhere(clerk, chosen)

    def _values(self):
        return {
            "title": f"{self.on.year} 年度示范单位复验",
            "region": self.signer.region,
            "level": Level.CITY,
            "year": self.on.year,
            "ends_from": self.on,
            "ends_before": self.on + timedelta(days=240),
            "opens_on": self.on,
            "due_on": self.on + timedelta(days=30),
        }

    def _clerk(self, turns):
        """One clerk who reports for all the units that are further on."""
        units = [each.designation.unit for each in turns]
        add_demo_clerks({CLERK: units[0]}, at=self.at)
        for unit in units[1:]:
            bind_clerk(unit, username=CLERK, **self.act)
        return User.objects.get(username=CLERK)

    def _applied(self, turn, clerk):
        words = {"statement": REPORT, "pledges": list(PLEDGES), "version": None}
        apply_reverification(turn, **words, actor=clerk, at=self.at)

    def _returned(self, turn, clerk):
        self._applied(turn, clerk)
        return_reverification(self._again(turn), note="请补充近两年结对共建的情况。", **self.act)

    def _inspected(self, turn, clerk, total=93, vetoed=False):
        self._applied(turn, clerk)
        figures = {"total": total, "pass_line": 90, "vetoed": vetoed, "short": False}
        settle_reverification(self._again(turn), **figures, sheet_id=None, at=self.at)

    def _vetoed(self, turn, clerk):
        self._inspected(turn, clerk, total=71, vetoed=True)

    def _passed(self, turn, clerk):
        self._inspected(turn, clerk, total=96)
        pass_reverification(self._again(turn), on=self.on, note="保持良好。", **self.act)

    def _rectifying(self, turn, clerk):
        self._inspected(turn, clerk, total=84)
        items = ["示例：创建档案不完整，缺 2 个年度的总结", "示例：宣传专栏内容两年未更新"]
        told = {"items": items, "note": "得分低于合格线。", "on": self.on}
        order = rectify_reverification(self._again(turn), **told, **self.act)
        item = order.items.first()
        words = {"measure": "补齐档案", "outcome": "已补齐", "done_on": self.on}
        save_item(item, words, version=item.version, actor=clerk, at=self.at)
        ask_extension(order, reason="专栏改造要等开春施工。", actor=clerk, at=self.at)
        self.orders += 1

    def _failed(self, turn, clerk):
        self._inspected(turn, clerk, total=62)
        fail_reverification(self._again(turn), note="工作长期停顿。", on=self.on, **self.act)

    def _again(self, turn):
        return Reverification.objects.for_display().get(pk=turn.pk)

    def _mend_elsewhere(self, clerk, turns):
        """Orders after spot checks, one of them late, and a unit that asks to leave."""
        busy = [each.designation_id for each in turns]
        held = Designation.objects.in_force(self.on).filter(level=Level.CITY, state="active")
        free = held.exclude(pk__in=busy).filter(starts_on__lt=self.on - timedelta(days=200))
        related = ("unit__region", "unit__category", "kind")
        titles = list(free.select_related(*related).order_by("pk")[:200])
        spots = self.dice.sample(titles, min(3, len(titles)))
        for days, title in zip((120, 10), spots, strict=False):
            self._order(title, self.on - timedelta(days=days))
        if len(spots) == 3:
            bind_clerk(spots[2].unit, username=CLERK, **self.act)
            reason = "示例：单位业务转型，不再具备保持称号的条件。"
            ask_exit(spots[2], reason=reason, actor=clerk, at=self.at)

    def _order(self, title, day):
        order_rectification(
            title,
            source=Rectification.Source.SPOT,
            items=["示例：未按要求开展年度宣传教育活动"],
            note="抽查发现。",
            on=day,
            **self.act,
        )
        self.orders += 1

    def take_plaques(self):
        """Plaques of ended titles have come back in time, but for two."""
        due = ExitCase.objects.filter(plaque_due_on__lt=self.on, plaque_returned_on=None)
        for case in due.select_related("designation__unit__region").order_by("pk")[2:]:
            back = case.plaque_due_on - timedelta(days=1)
            return_plaque(case, on=back, version=case.version, **self.act)
