"""Finding regions by name, other names, code and pinyin, and choosing one by what is typed."""

import pytest
from django import forms

from portal.finding import find_regions, full_names, regions_named
from portal.models import Region, RegionName
from portal.widgets import RegionField
from tests.factories import make_region


@pytest.fixture
def hulun(cast):
    hailar = make_region("海拉尔区", cast.city, code="150702000000")
    moqi = make_region("莫力达瓦达斡尔族自治旗", cast.city, code="150722000000")
    RegionName.objects.create(region=moqi, name="莫旗", kind="short")
    hake = make_region("哈克镇", hailar, code="150702100000")
    return {"hailar": hailar, "moqi": moqi, "hake": hake}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("海拉尔", "hailar"),
        ("拉尔", "hailar"),
        ("hlr", "hailar"),
        ("HLR", "hailar"),
        ("莫旗", "moqi"),
        ("mq", "moqi"),
        ("莫力達瓦", "moqi"),
        ("１５０７２２", "moqi"),
        ("150702100000", "hake"),
        ("海拉尔 哈克", "hake"),
        ("呼伦贝尔市 海拉尔区 哈克镇", "hake"),
    ],
)
def test_a_region_is_found_by_whatever_is_typed(hulun, typed, found):
    assert find_regions(typed).first() == hulun[found]


def test_nothing_typed_finds_nothing(hulun):
    assert not find_regions("  ").exists()


def test_the_exact_name_comes_first_and_higher_places_before_lower(cast):
    village = make_region("东旗嘎查", cast.east_sumu)

    assert list(find_regions("东旗")) == [cast.east, village]


def test_search_stays_within_the_scope_given(cast, hulun):
    within = Region.objects.visible_to(cast.east_officer)

    assert not find_regions("海拉尔", within).exists()


def test_full_names_begin_below_the_province(hulun):
    assert full_names([hulun["hake"]]) == {hulun["hake"].pk: "呼伦贝尔市 海拉尔区 哈克镇"}


def test_full_names_of_many_take_one_query(hulun, django_assert_num_queries):
    with django_assert_num_queries(1):
        full_names(hulun.values())


def choose(officer, typed="", pk=""):
    field = RegionField(label="行政区划")
    field.scope_to(officer)
    return field.clean((str(pk), typed))


@pytest.mark.parametrize("typed", ["哈克镇", "150702100000", "海拉尔区 哈克镇", "海拉尔 哈克镇"])
def test_typed_text_is_understood_without_a_script(cast, hulun, typed):
    assert choose(cast.city_officer, typed) == hulun["hake"]


def test_a_ticked_region_counts_while_its_text_is_untouched(cast, hulun):
    pk = hulun["hake"].pk

    assert choose(cast.city_officer, "哈克镇", pk) == hulun["hake"]
    assert choose(cast.city_officer, "呼伦贝尔市 海拉尔区 哈克镇", pk) == hulun["hake"]
    assert choose(cast.city_officer, "海拉尔区", pk) == hulun["hailar"]


def test_a_name_borne_in_several_places_asks_for_more(cast, hulun):
    make_region("哈克镇", cast.east)

    with pytest.raises(forms.ValidationError, match=r"有 2 处：.*东旗 哈克镇"):
        choose(cast.city_officer, "哈克镇")
    assert choose(cast.city_officer, "东旗 哈克镇").parent == cast.east


def test_a_region_out_of_sight_can_be_neither_typed_nor_ticked(cast, hulun):
    with pytest.raises(forms.ValidationError, match="没有找到"):
        choose(cast.east_officer, "海拉尔区")
    with pytest.raises(forms.ValidationError, match="没有找到"):
        choose(cast.east_officer, "", hulun["hailar"].pk)


def test_part_of_a_name_is_not_enough_to_choose(cast, hulun):
    with pytest.raises(forms.ValidationError, match="没有找到“海拉”"):
        choose(cast.city_officer, "海拉")


def test_regions_named_prefers_the_place_that_bears_the_name_today(cast, hulun):
    RegionName.objects.create(region=cast.west, name="海拉尔区", kind="former")

    assert list(regions_named("海拉尔区")) == [hulun["hailar"]]


@pytest.mark.parametrize("typed", ["\0", "海拉尔\0", "²", "9" * 400, "%", "_", "'; --", "<b>"])
def test_odd_input_is_looked_for_and_breaks_nothing(cast, hulun, typed):
    list(find_regions(typed))
    with pytest.raises(forms.ValidationError):
        choose(cast.city_officer, typed or "\0", "²")


def test_signs_of_the_database_are_ordinary_letters(hulun):
    assert not find_regions("%").exists()
    assert not find_regions("_").exists()
