"""Working days: the statutory calendar, the office's own table, and weekends where both end."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from portal.models import Holiday

PUBLISHED = {day.year for day in chinese_calendar.holidays}
LAST_PUBLISHED = max(PUBLISHED)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """What is known of days off: the office's rows come before the published calendar."""

    rows: dict  # day → is it worked?

    @classmethod
    def load(cls):
        """The calendar with the office's table as it stands, in one query."""
        return cls(dict(Holiday.objects.values_list("day", "is_workday")))

    def is_working(self, day):
        """Is work done on that day?"""
        if day in self.rows:
            return self.rows[day]
        if day.year in PUBLISHED:
            return chinese_calendar.is_workday(day)
        return day.weekday() < 5

    def holiday(self, day):
        """What a statutory day off is called; empty on others."""
        if day.year not in PUBLISHED or day in self.rows:
            return "" if self.is_working(day) or day.weekday() > 4 else "放假"
        off, name = chinese_calendar.get_holiday_detail(day)
        return chinese_calendar.Holiday(name).chinese if off and name else ""

    def working_days(self, start, end):
        """How many days are worked from `start` up to `end`, not included."""
        days = ((start + timedelta(days=each)) for each in range((end - start).days))
        return sum(self.is_working(day) for day in days)

    def covers(self, year):
        """Is the year's calendar published, or entered by the office from 元旦 to 国庆?

        A single day off that the office knows of does not make a calendar.
        """
        return year <= LAST_PUBLISHED or {date(year, 1, 1), date(year, 10, 1)} <= self.rows.keys()

    def after_working_days(self, start, count):
        """The exclusive end of `count` working days, the first of them on or after `start`."""
        day, left = start, count
        while left:
            left -= self.is_working(day)
            day += ONE
        return day

    def end_of(self, start, days, *, working):
        """The exclusive end of `days` that begin on `start`."""
        return self.after_working_days(start, days) if working else start + timedelta(days=days)

    def next_working(self, day):
        """That day if it is worked, otherwise the next that is."""
        while not self.is_working(day):
            day += ONE
        return day

    def caveat(self, start, end):
        """A sentence where the half-open period reaches a year nobody has published; else empty."""
        last = max(start, end - ONE)
        unknown = [str(year) for year in range(start.year, last.year + 1) if not self.covers(year)]
        if not unknown:
            return ""
        return f"{'、'.join(unknown)} 年放假安排尚未公布，暂按周末推算，公布后请核对。"
