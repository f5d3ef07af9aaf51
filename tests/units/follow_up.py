"""What tests of 复验, 整改 and 退出 share: rounds, turns and orders, by the real operations."""

from datetime import date, timedelta

from portal.models import User
from tests import factories as make
from tests.factories import NOON, TODAY
from units.models import Level, Rectification, RectificationItem, Reverification
from units.operations.rectifications import order_rectification, report_rectification
from units.operations.reverification_rounds import call_round
from units.operations.reverifications import apply_reverification
from units.operations.settling import settle_reverification
from units.verdicts import PLEDGES

ENDS = date(2027, 1, 1)
REPORT = "示例单位五年来坚持把铸牢中华民族共同体意识作为主线。" * 6


def make_signer(region):
    return make.make_officer(region, may_sign=True)


def make_ending(unit, **fields):
    """A title whose term ends in six weeks."""
    fields.setdefault("starts_on", date(2022, 1, 1))
    fields.setdefault("named_year", 2022)
    fields.setdefault("ends_on", ENDS)
    return make.make_designation(unit, **fields)


def call(actor, **fields):
    """A round for the titles of the city that end around the turn of the year."""
    values = {
        "title": "2026 年度复验",
        "region": actor.region,
        "level": Level.CITY,
        "year": 2026,
        "ends_from": date(2026, 7, 1),
        "ends_before": date(2027, 7, 1),
        "opens_on": TODAY - timedelta(days=1),
        "due_on": TODAY + timedelta(days=30),
    }
    return call_round({**values, **fields}, actor=actor, at=NOON)


def turn_of(title):
    return Reverification.objects.for_display().filter(designation=title).latest("pk")


def applied(title, clerk, at=NOON):
    turn = turn_of(title)
    words = {"statement": REPORT, "pledges": list(PLEDGES), "version": turn.version}
    apply_reverification(turn, **words, actor=clerk, at=at)
    return turn_of(title)


def inspected(title, clerk, *, total=92, at=NOON, **figures):
    turn = applied(title, clerk, at)
    told = {"pass_line": 90, "vetoed": False, "short": False, "sheet_id": 1, **figures}
    settle_reverification(turn, total=total, at=at, **told)
    return turn_of(title)


def order(title, actor, *, on=TODAY, at=NOON, items=("档案不全", "宣传栏陈旧")):
    return order_rectification(
        title,
        source=Rectification.Source.SPOT,
        items=list(items),
        note="示例抽查发现",
        on=on,
        actor=actor,
        at=at,
    )


def mended(rectification, clerk, at=NOON):
    """Every item written and proved, and reported."""
    for item in rectification.items.all():
        prove(item, clerk)
    report_rectification(rectification, actor=clerk, at=at)
    return Rectification.objects.for_display().get(pk=rectification.pk)


def prove(item, clerk):
    row = item.rectification
    done = {"measure": "已补", "outcome": "已完成", "done_on": row.ordered_on}
    RectificationItem.objects.filter(pk=item.pk).update(**done)
    item.files.create(file=make.make_file(clerk), added_at=NOON, added_by=clerk)


def become_officer(clerk, region):
    """The person who was a clerk works in the office now."""
    change = {"role": User.Role.OFFICER, "region": region, "may_sign": True}
    User.objects.filter(pk=clerk.pk).update(**change)
    return User.objects.get(pk=clerk.pk)
