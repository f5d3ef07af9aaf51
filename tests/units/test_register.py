"""名册: one line a unit, the title that speaks for it, scope, sorting, paging, choices."""

import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEvent, SavedFilter, ViewChoice
from tests import factories as make
from units.leading import leading_first, precedence
from units.models import Designation, Level

URL = reverse("units:register")


def page(client, user, query="", name="register"):
    client.force_login(user)
    return client.get(f"{reverse(f'units:{name}')}{query}")


def names(response):
    return [str(row) for row in response.context["rows"]]


def test_the_register_shows_the_subtree_and_nothing_beside_it(client, cast):
    response = page(client, cast.east_officer)

    assert names(response) == ["示例东嘎查"]
    assert "示例西社区" not in response.content.decode()


def test_a_role_without_the_page_gets_403(client, cast):
    for role in ("system_admin", "security_admin", "audit_admin", "assessor", "unassigned"):
        assert page(client, make.make_user(role, cast.city)).status_code == 403


def test_the_highest_title_in_force_speaks_for_the_unit(client, cast):
    term = {"starts_on": date(2024, 1, 1), "ends_on": date(2099, 1, 1)}
    make.make_designation(cast.one, level=Level.COUNTY, **term)
    make.make_designation(cast.one, level=Level.REGION, named_year=2023, **term)
    over = {"starts_on": date(2015, 1, 1), "ends_on": date(2020, 1, 1)}
    make.make_designation(cast.one, level=Level.NATIONAL, named_year=2015, **over)

    row = page(client, cast.east_officer).context["rows"][0]

    assert row.lead.level == Level.REGION


def test_without_a_title_in_force_the_latest_that_stood_speaks(client, cast):
    old = {"starts_on": date(2010, 1, 1), "ends_on": date(2015, 1, 1), "named_year": 2010}
    new = {"starts_on": date(2016, 1, 1), "ends_on": date(2021, 1, 1), "named_year": 2016}
    make.make_designation(cast.one, level=Level.NATIONAL, **old)
    make.make_designation(cast.one, level=Level.CITY, **new)
    last = {"starts_on": date(2022, 1, 1), "state": Designation.State.VOIDED}
    make.make_designation(cast.one, level=Level.COUNTY, **last)

    response = page(client, cast.east_officer)

    assert response.context["rows"][0].lead.level == Level.CITY
    assert "已到期" in response.content.decode()


def test_the_last_day_of_a_term_is_shown_not_the_day_after(client, cast):
    make.make_designation(cast.one, ends_on=date(2099, 1, 1))

    assert "2098-12-31" in page(client, cast.east_officer).content.decode()


def test_a_row_names_the_banner_and_the_sumu_it_lies_in(client, cast):
    row = page(client, cast.east_officer).content.decode()

    assert '<td class="">东旗</td>' in row
    assert "东苏木" in row


@pytest.mark.parametrize("name", ["register", "designations"])
def test_three_rows_cost_as_many_queries_as_one(client, cast, name):
    def sent():
        with CaptureQueriesContext(connection) as queries:
            assert page(client, cast.city_officer, name=name).status_code == 200
        return len(queries)

    make.make_designation(cast.one, batch=make.make_batch())
    cast.other.delete()
    sent()
    one = sent()
    for number in range(2):
        place = make.make_region(f"苏木{number}", cast.west)
        make.make_designation(make.make_unit(place), batch=make.make_batch(f"第{number + 2}批"))

    assert sent() == one


@pytest.mark.parametrize("sort", ["name", "category", "region", "level", "named_on", "ends_on"])
@pytest.mark.parametrize("name", ["register", "designations"])
def test_every_order_and_its_reverse_lists_every_row_once(client, cast, sort, name):
    for unit in (cast.one, cast.other):
        make.make_designation(unit, ends_on=date(2030, unit.pk % 12 + 1, 1))
    make.make_unit(cast.east, "示例无称号单位")

    up = page(client, cast.city_officer, f"?sort={sort}", name).context["rows"]
    down = page(client, cast.city_officer, f"?sort=-{sort}", name).context["rows"]

    assert len(up) == (3 if name == "register" else 2)
    assert {row.pk for row in up} == {row.pk for row in down}


def test_units_are_ordered_by_the_end_of_the_title_they_show(client, cast):
    make.make_designation(cast.one, ends_on=date(2031, 1, 1))
    make.make_designation(cast.other, ends_on=date(2030, 1, 1))
    make.make_unit(cast.east, "示例无称号单位")

    up = names(page(client, cast.city_officer, "?sort=ends_on"))
    down = names(page(client, cast.city_officer, "?sort=-ends_on"))

    assert up == ["示例西社区", "示例东嘎查", "示例无称号单位"]
    assert down == ["示例东嘎查", "示例西社区", "示例无称号单位"]


def test_pages_do_not_share_rows(client, cast):
    for _ in range(60):
        make.make_unit(cast.east, "示例同名单位")

    first = page(client, cast.east_officer, "?page=1").context["rows"]
    second = page(client, cast.east_officer, "?page=2").context["rows"]

    assert (len(first), len(second)) == (50, 11)
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_columns_and_page_length_are_kept_per_person(client, cast):
    client.force_login(cast.east_officer)
    chosen = {"page": "register", "columns": ["credit_code"], "size": "100", "back": URL}

    client.post(reverse("portal:view-choose"), chosen)

    mine = page(client, cast.east_officer)
    assert [each["text"] for each in mine.context["headings"]] == [
        "单位名称",
        "统一社会信用代码",
        "状态",
    ]
    assert mine.context["page"].paginator.per_page == 100
    assert "批次" in page(client, cast.west_officer).content.decode()
    assert AuditEvent.objects.get(action="list.choose_view").actor == cast.east_officer
    client.force_login(cast.east_officer)
    client.post(reverse("portal:view-choose"), {"page": "register", "reset": "1", "back": URL})
    assert ViewChoice.objects.get().columns == []


def test_a_filter_is_kept_under_a_name_counted_and_dropped(client, cast):
    client.force_login(cast.city_officer)
    kept = {"page": "register", "name": "东旗的", "back": URL}
    client.post(
        reverse("portal:saved-filter-keep"), kept | {"query": f"region={cast.east.pk}&page=3&q="}
    )

    saved = SavedFilter.objects.get()
    counts = client.get(reverse("units:register-counts")).content.decode()

    assert saved.query == f"region={cast.east.pk}"
    assert "东旗的<b>1</b>" in counts
    assert ">东旗的<" not in page(client, cast.west_officer).content.decode()
    assert client.post(reverse("portal:saved-filter-drop", args=[saved.pk])).status_code == 404
    client.force_login(cast.city_officer)
    client.post(reverse("portal:saved-filter-drop", args=[saved.pk]), {"back": URL})
    assert not SavedFilter.objects.exists()


def test_no_way_back_leads_out_of_the_portal(client, cast):
    client.force_login(cast.city_officer)
    chosen = {"page": "register", "back": "https://example.org/"}

    assert client.post(reverse("portal:view-choose"), chosen).url == "/"
    assert client.post(reverse("portal:view-choose"), chosen | {"back": "//example.org"}).url == "/"


def test_panels_offer_only_what_is_in_sight(client, cast):
    make.make_batch("第九批", region=cast.west)
    client.force_login(cast.east_officer)

    regions = client.get(reverse("units:options", args=["region"])).content.decode()
    batches = client.get(reverse("units:options", args=["batch"])).content.decode()

    assert "东苏木" in regions
    assert "西旗" not in regions
    assert "第九批" not in batches


def test_an_empty_register_says_what_to_do(client, cast):
    empty = make.make_officer(make.make_region("空旗", cast.city))

    assert "登记单位或导入名单" in page(client, empty).content.decode()
    assert "清除筛选" in page(client, empty, "?q=x").content.decode()


def test_database_and_python_agree_on_the_title_that_speaks(cast):
    day, dice = date(2026, 6, 1), random.Random(7)
    for number in range(120):
        begun = dice.choice([None, date(2015 + dice.randrange(14), 1 + dice.randrange(12), 1)])
        years = dice.choice([None, 3, 5])
        make.make_designation(
            cast.one if number % 2 else cast.other,
            level=dice.choice(Level.values),
            state=dice.choice(Designation.State.values),
            starts_on=begun,
            ends_on=begun.replace(year=begun.year + years) if begun and years else None,
            batch=make.make_batch(f"第{number}批"),
        )

    first = [each.pk for each in leading_first(Designation.objects.all(), day)]
    same = sorted(Designation.objects.all(), key=lambda title: precedence(title, day))

    assert first == [title.pk for title in same]
