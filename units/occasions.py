"""宣传月 and 宣传周 of given years, from their rows. Plain dates, no database."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from units.models import Occasion

WEEK = timedelta(days=7)
P, C = Occasion.Part, Occasion.Counting
INTO = {C.MOST: 3, C.MONDAY: 6, C.FIRST_DAY: 0}  # so many days after the 1st lie in the first week
BACK = {C.MOST: 3, C.MONDAY: 0, C.FIRST_DAY: 0}  # so many before the end lie in the last week


@dataclass(frozen=True)
class Span:
    """A stretch of one year with a name; half-open."""

    name: str
    starts_on: date
    ends_on: date


def occasions(rows, first, last):
    """Those that touch the days from `first` up to `last`, not included, in order."""
    years = range(first.year - 1, last.year + 1)  # a last week may reach into the next year
    every = (_span(row, year) for year in years for row in rows if _held(row, year))
    met = [each for each in every if each.starts_on < last and each.ends_on > first]
    return sorted(met, key=lambda each: each.starts_on)


def _held(row, year):
    return (row.from_year or 0) <= year < (row.until_year or 10_000)


def _span(row, year):
    first = date(year, row.month, 1)
    end = date(year, row.month, monthrange(year, row.month)[1])
    if row.part == P.MONTH:
        return Span(row.name, first, end + timedelta(days=1))
    if row.part == P.LAST:
        starts_on = _monday(end - timedelta(days=BACK[row.counting]))
    else:
        starts_on = _monday(first + timedelta(days=INTO[row.counting]))
        starts_on += (int(row.part) - 1) * WEEK
    return Span(row.name, starts_on, starts_on + WEEK)


def _monday(day):
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
