"""宣传月 and 宣传周: when the offices have their hands full every year. Plain dates."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
LAW_FROM = 2026  # 民族团结进步促进法 art. 56: in force from July 2026


@dataclass(frozen=True)
class Occasion:
    """A stretch of the year with a name; half-open."""

    name: str
    starts_on: date
    ends_on: date


def occasions(first, last):
    """Those that touch the days from `first` up to `last`, not included, in order."""
    every = (each for year in range(first.year, last.year + 1) for each in _of_year(year))
    return [each for each in every if each.starts_on < last and each.ends_on > first]


def _of_year(year):
    yield Occasion("5 月民族政策宣传月", date(year, 5, 1), date(year, 6, 1))
    last = _monday(date(year, 5, 28))  # the last week most of whose days lie in May
    yield Occasion("5 月最后一周民族法治宣传周", last, last + WEEK)
    yield Occasion("9 月民族团结进步活动月", date(year, 9, 1), date(year, 10, 1))
    if year >= LAW_FROM:
        fourth = _monday(date(year, 9, 4)) + 3 * WEEK  # the first week holds the 4th
        yield Occasion("9 月第四周民族团结进步宣传周", fourth, fourth + WEEK)


def _monday(day):
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
