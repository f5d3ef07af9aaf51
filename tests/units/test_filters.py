"""Finding: by any part of a name, by place, by one and the same title, by the state of the day."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests import factories as make
from units.listings import DesignationListing, UnitListing
from units.models import Category, Designation, Level, UnitName

TODAY = timezone.localdate


def found(user, query, listing=UnitListing):
    return {str(row) for row in listing(user, QueryDict(query)).filterset.qs}


@pytest.fixture
def named(cast):
    unit = make.make_unit(cast.east_sumu, "海拉尔第一中学", short_name="海一中", credit_code="")
    UnitName.objects.create(unit=unit, name="呼盟一中", kind=UnitName.Kind.FORMER)
    unit.credit_code = "12150702MB0000000X"
    unit.derive(["呼盟一中"])
    unit.save()
    return unit


@pytest.mark.parametrize(
    "typed",
    [
        "海拉尔",
        "第一中",
        "hlr",
        "HLRDYZX",
        "海一中",
        "呼盟一中",
        "hmyz",
        "12150702mb",
        "ｈｌｒ",
        "海拉爾",
        "海 拉 尔",
        "中学 hlr",
    ],
)
def test_a_unit_is_found_by_any_part_of_what_it_is_known_by(cast, named, typed):
    assert found(cast.city_officer, f"q={typed}") == {"海拉尔第一中学"}


@pytest.mark.parametrize("typed", ["%", "_", "海%中", "\\", "'", "满洲里"])
def test_signs_of_the_database_find_nothing(cast, named, typed):
    query = QueryDict(mutable=True)
    query["q"] = typed

    assert found(cast.city_officer, query.urlencode()) == set()


def test_a_place_is_its_whole_subtree_by_key_or_code(cast):
    assert found(cast.city_officer, f"region={cast.east.pk}") == {"示例东嘎查"}
    assert found(cast.city_officer, f"region={cast.east.code}") == {"示例东嘎查"}
    both = f"region={cast.east.pk}&region={cast.west.pk}"
    assert found(cast.city_officer, both) == {"示例东嘎查", "示例西社区"}


def test_a_place_out_of_sight_finds_nothing_and_says_so(cast):
    listing = UnitListing(cast.east_officer, QueryDict(f"region={cast.west.pk}"))

    assert not listing.filterset.qs.exists()
    assert "没有找到所选的行政区划" in listing.filterset.errors["region"][0]


@pytest.mark.parametrize(
    "query",
    [
        "level=highest",
        "status=fine",
        "year=abc",
        "year=99999",
        "expiring=soon",
        "batch=12345",
        "region=x",
    ],
)
def test_a_faulty_address_finds_nothing_rather_than_everything(cast, query):
    assert found(cast.city_officer, query) == set()
    assert found(cast.city_officer, query, DesignationListing) == set()


def test_what_is_asked_of_titles_is_asked_of_one_title(cast):
    first, second = make.make_batch("第一批"), make.make_batch("第二批")
    make.make_designation(cast.one, level=Level.CITY, batch=first)
    make.make_designation(cast.one, level=Level.REGION, batch=second)

    assert found(cast.city_officer, f"level=city&batch={first.pk}") == {"示例东嘎查"}
    assert found(cast.city_officer, f"level=region&batch={first.pk}") == set()


def test_the_title_that_was_asked_for_is_the_one_shown(cast):
    term = {"starts_on": date(2024, 1, 1), "ends_on": date(2099, 1, 1)}
    make.make_designation(cast.one, level=Level.REGION, **term)
    make.make_designation(cast.one, level=Level.COUNTY, **term)
    listing = UnitListing(cast.city_officer, QueryDict("level=county"))

    assert listing.page(listing.ids())[0].lead.level == Level.COUNTY


def in_days(number):
    """The exclusive end of a term whose last day is `number` days off."""
    return TODAY() + timedelta(days=number + 1)


@pytest.mark.parametrize(
    ("days", "span", "is_found"),
    [(30, 30, True), (31, 30, False), (0, 30, True), (-1, 30, False), (365, 365, True)],
)
def test_expiring_within_counts_days_to_the_last_day(cast, days, span, is_found):
    make.make_designation(cast.one, starts_on=date(2020, 1, 1), ends_on=in_days(days))

    assert (found(cast.city_officer, f"expiring={span}") == {"示例东嘎查"}) == is_found


def test_what_has_ended_or_been_taken_back_does_not_expire(cast):
    ended = {"starts_on": date(2020, 1, 1), "ends_on": in_days(10)}
    make.make_designation(cast.one, state=Designation.State.REVOKED, **ended)

    assert found(cast.city_officer, "expiring=30") == set()


def test_expiring_next_year_is_that_calendar_year(cast):
    year = TODAY().year
    make.make_designation(cast.one, starts_on=date(2020, 1, 1), ends_on=date(year + 2, 1, 1))
    make.make_designation(cast.other, starts_on=date(2020, 1, 1), ends_on=date(year + 2, 1, 2))

    assert found(cast.city_officer, "expiring=next_year") == {"示例东嘎查"}


def test_states_are_those_of_the_day(cast):
    begun = {"starts_on": date(2020, 1, 1)}
    make.make_designation(cast.one, ends_on=in_days(-1), **begun)
    make.make_designation(cast.other, ends_on=in_days(400), **begun)

    assert found(cast.city_officer, "status=expired") == {"示例东嘎查"}
    assert found(cast.city_officer, "status=valid") == {"示例西社区"}
    assert found(cast.city_officer, "status=valid&status=expired") == {"示例东嘎查", "示例西社区"}


def test_year_kind_and_category_narrow_alike(cast):
    kind = make.make_kind("教育基地")
    make.make_designation(cast.one, named_year=2021, kind=kind)
    make.make_designation(cast.other, named_year=2022)
    school = make.make_category("学校")
    make.make_unit(cast.east, "示例学校", category=school)

    assert found(cast.city_officer, "year=2021") == {"示例东嘎查"}
    assert found(cast.city_officer, f"kind={kind.pk}") == {"示例东嘎查"}
    assert found(cast.city_officer, f"category={school.pk}") == {"示例学校"}
    village = Category.objects.get(name="嘎查村").pk
    assert "示例学校" not in found(cast.city_officer, f"category={village}")


def test_closed_units_are_listed_only_when_asked_for(cast):
    make.make_unit(cast.east, "示例已注销单位", closed_on=date(2020, 1, 1))

    assert "示例已注销单位" not in found(cast.city_officer, "")
    assert found(cast.city_officer, "books=closed") == {"示例已注销单位"}
    assert len(found(cast.city_officer, "books=all")) == 3


def test_voided_titles_are_not_listed(cast):
    make.make_designation(cast.one, title="作废称号", state=Designation.State.VOIDED)
    make.make_designation(cast.one, title="现行称号", named_year=2020)

    assert found(cast.city_officer, "", DesignationListing) == {"现行称号"}
