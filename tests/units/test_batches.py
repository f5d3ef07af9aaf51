"""Rounds of naming: who keeps which, and what their pages count."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.errors import Refused
from tests.factories import NOON, make_batch, make_designation, make_kind, make_officer, make_region
from tests.units.decided import make_draft, make_proposed
from units.models import Batch, Level, NamingDecision
from units.operations.batches import add_batch, correct_batch


def values(level, **more):
    return {"level": level, "kind": make_kind(), "name": "第五批", "region": None, **more}


def test_the_naming_region_follows_from_the_level(cast):
    act = {"actor": cast.city_officer, "at": NOON}
    day = {"named_on": date(2025, 12, 27), "document_no": "呼民委发[2025]5"}

    city = add_batch(values(Level.CITY, **day), **act)
    region = add_batch(values(Level.REGION), **act)
    nation = add_batch(values(Level.NATIONAL), **act)

    assert (city.region, region.region, nation.region) == (cast.city, cast.province, None)
    assert (city.year, city.document_no) == (2025, "呼民委发〔2025〕5号")


def test_a_batch_entered_later_does_not_take_the_number_of_a_decision(cast):
    act = {"actor": cast.city_officer, "at": NOON}
    decision = make_draft(make_proposed(cast.city, [cast.one])[0], cast.city_officer)
    taken = values(Level.CITY, document_no="呼民委发【2026】31号")
    entered = add_batch(values(Level.CITY), **act)

    with pytest.raises(Refused, match=f"文号“{decision.document_no}”已用于“{decision.title}”"):
        add_batch({**taken, "name": "第六批"}, **act)
    with pytest.raises(Refused, match="没有保存任何内容"):
        correct_batch(entered, {"document_no": taken["document_no"]}, version=1, **act)
    entered.refresh_from_db()
    assert entered.document_no == ""

    NamingDecision.objects.update(state="dropped")
    assert add_batch({**taken, "name": "第六批"}, **act).document_no == decision.document_no
    assert add_batch({**taken, "level": Level.REGION}, **act)


@pytest.mark.parametrize("level", [Level.NATIONAL, Level.REGION, Level.CITY])
def test_a_county_officer_does_not_keep_the_rounds_of_higher_levels(cast, level):
    with pytest.raises(Refused, match="由市级及以上审核人员登记"):
        add_batch(values(level), actor=cast.east_officer, at=NOON)

    assert not Batch.objects.exists()


def test_a_county_officer_keeps_the_own_county_and_no_other(cast):
    act = {"actor": cast.east_officer, "at": NOON}
    own = add_batch(values(Level.COUNTY, region=cast.east), **act)

    correct_batch(own, {"name": "第六批"}, version=1, **act)
    with pytest.raises(Refused, match="没有保存任何内容"):
        add_batch(values(Level.COUNTY, region=cast.west), **act)

    assert Batch.objects.get().name == "第六批"


def test_a_round_kept_above_cannot_be_made_ones_own(cast):
    batch = make_batch("第五批", region=cast.city)

    with pytest.raises(Refused, match="没有保存任何内容"):
        correct_batch(
            batch,
            {"level": Level.COUNTY, "region": cast.east},
            actor=cast.east_officer,
            at=NOON,
            version=1,
        )


def test_the_officer_of_another_city_keeps_none_of_ours(cast):
    elsewhere = make_officer(make_region("外市", cast.province))
    batch = make_batch("第五批", region=cast.city)

    with pytest.raises(Refused, match="没有保存任何内容"):
        correct_batch(batch, {"name": "第六批"}, actor=elsewhere, at=NOON, version=1)


def test_the_same_round_twice_is_refused(cast):
    act = {"actor": cast.city_officer, "at": NOON}
    add_batch(values(Level.CITY), **act)

    with pytest.raises(Refused, match="已经登记过"):
        add_batch(values(Level.CITY), **act)


def test_the_list_counts_only_titles_in_sight(client, cast):
    batch = make_batch("第五批", region=cast.city, year=2024)
    make_designation(cast.one, batch=batch)
    make_designation(cast.other, batch=batch)

    counts = [count(client, user, batch) for user in (cast.city_officer, cast.east_officer)]

    assert counts == [2, 1]


def count(client, user, batch):
    client.force_login(user)
    listed = client.get(reverse("units:batches")).context["rows"]
    page = client.get(batch.get_absolute_url()).context
    assert page["total"] == listed[0].seen
    return page["total"]


def test_the_list_asks_the_same_at_one_row_and_three(client, cast):
    client.force_login(cast.city_officer)
    make_batch("第一批", region=cast.city)
    client.get(reverse("units:batches"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("units:batches"))
    for name in ("第二批", "第三批"):
        make_designation(cast.one, batch=make_batch(name, region=cast.city), named_year=None)

    with CaptureQueriesContext(connection) as three:
        client.get(reverse("units:batches"))

    assert len(three) == len(one)
