"""What a title is on a given day: one answer in Python and in the database."""

from datetime import date, timedelta

import pytest

from tests.factories import make_designation, make_region, make_unit
from units.models import Designation, Level, TitleKind
from units.rules import document_number, last_day, term, title_status, title_text

Status, State = Designation.Status, Designation.State


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2023, 12, 19), "未生效"),
        (date(2023, 12, 20), "有效"),
        (date(2028, 6, 21), "有效"),  # 181 days before the last
        (date(2028, 6, 22), "即将到期"),  # 180
        (date(2028, 12, 19), "即将到期"),
        (date(2028, 12, 20), "已到期"),
    ],
)
def test_an_untouched_title_goes_by_its_term(day, status):
    title = Designation(starts_on=date(2023, 12, 20), ends_on=date(2028, 12, 20))

    assert title_status(title, day, 180).label == status


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "last"),
    [
        (date(2023, 12, 20), date(2028, 12, 20), date(2028, 12, 19)),
        (date(2024, 2, 29), date(2029, 3, 1), date(2029, 2, 28)),
        (date(2023, 3, 1), date(2028, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_term_of_five_years_ends_the_day_before_its_anniversary(starts_on, ends_on, last):
    assert term(starts_on, 5) == ends_on
    assert last_day(ends_on) == last


def test_a_term_of_unknown_length_has_no_end():
    assert term(date(2012, 7, 1), None) is None
    assert last_day(None) is None


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2024, 2, 29), date(2029, 3, 1)),
        (date(2023, 12, 20), date(2028, 12, 20)),
        (date(2012, 7, 1), None),
        (None, date(2028, 12, 20)),
        (None, None),
    ],
)
def test_page_and_database_agree_on_every_day_around_the_boundaries(state, starts_on, ends_on):
    unit = make_unit(make_region())
    title = make_designation(unit, state=state, starts_on=starts_on, ends_on=ends_on)

    for day in days_around(starts_on, ends_on):
        told = title_status(title, day, 180)
        assert Designation.objects.with_status(day, 180).get().status == told, day
        found = [s for s in Status if Designation.objects.having_status(s, day, 180).exists()]
        assert found == [told], day
        assert Designation.objects.in_force(day).exists() == in_force(title, day), day


def days_around(starts_on, ends_on):
    """Three days on both sides of each boundary, and of the day 180 days before the end."""
    marks = [starts_on, ends_on, ends_on and ends_on - timedelta(days=181), date(2026, 2, 28)]
    near = range(-3, 4)
    return sorted({mark + timedelta(days=n) for mark in marks if mark for n in near})


def in_force(title, day):
    begun = title.starts_on is None or title.starts_on <= day
    lasting = title.ends_on is None or day < title.ends_on
    return begun and lasting and title.state in Designation.HOLDING


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("民委发〔2024〕18号", "民委发〔2024〕18号"),
        ("国民〔2025〕XX 号", "国民〔2025〕XX号"),
        ("锡民委字〔2022〕10号", "锡民委字〔2022〕10号"),
        ("民委[2021]29", "民委〔2021〕29号"),
        ("內農牧規發〔2021〕420號", "内农牧规发〔2021〕420号"),
        ("内农牧产发〔2022〕252号", "内农牧产发〔2022〕252号"),
        ("呼民委发（2021）示例 2 号", "呼民委发〔2021〕示例2号"),
        ("呼民委发［２０２１］２号", "呼民委发〔2021〕2号"),
        ("内民委发【2023】26号", "内民委发〔2023〕26号"),
        ("民办发〔2021〕第11号", "民办发〔2021〕11号"),
        ("市政府批复", "市政府批复"),
        ("", ""),
    ],
)
def test_document_numbers_take_one_form(printed, normal):
    assert document_number(printed) == normal
    assert document_number(normal) == normal


@pytest.mark.parametrize(
    ("level", "family", "kind", "text"),
    [
        (Level.NATIONAL, "demonstration", "示范区示范单位", "全国民族团结进步示范区示范单位"),
        (Level.CITY, "demonstration", "示范单位", "全市民族团结进步示范单位"),
        (Level.REGION, "base", "教育基地", "自治区级民族团结进步教育基地"),
        (Level.REGION, "other", "自治区文明单位", "自治区文明单位"),
    ],
)
def test_the_title_follows_the_naming_formula(level, family, kind, text):
    assert title_text(level, TitleKind(name=kind, family=family)) == text
