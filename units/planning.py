"""排期: lays the six stages of a batch from its rule and the working days, and names clashes.

Plain arithmetic over what it is given; nothing here asks the database.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone

from units.models import BatchStage
from units.occasions import occasions

Kind = BatchStage.Kind
ONE = timedelta(days=1)
OFFICE_CLOSES = time(17, 30)
MIDNIGHT = time(0)
HANDED_IN = (Kind.APPLYING, Kind.REVIEWING)  # these end with the office's day


@dataclass(frozen=True)
class Lengths:
    """Working days of the stages that no rule fixes."""

    applying: int = 20
    reviewing: int = 20
    inspecting: int = 30
    deliberating: int = 10
    deciding: int = 5


@dataclass(frozen=True)
class Laid:
    """One stage as it is planned; the end is not included."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    closes_by_date: bool = True

    @property
    def label(self):
        return Kind(self.kind).label

    @property
    def first(self):
        return timezone.localdate(self.starts_at)

    @property
    def last(self):
        """The last day that has some of the stage."""
        return timezone.localdate(self.ends_at - timedelta(microseconds=1))

    @property
    def span(self):
        """The stage as an occasion: days, half-open."""
        return self.first, self.last + ONE


def at_clock(day, clock):
    """A day and a time of day as people here read them."""
    return timezone.make_aware(datetime.combine(day, clock))


def lay_stages(rule, *, starts_on, calendar, lengths=None):
    """The six stages from a first day on: 公示 by the rule, 命名 with time for objections."""
    lengths = lengths or Lengths()
    first = calendar.next_working(starts_on)
    applied = calendar.after_working_days(first, lengths.applying)
    reviewed = calendar.after_working_days(applied, lengths.reviewing)
    laid = [
        _stage(Kind.APPLYING, first, applied),
        _stage(Kind.REVIEWING, first, reviewed),
    ]
    day = calendar.next_working(reviewed)
    for kind, days, working in _later(rule, lengths):
        end = calendar.end_of(day, days, working=working)
        end = end if calendar.is_working(end - ONE) else calendar.next_working(end) + ONE
        laid.append(_stage(kind, day, end))
        day = calendar.next_working(end)
    return laid


def _later(rule, lengths):
    """(stage, days, are they working days?) after the list has been reviewed."""
    yield Kind.INSPECTING, lengths.inspecting, True
    yield Kind.DELIBERATING, lengths.deliberating, True
    yield Kind.NOTICE, rule.notice_days, rule.notice_in_working_days
    yield Kind.DECIDING, rule.objection_days + lengths.deciding, True


def _stage(kind, first, end):
    """A stage up to a day not included; what is handed in closes with the office."""
    if kind in HANDED_IN:
        return Laid(kind, at_clock(first, MIDNIGHT), at_clock(end - ONE, OFFICE_CLOSES))
    return Laid(kind, at_clock(first, MIDNIGHT), at_clock(end, MIDNIGHT))


@dataclass(frozen=True)
class Surroundings:
    """What a timetable may clash with: rule, calendar, other batches, the batch before."""

    rule: object
    calendar: object
    others: tuple = ()  # (name, first day, day after the last) of other batches of the level
    previous: object = None  # the batch of the level before this one
    year: int | None = None
    occasions: tuple = ()  # rows of 宣传月 and 宣传周


def clashes(stages, around):
    """Sentences about what a timetable runs into; it may be kept all the same."""
    if not stages:
        return []
    found = [
        *_order(stages),
        *_ends(stages, around.calendar),
        *_holidays(stages, around.calendar),
        *_short_notice(stages, around),
        *_others(stages, around.others),
        *_interval(around),
        *_occasions(stages, around.occasions),
    ]
    caveat = around.calendar.caveat(min(s.first for s in stages), max(s.last for s in stages))
    return [*found, caveat] if caveat else found


def _order(stages):
    for before, after in pairwise(stages):
        if after.ends_at < before.ends_at:
            yield f"{after.label}比{before.label}先结束，请核对次序。"
        elif after.kind != Kind.REVIEWING and after.starts_at < before.ends_at:
            yield f"{after.label}在{before.label}结束之前就开始，两个阶段有重叠。"


def _ends(stages, calendar):
    for stage in stages:
        if not calendar.is_working(stage.last):
            named = calendar.holiday(stage.last)
            why = f"{named}放假" if named and named != "放假" else "放假"
            yield f"{stage.label}的最后一天 {told(stage.last)}{why}，建议改到下一个工作日。"


def _holidays(stages, calendar):
    for stage in stages:
        if stage.kind != Kind.NOTICE:
            continue
        days = [stage.first + timedelta(days=n) for n in range((stage.last - stage.first).days + 1)]
        off = [day for day in days if calendar.holiday(day)]
        if off:
            name = calendar.holiday(off[0])
            when = told(off[0]) if len(off) == 1 else f"{told(off[0])} 至 {told(off[-1])}"
            named = "节假日" if name == "放假" else name
            yield f"公示期间遇{named}（{when} 放假），放假期间群众不便反映情况，建议错开。"


def _short_notice(stages, around):
    fault = short_notice(stages, around.rule, around.calendar)
    if fault:
        yield fault


def short_notice(stages, rule, calendar):
    """A sentence where 公示 is planned shorter than the rule asks; empty if it is not."""
    notice = next((each for each in stages if each.kind == Kind.NOTICE), None)
    if notice is None or rule is None:
        return ""
    first, end = notice.span
    working = rule.notice_in_working_days
    days = calendar.working_days(first, end) if working else (end - first).days
    unit = "个工作日" if working else "天"
    if days >= rule.notice_days:
        return ""
    return f"公示只有 {days} {unit}，评选条件规定不少于 {rule.notice_days} {unit}。"


def _others(stages, others):
    first, end = min(s.first for s in stages), max(s.last for s in stages) + ONE
    for name, starts, ends in others:
        if starts < end and first < ends:
            yield f"与“{name}”（{starts} 至 {ends - ONE}）同时进行。"


def _interval(around):
    before, years = around.previous, around.rule.batch_interval_years if around.rule else 0
    if not before or not before.year or not around.year:
        return
    gap = around.year - before.year
    if gap < years:
        yield f"距“{before}”（{before.year} 年）只有 {gap} 年，评选条件规定每 {years} 年一批。"


def _occasions(stages, rows):
    busy = [each for each in stages if each.kind in (Kind.INSPECTING, Kind.NOTICE)]
    first, end = min(s.first for s in stages), max(s.last for s in stages) + ONE
    for each in occasions(rows, first, end):
        met = [s.label for s in busy if s.first < each.ends_on and each.starts_on < s.last + ONE]
        if met:
            when = f"{each.starts_on} 至 {each.ends_on - ONE}"
            yield f"{'、'.join(met)}与“{each.name}”（{when}）重叠，请提前安排人手。"


WEEK = "一二三四五六日"


def told(day: date):
    """2026-10-01（周四）."""
    return f"{day:%Y-%m-%d}（周{WEEK[day.weekday()]}）"


def since(at):
    """2026-11-22, with the time of day where it is not the day's beginning."""
    local = timezone.localtime(at)
    return f"{local:%Y-%m-%d}" if local.time() == MIDNIGHT else f"{local:%Y-%m-%d %H:%M}"
