"""Dates in the shapes that lists have them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dates import parse_date

DAY = date(2021, 5, 3)


@pytest.mark.parametrize(
    "value",
    [
        "2021-05-03",
        "2021-5-3",
        "2021.5.3",
        "2021.05.03",
        "2021/5/3",
        "2021年5月3日",
        "2021 年 5 月 3 日",
        "２０２１．０５．０３",
        "20210503",
        20210503,
        "二〇二一年五月三日",
        "二○二一年五月三日",
        "2021-05-03 00:00:00",
        "44319",
        44319,
        44319.0,
        44319.75,
        datetime(2021, 5, 3, 8, 30),
        date(2021, 5, 3),
    ],
)
def test_a_day_is_read_from_every_shape(value):
    assert parse_date(value) == (DAY, "day", "")


@pytest.mark.parametrize(
    ("value", "day", "precision"),
    [
        ("2021年5月", date(2021, 5, 1), "month"),
        ("2021-05", date(2021, 5, 1), "month"),
        ("2021.10", date(2021, 10, 1), "month"),
        ("202105", date(2021, 5, 1), "month"),
        ("二〇二一年十二月", date(2021, 12, 1), "month"),
        ("2021年", date(2021, 1, 1), "year"),
        ("2021", date(2021, 1, 1), "year"),
        (2021, date(2021, 1, 1), "year"),
        ("二〇一九年", date(2019, 1, 1), "year"),
        ("二〇二一年十月三十一日", date(2021, 10, 31), "day"),
        ("二零二一年二月二十日", date(2021, 2, 20), "day"),
        ("2024-02-29", date(2024, 2, 29), "day"),
    ],
)
def test_what_is_known_less_exactly_says_so(value, day, precision):
    assert parse_date(value) == (day, precision, "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2021.13.45", "“2021.13.45”没有 13 月，请核对。"),
        ("2021-02-29", "“2021-02-29”：2021 年 2 月没有 29 日，请核对。"),
        ("2021.4.31", "“2021.4.31”：2021 年 4 月没有 31 日，请核对。"),
        ("0021-05-03", "“0021-05-03”的年份 21 不对，请核对。"),
        ("去年五月", "“去年五月”不是日期，请写成 2021-05-03、2021年5月 或 2021年。"),
        (2021.1, "“2021.1”不是日期，请写成 2021-05-03、2021年5月 或 2021年。"),
        (True, "“True”不是日期，请写成 2021-05-03、2021年5月 或 2021年。"),
        (float("inf"), "“inf”不是日期，请写成 2021-05-03、2021年5月 或 2021年。"),
    ],
)
def test_what_is_no_date_is_told_in_a_sentence(value, words):
    assert parse_date(value) == (None, "", words)


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_nothing_is_neither_date_nor_fault(value):
    assert parse_date(value) == (None, "", "")


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers()))
def test_any_value_is_a_date_or_a_fault_and_never_a_crash(value):
    day, precision, fault = parse_date(value)

    blank = isinstance(value, str) and not value.strip()
    assert bool(day) == bool(precision)
    assert bool(day) + bool(fault) == (0 if blank else 1)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_being_written_down(day):
    shapes = [f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}"]

    assert {parse_date(shape) for shape in shapes} == {(day, "day", "")}
