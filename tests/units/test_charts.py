"""The year chart: every title has its bar, and no bar lies on another."""

from datetime import date
from itertools import pairwise

import pytest

from tests.factories import make_batch, make_designation
from units.charts import year_chart
from units.models import Level
from units.standing import UnitOn

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def chart_of(unit, day=DAY):
    return year_chart(UnitOn(unit, day, today=DAY, due_within=180).titles, day)


def title(cast, level, start, end=None):
    named = {"batch": make_batch(f"第{start}批", level), "named_year": start}
    ends_on = end and date(end, 1, 1)
    make_designation(cast.one, level=level, starts_on=date(start, 1, 1), ends_on=ends_on, **named)


def test_titles_of_one_level_that_overlap_stand_in_rows_of_their_own(cast):
    title(cast, Level.CITY, 2016, 2021)
    title(cast, Level.CITY, 2019, 2024)
    title(cast, Level.CITY, 2021, 2026)
    title(cast, Level.NATIONAL, 2020, 2025)

    chart = chart_of(cast.one)

    assert [lane["label"] for lane in chart["lanes"]] == ["国家级", "盟市级", ""]
    assert len(chart["bars"]) == 4
    for row in {bar["y"] for bar in chart["bars"]}:
        bars = sorted((b["x"], b["x"] + b["width"]) for b in chart["bars"] if b["y"] == row)
        assert all(first[1] <= second[0] + 0.1 for first, second in pairwise(bars))


def test_the_line_of_the_day_stands_inside_the_chart_and_words_tell_it_all(cast):
    title(cast, Level.CITY, 2024, 2029)

    chart = chart_of(cast.one)

    assert 78 < chart["now"] < 920
    assert chart["words"] == "称号年表：盟市级2024 年起有效"


def test_without_titles_there_is_no_chart(cast):
    assert chart_of(cast.one) is None
