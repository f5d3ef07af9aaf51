"""The unit's page: today, on a past day, and for whom; and the pages that change it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Region, RegionName
from tests.factories import NOON, make_batch, make_designation, make_kind, make_officer
from units.models import Designation, Unit, UnitEvent
from units.operations.changes import rename_unit, transfer_unit
from units.operations.titles import move_designation

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(cast):
    """東嘎查 was renamed and moved in 2024; its title was revoked in 2025."""
    unit = cast.one
    Unit.objects.filter(pk=unit.pk).update(contact_phone="0470-0000000")
    unit.refresh_from_db()
    title = make_designation(unit, starts_on=date(2022, 1, 1), ends_on=date(2027, 1, 1))
    who = {"actor": cast.city_officer, "at": NOON}
    rename_unit(unit, "示例猎民村", on=date(2024, 3, 1), **who)
    transfer_unit(unit, to=cast.west, on=date(2024, 5, 1), **who)
    who["actor"] = make_officer(cast.city, may_sign=True)
    move_designation("revoke", title, on=date(2025, 6, 1), note="弄虚作假", **who)
    return unit


def page(client, user, unit, query=""):
    client.force_login(user)
    return client.get(reverse("units:unit", args=[unit.pk]) + query).content.decode()


def test_today_shows_the_present_and_the_way_here(client, cast, past):
    text = page(client, cast.city_officer, past)

    assert "<h1>示例猎民村</h1>" in text
    assert "曾用名：示例东嘎查（用至 2024-02-29）" in text
    assert "更名：示例东嘎查 改为 示例猎民村" in text
    assert "划转：东苏木 划归 西旗" in text
    assert "现在没有有效的称号" in text
    assert "0470-0000000" in text


def test_a_past_day_shows_what_was_and_offers_nothing_to_do(client, cast, past):
    text = page(client, cast.city_officer, past, "?on=2023-06-30")

    assert "<h1>示例东嘎查</h1>" in text
    assert "呼伦贝尔市 / 东旗 / 东苏木" in text
    assert 'p-tag t-ok">有效' in text
    assert "当时还有" in text
    assert "p-asat past" in text
    assert "另有 3 件事，当时还没有发生" in text
    assert "曾用名" not in text
    assert "登记变更" not in text
    assert "0470-0000000" not in text
    assert "改为" not in text


def test_a_name_not_yet_given_up_is_no_former_name(client, cast, past):
    rename_unit(past, "示例新猎民村", actor=cast.city_officer, at=NOON, on=date(2024, 8, 1))

    text = page(client, cast.city_officer, past, "?on=2024-06-01")

    assert "曾用名：示例东嘎查" in text
    assert "示例新猎民村" not in text
    assert "示例猎民村" not in page(client, cast.city_officer, past, "?on=2023-06-30")


def test_regions_have_the_names_of_that_day(client, cast, past):
    RegionName.objects.create(
        region=cast.east_sumu,
        name="旧苏木",
        kind=RegionName.Kind.FORMER,
        starts_on=date(2010, 1, 1),
        ends_on=date(2023, 7, 1),
    )

    assert "东旗 / 旧苏木" in page(client, cast.city_officer, past, "?on=2023-06-30")
    assert "东旗 / 东苏木" in page(client, cast.city_officer, past, "?on=2023-07-01")


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2030-01-01", "2030-01-01 还没有到"),
        ("2021.13.45", "没有 13 月"),
        ("前天", "不是日期"),
    ],
)
def test_a_day_that_cannot_be_shown_is_told_and_today_stands(client, cast, past, on, sentence):
    text = page(client, cast.city_officer, past, f"?on={on}")

    assert sentence in text
    assert "下面是今天的情形" in text
    assert "<h1>示例猎民村</h1>" in text


def test_before_its_registration_a_unit_says_so(client, cast):
    Unit.objects.filter(pk=cast.one.pk).update(registered_on=date(2020, 1, 1))
    cast.one.spells.update(starts_on=date(2020, 1, 1))

    text = page(client, cast.city_officer, cast.one, "?on=2019-12-31")

    assert "2019-12-31 这一天，单位还没有登记" in text
    assert "登记日期是 2020-01-01" in text


def test_the_clerk_sees_the_own_unit_without_an_officers_buttons(client, cast):
    text = page(client, cast.clerk, cast.one)

    assert "改联系方式" in text
    for word in ("登记变更", "登记称号", "操作记录"):
        assert word not in text


@pytest.mark.parametrize("query", ["", "?tab=titles", "?tab=changes", "?tab=log", "?on=2024-06-01"])
def test_the_page_asks_the_database_the_same_with_one_title_or_three(client, cast, query):
    make_title(cast, 2019)
    page(client, cast.city_officer, cast.one, query)
    with CaptureQueriesContext(connection) as one:
        page(client, cast.city_officer, cast.one, query)
    make_title(cast, 2020)
    make_title(cast, 2021)
    rename_unit(cast.one, "示例新名", actor=cast.city_officer, at=NOON, on=date(2025, 1, 1))

    with CaptureQueriesContext(connection) as three:
        page(client, cast.city_officer, cast.one, query)

    assert len(three) == len(one)


def make_title(cast, year):
    title = make_designation(
        cast.one,
        named_year=year,
        batch=make_batch(f"第{year}批"),
        starts_on=date(year, 1, 1),
        ends_on=date(year + 5, 1, 1),
    )
    act = {"actor": cast.city_officer, "at": NOON, "on": date(year, 6, 1)}
    move_designation("reverify", title, **act)


def new_unit_form(cast, **more):
    return {
        "name": "示例东嘎查",
        "category": cast.one.category_id,
        "region": cast.east_sumu.pk,
        "form_key": "k1",
        **more,
    }


def test_a_unit_that_may_be_there_already_is_shown_before_saving(client, cast):
    client.force_login(cast.east_officer)

    warned = client.post(reverse("units:unit-new"), new_unit_form(cast))

    assert "名册中可能已有这个单位" in warned.content.decode()
    assert Unit.objects.filter(name="示例东嘎查").count() == 1
    saved = client.post(reverse("units:unit-new"), new_unit_form(cast, seen="on"))
    made = Unit.objects.exclude(pk=cast.one.pk).get(name="示例东嘎查")
    assert saved.url == made.get_absolute_url()


def test_namesakes_of_another_county_are_no_duplicates_but_a_code_is(cast):
    Unit.objects.filter(pk=cast.one.pk).update(credit_code="121507270000028008")
    like = lambda region, code="": Unit.objects.like(
        name="示例 東嘎查", credit_code=code, region=region
    )

    assert list(like(cast.east)) == [cast.one]
    assert not like(cast.west).exists()
    assert list(like(cast.west, "121507270000028008")) == [cast.one]


def test_a_former_name_warns_too(client, cast):
    rename_unit(cast.one, "示例猎民村", actor=cast.city_officer, at=NOON, on=date(2024, 3, 1))
    client.force_login(cast.east_officer)

    warned = client.post(reverse("units:unit-new"), new_unit_form(cast))

    assert "名册中可能已有这个单位" in warned.content.decode()


def test_the_same_form_sent_twice_registers_one_unit(client, cast):
    client.force_login(cast.east_officer)
    form = new_unit_form(cast, name="示例独一份")

    first = client.post(reverse("units:unit-new"), form)
    again = client.post(reverse("units:unit-new"), form)

    assert first.url == again.url
    assert Unit.objects.filter(name="示例独一份").count() == 1


def test_a_region_elsewhere_is_not_found_by_its_id(client, cast):
    client.force_login(cast.east_officer)

    answer = client.post(reverse("units:unit-new"), new_unit_form(cast, region=cast.west.pk))

    assert answer.status_code == 200
    assert Unit.objects.filter(name="示例东嘎查").count() == 1


def test_renaming_on_the_page(client, cast):
    client.force_login(cast.east_officer)
    form = {
        "name": "示例猎民村",
        "happened_on": "2025年8月15日",
        "document_no": "旗政批[2025]9",
        "effect": "keep",
        "version": 1,
    }

    answer = client.post(reverse("units:unit-change", args=[cast.one.pk, "rename"]), form)

    assert answer.url == cast.one.get_absolute_url()
    event = cast.one.events.get()
    assert (event.happened_on, event.document_no) == (date(2025, 8, 15), "旗政批〔2025〕9号")


def test_merging_takes_a_unit_in_sight_by_number_or_whole_name(client, cast):
    client.force_login(cast.city_officer)
    form = {"happened_on": "2025-08-15", "effect": "keep", "version": 1}
    url = reverse("units:unit-change", args=[cast.one.pk, "merge"])

    unknown = client.post(url, {**form, "into": "没有的单位"})
    assert "没有找到单位“没有的单位”" in unknown.content.decode()
    client.post(url, {**form, "into": f"#{cast.other.pk} 随便写"})

    assert Unit.objects.get(pk=cast.one.pk).successor == cast.other


def test_splitting_on_the_page(client, cast):
    client.force_login(cast.city_officer)
    title = make_designation(cast.one)
    form = {
        "name_0": "示例甲村",
        "name_2": "示例乙村",
        "keeper": "2",
        "closes": "on",
        "happened_on": "2025-08-15",
        "effect": "keep",
        "version": 1,
    }

    client.post(reverse("units:unit-change", args=[cast.one.pk, "split"]), form)

    title.refresh_from_db()
    assert title.superseded_by.unit.name == "示例乙村"


def test_an_unknown_change_is_404(client, cast):
    client.force_login(cast.city_officer)

    assert client.get(f"/units/{cast.one.pk}/changes/explode/").status_code == 404


def test_a_second_corrector_is_shown_both_contents_and_may_then_decide(client, cast):
    client.force_login(cast.east_officer)
    url = reverse("units:unit-correct", args=[cast.one.pk])
    Unit.objects.filter(pk=cast.one.pk).update(address="甲路", version=2)
    mine = {
        "name": "示例东嘎查",
        "category": cast.one.category_id,
        "region": cast.east_sumu.pk,
        "address": "乙路",
        "note": "错字",
        "version": 1,
    }

    text = client.post(url, mine).content.decode()

    assert "<td>地址</td><td>甲路</td><td>乙路</td>" in text
    assert 'name="version" value="2"' in text
    assert Unit.objects.get(pk=cast.one.pk).address == "甲路"
    client.post(url, {**mine, "version": 2})
    assert Unit.objects.get(pk=cast.one.pk).address == "乙路"


def test_entering_a_title_by_hand_keeps_the_day_after_the_last(client, cast):
    client.force_login(cast.east_officer)
    form = {
        "level": "city",
        "kind": make_kind().pk,
        "named_on": "2023-12-20",
        "ends_last": "2028-12-19",
        "document_no": "呼民委发(2023)示例1",
    }

    client.post(reverse("units:designation-new", args=[cast.one.pk]), form)

    title = cast.one.designations.get()
    assert (title.named_year, title.ends_on) == (2023, date(2028, 12, 20))
    assert title.document_no == "呼民委发〔2023〕示例1号"
    client.force_login(cast.clerk)
    assert "至 2028-12-19" in client.get(title.get_absolute_url()).content.decode()


def test_a_title_is_corrected_with_both_contents_shown_to_the_second(client, cast):
    title = make_designation(cast.one)
    Designation.objects.filter(pk=title.pk).update(remark="甲", version=2)
    client.force_login(cast.east_officer)
    form = {
        "level": "city",
        "kind": title.kind_id,
        "title": title.title,
        "named_year": 2024,
        "starts_on": "2024-01-01",
        "remark": "乙",
        "note": "补备注",
        "version": 1,
    }

    text = client.post(reverse("units:designation-correct", args=[title.pk]), form).content.decode()

    assert "<td>备注</td><td>甲</td><td>乙</td>" in text


def test_a_past_event_recorded_late_is_refused_on_the_page_with_its_day(client, cast, past):
    client.force_login(cast.city_officer)
    form = {"name": "更早的名", "happened_on": "2024-01-01", "effect": "keep"}

    url = reverse("units:unit-change", args=[past.pk, "rename"])
    version = Unit.objects.get(pk=past.pk).version
    text = client.post(url, {**form, "version": version}).content.decode()

    assert "2024-05-01 已有登记或变更" in text
    assert not UnitEvent.objects.filter(after__name="更早的名").exists()


@pytest.mark.parametrize(("phone", "status"), [("0470-8221234 转 5", 302), ("乱写", 200)])
def test_a_work_phone_is_a_number(client, cast, phone, status):
    client.force_login(cast.clerk)
    url = reverse("units:unit-contact", args=[cast.one.pk])

    answer = client.post(url, {"contact_phone": phone, "version": cast.one.version})

    assert answer.status_code == status
    assert ("工作电话只写数字" in answer.content.decode()) == (status == 200)


def test_a_unit_whose_region_was_renamed_is_asked_to_follow(client, cast):
    Unit.objects.filter(pk=cast.one.pk).update(represents=cast.east_sumu, name="东苏木")
    assert "单位名称还没有改" not in page(client, cast.city_officer, cast.one)

    Region.objects.filter(pk=cast.east_sumu.pk).update(name="新东镇")

    text = page(client, cast.city_officer, cast.one)
    assert "所代表的地区现名“新东镇”，单位名称还没有改" in text
