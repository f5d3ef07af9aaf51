"""Pages, pickers and API of 行政区划: what is in sight, at a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import Region, RegionEvent, RegionName
from portal.operations.region_moves import merge_region
from portal.operations.regions import exchange_codes
from portal.region_history import Paper
from tests.factories import NOON, make_region, make_user
from units.models import Unit


def page(client, user, name, *args, **query):
    client.force_login(user)
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tree_begins_at_the_own_region_with_one_level_open(client, cast):
    text = page(client, cast.city_officer, "regions")

    assert "呼伦贝尔市" in text and "东旗" in text and "西旗" in text
    assert "东苏木" not in text
    assert "内蒙古自治区" not in text


def test_the_tree_opens_down_to_a_region_without_a_script(client, cast):
    assert "东苏木" in page(client, cast.city_officer, "regions", open=cast.east.pk)


def test_what_is_entrusted_stands_in_the_tree_of_its_carer(client, cast):
    Region.objects.filter(pk=cast.east.pk).update(entrusted_to=cast.west)

    assert "东旗" in page(client, cast.west_officer, "regions")
    assert "东苏木" in page(client, cast.west_officer, "region-children", cast.east.pk)


def test_a_region_in_care_within_the_own_tree_stands_there_once(client, cast):
    Region.objects.filter(pk=cast.east.pk).update(entrusted_to=cast.west)

    text = page(client, cast.city_officer, "regions")
    assert text.count(">东旗</a>") == 1
    assert "东苏木" not in text


def test_ended_regions_leave_the_tree_and_stay_on_the_page_of_their_parent(client, cast):
    Region.objects.filter(pk=cast.east_sumu.pk).update(ends_on=date(2024, 1, 1))

    assert "东苏木" not in page(client, cast.city_officer, "region-children", cast.east.pk)
    assert "已终止的下级" in page(client, cast.city_officer, "region", cast.east.pk)


def test_a_search_says_by_which_other_name_it_found(client, cast):
    RegionName.objects.create(region=cast.east, name="敖鲁古雅", kind="former")

    text = page(client, cast.city_officer, "regions", q="敖鲁古雅")

    assert "东旗" in text and "曾用名 敖鲁古雅" in text


def test_a_search_finds_nothing_beyond_the_scope(client, cast):
    text = page(client, cast.east_officer, "regions", q="西旗")

    assert "没有找到“西旗”" in text


@pytest.mark.parametrize("mode", ["one", "many"])
def test_a_picker_shows_the_own_tree_and_finds_within_it(client, cast, mode):
    tree = page(client, cast.east_officer, "regions-pick", mode=mode)
    found = page(client, cast.east_officer, "regions-pick", mode=mode, q="苏木")
    beyond = page(client, cast.east_officer, "regions-pick", mode=mode, q="西")

    assert "东旗" in tree and "西旗" not in tree
    assert "东苏木" in found
    assert "西旗" not in beyond


def test_a_picker_does_not_name_a_place_out_of_sight_that_was_sent_in(client, cast):
    client.force_login(cast.east_officer)
    url = reverse("portal:region-move", args=[cast.east_sumu.pk])

    text = client.post(url, sent(other=cast.west.pk)).content.decode()

    assert "没有找到" in text
    assert "西旗" not in text


def test_the_tree_takes_as_many_queries_for_many_places_as_for_few(client, cast):
    client.force_login(cast.city_officer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("portal:regions"))
        counts.append(len(asked))
        for number in range(5):
            make_region(f"旗{number}", cast.city)

    assert counts[0] == counts[1] <= 6


def test_one_branch_takes_few_queries(client, cast):
    client.force_login(cast.city_officer)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("portal:region-children", args=[cast.east.pk]))

    assert len(asked) <= 6


def test_only_an_officer_above_is_offered_events(client, cast):
    assert "登记变更" in page(client, cast.city_officer, "region", cast.east.pk)
    own = page(client, cast.east_officer, "region", cast.east.pk)
    assert "更名" not in own and "新设下级" in own
    auditor = make_user("auditor", cast.city)
    assert "登记变更" not in page(client, auditor, "region", cast.east.pk)


def sent(**more):
    return {"on": "2024-05-01", "version": "1", "document_no": "", "note": "", **more}


def test_a_rename_is_entered_on_its_form(client, cast):
    client.force_login(cast.city_officer)
    url = reverse("portal:region-rename", args=[cast.east.pk])

    response = client.post(url, sent(name="新东旗", form_key="one"))
    again = client.post(url, sent(name="新东旗", form_key="one"))

    assert response.url == again.url == reverse("portal:region", args=[cast.east.pk])
    assert RegionEvent.objects.count() == 1
    text = page(client, cast.city_officer, "region", cast.east.pk)
    assert "东旗 → 新东旗" in text


def test_a_refusal_stays_on_the_form_with_what_was_typed(client, cast):
    client.force_login(cast.city_officer)

    response = client.post(
        reverse("portal:region-rename", args=[cast.east.pk]),
        sent(name="新东旗", on=(timezone.localdate() + timedelta(days=1)).isoformat()),
    )

    text = response.content.decode()
    assert "发生日期不能晚于今天" in text
    assert "新东旗" in text
    assert not RegionEvent.objects.exists()


def test_a_second_editor_sees_both_names(client, cast):
    client.force_login(cast.city_officer)
    url = reverse("portal:region-rename", args=[cast.east.pk])
    client.post(url, sent(name="甲旗"))

    text = client.post(url, sent(name="乙旗")).content.decode()

    assert "他人已改" in text and "<td>甲旗</td><td>乙旗</td>" in text
    cast.east.refresh_from_db()
    assert cast.east.name == "甲旗"


def test_a_merger_is_entered_with_a_typed_name(client, cast):
    heir = make_region("南苏木", cast.east)
    client.force_login(cast.city_officer)

    client.post(
        reverse("portal:region-merge", args=[cast.east_sumu.pk]),
        sent(other="", other_text="南苏木"),
    )

    assert RegionEvent.objects.get(kind="merge").other == heir
    assert "东苏木并入" in page(client, cast.city_officer, "region", heir.pk)
    assert Unit.objects.get(pk=cast.one.pk).region == cast.east_sumu


@pytest.mark.parametrize(
    "act", ["rename", "recode", "exchange", "move", "entrust", "merge", "abolish", "establish"]
)
def test_every_form_opens_and_asks_for_the_day(client, cast, act):
    text = page(client, cast.city_officer, f"region-{act}", cast.east_sumu.pk)

    assert "发生日期" in text

    response = client.post(reverse(f"portal:region-{act}", args=[cast.east_sumu.pk]), {})
    assert "请填写发生日期" in response.content.decode()


def test_the_other_region_of_an_event_is_named_only_to_those_who_see_it(client, cast):
    paper = Paper(on=date(2024, 1, 1))
    who = {"actor": cast.city_officer, "at": NOON}
    exchange_codes(cast.east, other=cast.west, paper=paper, version=1, **who)

    assert "与西旗互换" in page(client, cast.city_officer, "region", cast.east.pk)
    assert "西旗" not in page(client, cast.east_officer, "region", cast.east.pk)


def test_what_came_in_from_out_of_sight_is_not_named(client, cast):
    heir = make_region("西苏木", cast.west)
    merge_region(
        cast.east_sumu,
        into=heir,
        paper=Paper(on=date(2024, 1, 1)),
        version=1,
        actor=cast.city_officer,
        at=NOON,
    )

    assert "东苏木并入" in page(client, cast.west_officer, "region", heir.pk)


def api(client, user, path, **query):
    client.force_login(user)
    return client.get(f"/api/v1/regions/{path}", query)


def test_the_api_shows_what_the_page_shows(client, cast):
    answer = api(client, cast.east_officer, "").json()

    assert {row["name"] for row in answer["results"]} == {"东旗", "东苏木"}
    assert api(client, cast.east_officer, f"{cast.west.pk}/").status_code == 404
    one = api(client, cast.city_officer, f"{cast.east_sumu.pk}/").json()
    assert one["full_name"] == "呼伦贝尔市 东旗 东苏木"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"level": "county"}, {"东旗", "西旗"}),
        ({"q": "xq"}, {"西旗"}),
        ({"kind": "sumu"}, {"东苏木"}),
        ({"ended": "true"}, set()),
    ],
)
def test_the_api_filters(client, cast, query, found):
    answer = api(client, cast.city_officer, "", **query).json()

    assert {row["name"] for row in answer["results"]} == found


def test_the_api_takes_as_many_queries_for_many_rows_as_for_few(client, cast):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            api(client, cast.city_officer, "")
        counts.append(len(asked))
        make_region("南旗", cast.city)
        make_region("北旗", cast.city)

    assert counts[0] >= counts[1]
