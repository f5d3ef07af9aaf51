"""Events of a unit: what changes, what stays findable, what becomes of its titles."""

from datetime import date

import pytest

from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import NOON, make_batch, make_designation, make_region, make_unit
from units.models import Designation, Unit, UnitEvent
from units.operations.changes import close_unit, rename_unit, transfer_unit
from units.operations.mergers import merge_unit, split_unit
from units.operations.titles import move_designation

State, Effect = Designation.State, UnitEvent.Effect
DAY = date(2025, 8, 15)


@pytest.fixture
def act(cast):
    return {"actor": cast.city_officer, "at": NOON, "on": DAY}


def spells(unit):
    return [(s.name, s.region.name, s.starts_on, s.ends_on) for s in unit.spells.order_by("pk")]


def test_a_renamed_unit_is_found_by_its_former_name(cast, act):
    rename_unit(cast.one, "示例猎民村", document_no="旗政批[2025]9", **act)

    unit = Unit.objects.get(pk=cast.one.pk)
    assert (unit.name, unit.name_key) == ("示例猎民村", "示例猎民村")
    assert "示例东嘎查" in unit.search_text
    assert "sldgc" in unit.search_text
    former = unit.names.get()
    assert (former.name, former.starts_on, former.ends_on) == ("示例东嘎查", None, DAY)
    assert spells(unit) == [
        ("示例东嘎查", "东苏木", None, DAY),
        ("示例猎民村", "东苏木", DAY, None),
    ]
    event = unit.events.get()
    assert (event.before, event.after) == ({"name": "示例东嘎查"}, {"name": "示例猎民村"})
    assert event.document_no == "旗政批〔2025〕9号"
    line = AuditEvent.objects.about(unit).get()
    assert (line.action, line.after["name"]) == ("unit.rename", "示例猎民村")


def test_a_name_taken_back_has_the_right_days(cast, act):
    rename_unit(cast.one, "乙", **act)
    rename_unit(cast.one, "示例东嘎查", **{**act, "on": date(2025, 9, 1)})
    rename_unit(cast.one, "丙", **{**act, "on": date(2025, 10, 1)})

    days = {n.name: (n.starts_on, n.ends_on) for n in cast.one.names.all()}
    assert days["乙"] == (DAY, date(2025, 9, 1))
    assert days["示例东嘎查"] == (None, date(2025, 10, 1))


@pytest.mark.parametrize(
    ("effect", "state", "verb"),
    [
        (Effect.KEEP, State.ACTIVE, None),
        (Effect.INVALIDATE, State.WITHDRAWN, "withdraw"),
        (Effect.REVERIFY, State.REVERIFYING, "reverify"),
    ],
)
def test_an_event_does_to_titles_what_was_decided(cast, act, effect, state, verb):
    title = make_designation(cast.one)
    over = make_designation(
        cast.one, named_year=2015, starts_on=date(2015, 1, 1), ends_on=date(2020, 1, 1)
    )

    rename_unit(cast.one, "示例猎民村", effect=effect, **act)

    title.refresh_from_db()
    over.refresh_from_db()
    assert (title.state, over.state) == (state, State.ACTIVE)
    assert [e.verb for e in title.events.all()] == ([verb] if verb else [])
    assert all(e.happened_on == DAY for e in title.events.all())


def test_a_unit_is_moved_between_regions_both_in_sight(cast, act):
    transfer_unit(cast.one, to=cast.west, **act)

    assert spells(cast.one) == [
        ("示例东嘎查", "东苏木", None, DAY),
        ("示例东嘎查", "西旗", DAY, None),
    ]
    assert cast.one.events.get().after["region_name"] == "西旗"


def test_moving_out_of_sight_is_refused_and_nothing_moves(cast, act):
    with pytest.raises(Refused, match="“西旗”不在您的辖区内"):
        transfer_unit(cast.one, to=cast.west, **{**act, "actor": cast.east_officer})

    assert Unit.objects.get(pk=cast.one.pk).region == cast.east_sumu
    assert not cast.one.events.exists()


def test_an_officer_elsewhere_cannot_change_a_unit(cast, act):
    with pytest.raises(Refused, match="不在您的审核范围内"):
        rename_unit(cast.one, "别名", **{**act, "actor": cast.west_officer})


def test_two_events_on_one_day_make_one_spell(cast, act):
    rename_unit(cast.one, "示例猎民村", **act)
    transfer_unit(cast.one, to=cast.west, **act)

    assert spells(cast.one)[1:] == [("示例猎民村", "西旗", DAY, None)]


@pytest.mark.parametrize(
    ("on", "sentence"),
    [(date(2025, 8, 14), "2025-08-15 已有登记或变更"), (date(2026, 11, 23), "在今天之后")],
)
def test_a_day_already_passed_over_or_yet_to_come_is_refused(cast, act, on, sentence):
    rename_unit(cast.one, "示例猎民村", **act)

    with pytest.raises(Refused, match=sentence):
        rename_unit(cast.one, "示例又改名", **{**act, "on": on})

    assert cast.one.events.count() == 1


def test_of_two_renames_pressed_together_one_is_told(cast, act):
    same_row_read_earlier = Unit.objects.get(pk=cast.one.pk)
    rename_unit(cast.one, "甲", **act)

    with pytest.raises(Refused, match="他人已修改过"):
        rename_unit(same_row_read_earlier, "乙", **act)

    assert Unit.objects.get(pk=cast.one.pk).name == "甲"


def test_a_closed_unit_ends_with_its_titles_and_takes_no_more_changes(cast, act):
    title = make_designation(cast.one)

    close_unit(cast.one, **act)

    title.refresh_from_db()
    assert title.state == State.WITHDRAWN
    assert spells(cast.one) == [("示例东嘎查", "东苏木", None, DAY)]
    with pytest.raises(Refused, match="已于 2025-08-15 注销"):
        rename_unit(cast.one, "复活", **act)


def test_the_titles_of_a_merged_unit_go_to_the_successor(cast, act):
    batch = make_batch("第二批", named_on=date(2024, 1, 1))
    title = make_designation(cast.one, batch=batch, ends_on=date(2029, 1, 1))

    merge_unit(cast.one, into=cast.other, **act)

    title.refresh_from_db()
    heir = cast.other.designations.get()
    assert (title.state, title.superseded_by) == (State.SUPERSEDED, heir)
    assert (heir.state, heir.starts_on, heir.ends_on) == (State.ACTIVE, DAY, date(2029, 1, 1))
    assert (heir.batch, heir.named_on) == (batch, title.named_on)
    unit = Unit.objects.get(pk=cast.one.pk)
    assert (unit.closed_on, unit.successor) == (DAY, cast.other)
    assert cast.other.events_as_other.get().kind == UnitEvent.Kind.MERGE


def test_a_successor_with_the_same_title_gets_no_second_one(cast, act):
    batch = make_batch("第二批")
    title = make_designation(cast.one, batch=batch)
    own = make_designation(cast.other, batch=batch)

    merge_unit(cast.one, into=cast.other, **act)

    title.refresh_from_db()
    assert title.superseded_by == own
    assert cast.other.designations.count() == 1


def test_merging_with_reverification_leaves_the_successors_title_waiting(cast, act):
    make_designation(cast.one)

    merge_unit(cast.one, into=cast.other, effect=Effect.REVERIFY, **act)

    assert cast.other.designations.get().state == State.REVERIFYING


def test_merging_without_titles_withdraws_them(cast, act):
    title = make_designation(cast.one)

    merge_unit(cast.one, into=cast.other, effect=Effect.INVALIDATE, **act)

    title.refresh_from_db()
    assert title.state == State.WITHDRAWN
    assert title.events.get().note == "单位并入"
    assert not cast.other.designations.exists()


def test_a_title_the_successor_has_lost_cannot_be_kept(cast, act):
    make_designation(cast.one)
    make_designation(cast.other, state=State.REVOKED)

    with pytest.raises(Refused, match="已撤销，不能延续"):
        merge_unit(cast.one, into=cast.other, **act)

    assert Unit.objects.get(pk=cast.one.pk).closed_on is None


def test_a_unit_does_not_merge_into_itself_or_into_one_that_is_gone(cast, act):
    with pytest.raises(Refused, match="不能并入自身"):
        merge_unit(cast.one, into=cast.one, **act)
    close_unit(cast.other, **act)
    with pytest.raises(Refused, match="不能作为并入的单位"):
        merge_unit(cast.one, into=cast.other, **act)


def test_merging_into_a_unit_out_of_sight_is_refused(cast, act):
    with pytest.raises(Refused, match="不在您的审核范围内"):
        merge_unit(cast.one, into=cast.other, **{**act, "actor": cast.east_officer})


def parts(unit, *names):
    return [{"name": n, "region": unit.region, "category": unit.category} for n in names]


def test_a_split_unit_hands_its_titles_to_the_part_that_was_chosen(cast, act):
    title = make_designation(cast.one)

    born = split_unit(cast.one, parts(cast.one, "甲村", "乙村"), keeper=1, closes=True, **act)

    title.refresh_from_db()
    assert title.superseded_by == born[1].designations.get()
    assert not born[0].designations.exists()
    assert Unit.objects.get(pk=cast.one.pk).successor == born[1]
    assert [p.registered_on for p in born] == [DAY, DAY]
    assert born[0].events.get().other == cast.one


def test_a_split_unit_that_stays_keeps_its_titles(cast, act):
    title = make_designation(cast.one)

    split_unit(cast.one, parts(cast.one, "甲村"), **act)

    title.refresh_from_db()
    assert title.state == State.ACTIVE
    assert Unit.objects.get(pk=cast.one.pk).closed_on is None


def test_titles_of_a_split_unit_that_closes_need_a_keeper(cast, act):
    with pytest.raises(Refused, match="须由一个新单位承接"):
        split_unit(cast.one, parts(cast.one, "甲村"), closes=True, **act)


def test_a_unit_that_stands_for_a_region_is_not_moved_by_hand(cast, act):
    village = make_region("东嘎查", cast.east_sumu)
    unit = make_unit(village, represents=village)

    with pytest.raises(Refused, match="代表一个地区"):
        transfer_unit(unit, to=cast.west, **act)


@pytest.mark.parametrize("end", [close_unit, lambda unit, **act: merge_unit(unit, **act)])
def test_a_unit_cannot_have_been_gone_before_it_was_named(cast, act, end):
    make_designation(cast.one, starts_on=date(2025, 9, 1), named_year=2025)
    more = {} if end is close_unit else {"into": cast.other}

    with pytest.raises(Refused, match="自 2025-09-01 起有效"):
        end(cast.one, **more, **act)

    assert Unit.objects.get(pk=cast.one.pk).closed_on is None


def test_a_title_waiting_for_a_new_look_still_waits_with_the_successor(cast, act):
    title = make_designation(cast.one)
    move_designation("reverify", title, **{**act, "on": date(2025, 1, 1)})

    merge_unit(cast.one, into=cast.other, **act)

    assert cast.other.designations.get().state == State.REVERIFYING
