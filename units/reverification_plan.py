"""Whom a round of 复验 asks: the titles whose term ends in its period, and those it leaves out."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from units.models import (
    Application,
    Batch,
    Designation,
    ExitRequest,
    HonourRule,
    Reverification,
    TitleKind,
)
from units.places import Places, county_of
from units.rules import last_day
from units.ruling import Rulings

State, Family = Designation.State, TitleKind.Family
NAMED_HERE = (Family.DEMONSTRATION, Family.BASE)
REAPPLY = HonourRule.ExpiryPolicy.REAPPLY


@dataclass(frozen=True)
class Call:
    """What a round is to be: whose titles, of which level, ending when (end exclusive)."""

    region: object
    level: str
    ends_from: object
    ends_before: object
    waiting: bool = True  # also those that wait for a look after their unit changed

    def titles(self):
        """Every title it could mean, nothing ended."""
        rows = Designation.objects.within(self.region).filter(
            level=self.level, kind__family__in=NAMED_HERE, unit__closed_on=None
        )
        ending = Q(ends_on__gt=self.ends_from, ends_on__lte=self.ends_before)
        meant = ending & Q(state__in=Designation.HOLDING)
        if self.waiting:
            meant |= Q(state=State.REVERIFYING)
        related = ("unit__region", "unit__category", "kind", "batch")
        return rows.filter(meant).select_related(*related).order_by("unit__name", "pk")

    def renews(self, title):
        """Does its term end in the period?"""
        return bool(title.ends_on and self.ends_from < title.ends_on <= self.ends_before)


class Plan:
    """The titles of a call on a day: those asked, and those left out, each with its reason."""

    def __init__(self, call, on):
        self.call, self.on = call, on
        self.rulings = Rulings(on)
        self.asked, self.left_out = [], []
        for title in call.titles():
            reason = self._reason(title)
            self.left_out.append((title, reason)) if reason else self.asked.append(title)

    def _reason(self, title):
        busy = self.in_rounds.get(title.pk)
        if busy:
            return f"已在“{busy}”中"
        if title.state in Designation.UNDER_WAY and title.pk in self.decided:
            return self.decided[title.pk]
        if title.ends_on and title.ends_on <= self.on:
            return f"已于 {last_day(title.ends_on)} 到期"
        if title.state == State.RECTIFYING:
            return "整改中，销号后再列入"
        if title.pk in self.leaving:
            return "已申请退出"
        applying = self.applying.get((title.unit_id, title.kind_id))
        if applying:
            return f"正在申报“{applying}”"
        if self.rulings.of(title).expiry_policy == REAPPLY:
            return "按规定到期后重新申报，不复验"
        return ""

    @cached_property
    def in_rounds(self):
        """{title: the round it is in}, of those without a result."""
        rows = Reverification.objects.open().filter(designation__level=self.call.level)
        return dict(rows.order_by().values_list("designation", "round__title"))

    @cached_property
    def decided(self):
        """{title: why another look is out of place}: its last one waits for what follows."""
        turns = Reverification.objects.filter(designation__level=self.call.level)
        failed = turns.filter(state=Reverification.State.FAILED).order_by()
        passed = turns.awaiting_decision().order_by()
        told = dict.fromkeys(failed.values_list("designation", flat=True), "复验不合格，待处理")
        keys = passed.values_list("designation", flat=True)
        return told | dict.fromkeys(keys, "复验合格，待出续期决定")

    @cached_property
    def leaving(self):
        rows = ExitRequest.objects.filter(state=ExitRequest.State.ASKED)
        return set(rows.order_by().values_list("designation", flat=True))

    @cached_property
    def applying(self):
        """{(unit, kind): batch} of applications on their way at this level."""
        rows = Application.objects.live().filter(
            batch__level=self.call.level, batch__state=Batch.State.OPEN
        )
        return {
            (unit, kind): name
            for unit, kind, name in rows.order_by().values_list(
                "unit", "batch__kind", "batch__name"
            )
        }

    @cached_property
    def by_county(self):
        """(旗市区, how many) of those asked, the most first."""
        places = Places()
        places.learn(each.unit.region.path for each in self.asked)
        names = (county_of(places.names(each.unit.region.path)) or "市直" for each in self.asked)
        return Counter(names).most_common()

    @cached_property
    def by_category(self):
        """(类别, how many) of those asked, the most first."""
        return Counter(each.unit.category.name for each in self.asked).most_common()

    @cached_property
    def reasons(self):
        """(reason, how many) of those left out."""
        return Counter(reason for _, reason in self.left_out).most_common()
