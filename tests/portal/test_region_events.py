"""What happens to a region: it stays who it is, whatever it is called and wherever it lies."""

from datetime import date, timedelta

import pytest

from portal.errors import Refused
from portal.finding import find_regions
from portal.models import AuditEvent, Region, RegionEvent, RegionName
from portal.operations.region_moves import (
    abolish_region,
    entrust_region,
    merge_region,
    move_region,
)
from portal.operations.regions import (
    add_region_name,
    end_region_name,
    establish_region,
    exchange_codes,
    namesakes,
    recode_region,
    rename_region,
)
from portal.region_history import Paper, name_on, names_on
from portal.versions import Stale
from tests.factories import NOON, TODAY, make_region, make_unit, make_user
from units.models import Unit

DAY = date(2024, 5, 1)


def entered(actor, on=DAY, **more):
    return {"paper": Paper(on=on, **more), "actor": actor, "at": NOON}


def test_a_rename_keeps_the_old_name_for_search_and_for_past_days(cast):
    region = make_region("敖鲁古雅乡", cast.east)

    rename_region(
        region,
        name="敖鲁古雅鄂温克民族乡",
        version=region.version,
        **entered(cast.city_officer, document_no="内政函〔2024〕1号"),
    )

    region.refresh_from_db()
    assert (region.name, region.kind) == ("敖鲁古雅鄂温克民族乡", Region.Kind.ETHNIC_TOWNSHIP)
    assert list(find_regions("敖鲁古雅乡")) == [region]
    assert name_on(region, DAY - timedelta(days=1)) == "敖鲁古雅乡"
    assert name_on(region, DAY) == "敖鲁古雅鄂温克民族乡"
    event = RegionEvent.objects.get(region=region)
    assert (event.happened_on, event.document_no) == (DAY, "内政函〔2024〕1号")
    line = AuditEvent.objects.about(region).get()
    assert (line.actor, line.action, line.at) == (cast.city_officer, "region.rename", NOON)
    assert line.before["name"] == "敖鲁古雅乡"
    assert line.after["name"] == "敖鲁古雅鄂温克民族乡"


def test_two_renames_give_each_past_day_its_name_in_one_query(cast, django_assert_num_queries):
    for on, name in [(date(2020, 1, 1), "乙镇"), (date(2022, 1, 1), "丙镇")]:
        cast.east_sumu.refresh_from_db()
        rename_region(
            cast.east_sumu,
            name=name,
            version=cast.east_sumu.version,
            **entered(cast.city_officer, on=on),
        )

    days = [date(2019, 6, 1), date(2021, 6, 1), date(2023, 6, 1)]
    assert [name_on(cast.east_sumu, day) for day in days] == ["东苏木", "乙镇", "丙镇"]
    former = RegionName.objects.get(name="乙镇")
    assert (former.starts_on, former.ends_on) == (date(2020, 1, 1), date(2022, 1, 1))
    with django_assert_num_queries(1):
        names_on([cast.east_sumu, cast.east, cast.west], days[0])


def test_an_exchange_of_codes_leaves_each_region_who_it_was(cast):
    one, other = make_region("甲乡", cast.east), make_region("乙乡", cast.east)
    unit = make_unit(one, "示例单位")
    codes = one.code, other.code

    exchange_codes(one, other=other, version=one.version, **entered(cast.east_officer))

    one.refresh_from_db(), other.refresh_from_db()
    assert (one.code, other.code) == (codes[1], codes[0])
    assert Unit.objects.get(pk=unit.pk).region == one
    assert {event.region.name for event in RegionEvent.objects.filter(kind="exchange")} == {
        "甲乡",
        "乙乡",
    }
    assert one in find_regions(codes[0]) and other in find_regions(codes[0])


def test_a_code_in_use_is_refused_and_its_holder_named(cast):
    other = make_region("乙乡", cast.east)

    with pytest.raises(Refused, match="现属“乙乡”。两地互换代码的"):
        recode_region(cast.east_sumu, code=other.code, version=1, **entered(cast.east_officer))


def test_merging_hands_places_beneath_to_the_heir_and_keeps_what_points_at_it_in_sight(cast):
    heir = make_region("西苏木", cast.west)
    village = make_region("东嘎查", cast.east_sumu)
    unit = make_unit(village, "示例嘎查单位")

    merge_region(
        cast.east_sumu, into=heir, version=cast.east_sumu.version, **entered(cast.city_officer)
    )

    village.refresh_from_db(), cast.east_sumu.refresh_from_db()
    assert (village.parent, village.path) == (heir, f"{heir.path}{village.pk}/")
    assert cast.east_sumu.ends_on == DAY
    seen = Unit.objects.visible_to(cast.west_officer)
    assert {unit, cast.one} <= set(seen)
    assert not Unit.objects.visible_to(cast.east_officer).exists()


def test_merging_widens_nobodys_scope(cast):
    heir = make_region("西苏木", cast.west)
    secret = make_unit(heir, "示例西苏木单位")

    merge_region(cast.east_sumu, into=heir, version=1, **entered(cast.city_officer))

    cast.sumu_officer = type(cast.sumu_officer).objects.get(pk=cast.sumu_officer.pk)
    assert secret not in Unit.objects.visible_to(cast.sumu_officer)


def test_moving_takes_everything_beneath_along(cast):
    village = make_region("东嘎查", cast.east_sumu)

    move_region(cast.east_sumu, parent=cast.west, version=1, **entered(cast.city_officer))

    village.refresh_from_db()
    assert village.path == f"{cast.west.path}{cast.east_sumu.pk}/{village.pk}/"
    assert cast.one in Unit.objects.visible_to(cast.west_officer)
    assert cast.one not in Unit.objects.visible_to(cast.east_officer)


def test_a_move_does_not_touch_a_path_that_only_begins_with_the_same_digits(cast):
    cousin = make_region("近号苏木", cast.east)
    near = cast.east_sumu.path[:-1] + "9/"
    Region.objects.filter(pk=cousin.pk).update(path=near)

    move_region(cast.east_sumu, parent=cast.west, version=1, **entered(cast.city_officer))

    cousin.refresh_from_db()
    assert cousin.path == near


def test_care_gives_sight_and_its_end_takes_it_away(cast):
    entrust_region(cast.east, to=cast.west, version=1, **entered(cast.city_officer))
    carer = type(cast.west_officer).objects.get(pk=cast.west_officer.pk)
    assert cast.one in Unit.objects.visible_to(carer)

    cast.east.refresh_from_db()
    version = cast.east.version
    entrust_region(cast.east, to=None, version=version, **entered(cast.city_officer))
    carer = type(cast.west_officer).objects.get(pk=cast.west_officer.pk)
    assert cast.one not in Unit.objects.visible_to(carer)


def test_a_region_with_places_beneath_is_not_abolished(cast):
    with pytest.raises(Refused, match="下还有 1 处区划"):
        abolish_region(cast.east, version=1, **entered(cast.city_officer))

    assert not Region.objects.exclude(ends_on=None).exists()


def test_a_new_region_hangs_beneath_its_parent(cast):
    new = establish_region(
        parent=cast.east,
        name="示例街道",
        code="150799001000",
        level="township",
        **entered(cast.east_officer),
    )

    new.refresh_from_db()
    assert (new.path, new.kind) == (f"{cast.east.path}{new.pk}/", Region.Kind.SUBDISTRICT)
    assert new in Region.objects.visible_to(cast.east_officer)


@pytest.mark.parametrize("who", ["east_officer", "sumu_officer", "west_officer", "clerk"])
def test_only_an_officer_above_enters_events_of_a_region(cast, who):
    with pytest.raises(Refused, match="由其上级地区的审核人员登记"):
        rename_region(cast.east, name="新名旗", version=1, **entered(getattr(cast, who)))

    cast.east.refresh_from_db()
    assert cast.east.name == "东旗"


def test_an_auditor_above_enters_nothing(cast):
    with pytest.raises(Refused):
        rename_region(
            cast.east, name="新名旗", version=1, **entered(make_user("auditor", cast.city))
        )


def test_looking_after_a_region_is_not_being_above_it(cast):
    Region.objects.filter(pk=cast.east.pk).update(entrusted_to=cast.west)

    with pytest.raises(Refused, match="上级地区"):
        rename_region(cast.east, name="新名旗", version=1, **entered(cast.west_officer))
    rename_region(cast.east_sumu, name="新名苏木", version=1, **entered(cast.west_officer))


def test_an_officer_moves_nothing_out_of_the_own_care(cast):
    with pytest.raises(Refused, match="“西旗”不在您的所辖范围内"):
        move_region(cast.east_sumu, parent=cast.west, version=1, **entered(cast.east_officer))


def test_events_come_in_the_order_of_their_days(cast):
    rename_region(cast.east, name="新名旗", version=1, **entered(cast.city_officer))

    with pytest.raises(Refused, match="最近一次变更是 2024-05-01 的更名"):
        rename_region(
            cast.east, name="再名旗", version=2, **entered(cast.city_officer, on=date(2024, 4, 30))
        )


def test_an_event_is_not_entered_before_it_has_happened(cast):
    with pytest.raises(Refused, match="不能晚于今天"):
        rename_region(
            cast.east,
            name="新名旗",
            version=1,
            **entered(cast.city_officer, on=TODAY + timedelta(days=1)),
        )


def test_nothing_happens_to_a_region_that_has_ceased_to_be(cast):
    village = make_region("东嘎查", cast.east_sumu)
    abolish_region(village, version=1, **entered(cast.city_officer))

    with pytest.raises(Refused, match="已于 2024-05-01 撤销"):
        rename_region(village, name="新嘎查", version=2, **entered(cast.city_officer))


def test_a_region_does_not_move_beneath_itself_nor_merge_across_tiers(cast):
    with pytest.raises(Refused, match="自身或其下级"):
        move_region(cast.east, parent=cast.east_sumu, version=1, **entered(cast.city_officer))
    with pytest.raises(Refused, match="层级不同"):
        merge_region(cast.east_sumu, into=cast.west, version=1, **entered(cast.city_officer))
    with pytest.raises(Refused, match="不能放在"):
        move_region(
            cast.east_sumu,
            parent=make_region("西乡", cast.west),
            version=1,
            **entered(cast.city_officer),
        )


def test_a_second_editor_overwrites_nothing(cast):
    opened_with = cast.east.version
    rename_region(cast.east, name="甲旗", version=opened_with, **entered(cast.city_officer))

    with pytest.raises(Stale) as stale:
        rename_region(cast.east, name="乙旗", version=opened_with, **entered(cast.city_officer))

    assert stale.value.current.name == "甲旗"
    assert RegionEvent.objects.count() == 1
    assert not RegionName.objects.filter(name="甲旗").exists()


def test_an_alias_finds_a_region_until_it_is_ended(cast):
    row = add_region_name(cast.east, name="东边旗", kind="short", actor=cast.city_officer, at=NOON)
    assert list(find_regions("东边旗")) == [cast.east]

    read_earlier = RegionName.objects.get(pk=row.pk)
    end_region_name(row, on=TODAY, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="不是现用的"):
        end_region_name(read_earlier, on=TODAY, actor=cast.city_officer, at=NOON)

    assert not find_regions("东边旗").exists()
    actions = AuditEvent.objects.about(cast.east).values_list("action", flat=True)
    assert set(actions) == {"region.add_name", "region.end_name"}


def test_a_name_borne_beside_is_allowed_and_noticed(cast):
    make_region("同名乡", cast.east)

    rename_region(cast.east_sumu, name="同名乡", version=1, **entered(cast.city_officer))

    assert namesakes(cast.east_sumu, "同名乡").count() == 1
