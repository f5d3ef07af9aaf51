"""Working days: published holidays, days made up for, the office's own rows, and weekends."""

from datetime import date, timedelta

import pytest

from portal.calendar import LAST_PUBLISHED, Calendar
from portal.models import Holiday

PLAIN = Calendar({})


def test_a_holiday_is_not_worked_and_a_made_up_weekend_is():
    assert not PLAIN.is_working(date(2026, 10, 1))
    assert PLAIN.is_working(date(2026, 2, 14))  # a Saturday made up for 春节


def test_before_there_were_published_calendars_weekends_are_off():
    week = [date(1999, 1, 2) + timedelta(days=each) for each in range(3)]

    assert [PLAIN.is_working(day) for day in week] == [False, False, True]
    assert [PLAIN.holiday(day) for day in week] == ["", "", ""]


def test_five_working_days_over_the_national_holiday_end_after_it():
    assert PLAIN.end_of(date(2026, 9, 28), 5, working=True) == date(2026, 10, 10)


def test_calendar_days_are_simply_counted():
    assert PLAIN.end_of(date(2026, 9, 28), 5, working=False) == date(2026, 10, 3)


def test_a_year_nobody_has_published_falls_back_to_weekends_and_says_so():
    start = date(LAST_PUBLISHED + 1, 1, 1)

    assert "尚未公布" in PLAIN.caveat(start, start)
    assert PLAIN.caveat(date(2026, 3, 1), date(2026, 3, 9)) == ""
    assert [PLAIN.is_working(date(2030, 1, day)) for day in (4, 5, 6, 7)] == [1, 0, 0, 1]


def test_a_period_that_ends_with_the_year_asks_nothing_of_the_next():
    last = date(LAST_PUBLISHED, 12, 31)

    assert PLAIN.caveat(last, last + timedelta(days=1)) == ""
    assert "尚未公布" in PLAIN.caveat(last, last + timedelta(days=2))


def test_a_year_counts_as_entered_from_its_first_holiday_to_its_last():
    year = LAST_PUBLISHED + 1
    new_year, national = date(year, 1, 1), date(year, 10, 1)

    assert "尚未公布" in Calendar({new_year: False}).caveat(new_year, national)
    assert Calendar({new_year: False, national: False}).caveat(new_year, national) == ""


@pytest.mark.django_db
def test_the_office_s_own_row_comes_before_the_published_calendar():
    Holiday.objects.create(day=date(2026, 11, 23), is_workday=False, name="示例停工")

    assert not Calendar.load().is_working(date(2026, 11, 23))
    assert PLAIN.is_working(date(2026, 11, 23))
