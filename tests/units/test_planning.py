"""排期: working days over holidays, and what a timetable runs into. Plain values, no database."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from portal.calendar import LAST_PUBLISHED, Calendar
from portal.operations.reference import fixture
from portal.times import until
from units import rules
from units.models import Batch, HonourRule, Occasion
from units.occasions import occasions
from units.planning import Kind, Laid, Lengths, Surroundings, clashes, lay_stages, since

PLAIN = Calendar({})
RULE = HonourRule(notice_days=5, notice_in_working_days=True, objection_days=10)
SHORT = Lengths(applying=5, reviewing=5, inspecting=5, deliberating=5, deciding=5)


def by_kind(laid):
    return {each.kind: each for each in laid}


def moment(day, clock=time(0)):
    return timezone.make_aware(datetime.combine(day, clock))


def stage(kind, first, last):
    return Laid(kind, moment(first), moment(last + timedelta(days=1)))


def test_a_timetable_steps_over_the_national_holiday():
    laid = by_kind(lay_stages(RULE, starts_on=date(2026, 9, 28), calendar=PLAIN, lengths=SHORT))

    applying = laid[Kind.APPLYING]
    assert applying.first == date(2026, 9, 28)
    assert applying.last == date(2026, 10, 9)  # three days, the holiday, and two more
    assert timezone.localtime(applying.ends_at).time() == time(17, 30)


def test_a_start_on_a_day_off_waits_for_the_next_worked_day():
    laid = lay_stages(RULE, starts_on=date(2026, 10, 1), calendar=PLAIN, lengths=SHORT)

    assert laid[0].first == date(2026, 10, 8)


def test_stages_follow_one_another_and_reviewing_begins_with_applying():
    laid = lay_stages(RULE, starts_on=date(2026, 3, 2), calendar=PLAIN)

    assert [each.kind for each in laid] == list(Kind)
    assert laid[1].starts_at == laid[0].starts_at
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(laid[1:]))
    assert all(PLAIN.is_working(each.last) for each in laid)


@pytest.mark.parametrize(("working", "days"), [(True, 5), (False, 15)])
def test_the_notice_is_as_long_as_the_rule_says(working, days):
    rule = HonourRule(notice_days=days, notice_in_working_days=working, objection_days=10)

    notice = by_kind(lay_stages(rule, starts_on=date(2026, 3, 2), calendar=PLAIN))[Kind.NOTICE]

    first, end = notice.span
    length = PLAIN.working_days(first, end) if working else (end - first).days
    assert length >= days


def test_naming_leaves_the_rule_s_days_for_objections():
    laid = by_kind(lay_stages(RULE, starts_on=date(2026, 3, 2), calendar=PLAIN))

    deciding = laid[Kind.DECIDING]
    assert PLAIN.working_days(*deciding.span) == RULE.objection_days + Lengths().deciding


KNOWN = tuple(Occasion(**row) for row in fixture("occasions.json"))


def around(**fields):
    fields.setdefault("rule", RULE)
    fields.setdefault("occasions", KNOWN)
    return Surroundings(calendar=PLAIN, **fields)


CLASHES = [
    ([stage(Kind.APPLYING, date(2026, 9, 1), date(2026, 10, 1))], "2026-10-01（周四）国庆节放假"),
    ([stage(Kind.APPLYING, date(2026, 9, 1), date(2026, 9, 6))], "最后一天 2026-09-06（周日）放假"),
    ([stage(Kind.NOTICE, date(2026, 9, 28), date(2026, 10, 12))], "公示期间遇国庆节"),
    ([stage(Kind.NOTICE, date(2026, 11, 2), date(2026, 11, 4))], "公示只有 3 个工作日"),
    ([stage(Kind.INSPECTING, date(2026, 9, 21), date(2026, 9, 23))], "第四周民族团结进步宣传周"),
    (
        [
            stage(Kind.INSPECTING, date(2026, 11, 2), date(2026, 11, 6)),
            stage(Kind.DELIBERATING, date(2026, 11, 5), date(2026, 11, 9)),
        ],
        "两个阶段有重叠",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("stages", "sentence"), CLASHES)
def test_a_clash_is_a_sentence(stages, sentence):
    assert sentence in "".join(clashes(stages, around()))


def test_other_batches_of_the_level_and_too_short_an_interval_are_named():
    stages = [stage(Kind.APPLYING, date(2026, 11, 2), date(2026, 11, 6))]
    other = ("盟市级第六批", date(2026, 10, 8), date(2026, 11, 4))
    last = Batch(level="city", name="第六批", year=2025)
    rule = HonourRule(batch_interval_years=2, notice_days=5)

    told = "".join(clashes(stages, around(rule=rule, others=(other,), previous=last, year=2026)))

    assert "与“盟市级第六批”（2026-10-08 至 2026-11-03）同时进行" in told
    assert "只有 1 年，评选条件规定每 2 年一批" in told


def test_a_year_whose_holidays_nobody_has_published_is_said():
    day = date(LAST_PUBLISHED + 1, 3, 1)

    told = clashes([stage(Kind.APPLYING, day, day + timedelta(days=1))], around())

    assert any("尚未公布" in each for each in told)


def test_a_timetable_without_clashes_says_nothing():
    assert clashes([stage(Kind.APPLYING, date(2026, 11, 2), date(2026, 11, 6))], around()) == []
    assert clashes([], around()) == []


def test_the_law_s_week_is_the_fourth_of_september_from_2026():
    names = [each.name for each in occasions(KNOWN, date(2025, 9, 1), date(2025, 10, 1))]
    found = occasions(KNOWN, date(2026, 9, 1), date(2026, 10, 1))
    weeks = [each for each in found if "周" in each.name]

    assert not any("宣传周" in name for name in names)
    assert [(each.starts_on, each.ends_on) for each in weeks] == [
        (date(2026, 9, 21), date(2026, 9, 28))
    ]


@pytest.mark.parametrize(
    ("part", "counting", "first"),
    [  # September 2026 begins on a Tuesday and ends on a Wednesday
        ("1", "most", date(2026, 8, 31)),
        ("1", "monday", date(2026, 9, 7)),
        ("1", "first_day", date(2026, 8, 31)),
        ("4", "monday", date(2026, 9, 28)),
        ("last", "most", date(2026, 9, 21)),
        ("last", "monday", date(2026, 9, 28)),
        ("last", "first_day", date(2026, 9, 28)),
        ("month", "most", date(2026, 9, 1)),
    ],
)
def test_how_a_week_is_counted_is_the_row_s_to_say(part, counting, first):
    row = Occasion(name="示例周", month=9, part=part, counting=counting)

    (met,) = occasions([row], date(2026, 8, 1), date(2026, 11, 1))

    assert met.starts_on == first


def test_the_end_of_a_day_is_told_as_its_own_hour_24():
    assert until(moment(date(2026, 11, 23))) == "2026-11-22 24:00"
    assert until(moment(date(2026, 11, 23), time(17, 30))) == "2026-11-23 17:30"
    assert since(moment(date(2026, 11, 23))) == "2026-11-23"


NAMES = [(1, "第一批"), (10, "第十批"), (12, "第十二批"), (20, "第二十批"), (35, "第三十五批")]


@pytest.mark.parametrize(("number", "name"), NAMES)
def test_a_batch_is_named_by_its_number(number, name):
    assert rules.ordinal(number) == name
