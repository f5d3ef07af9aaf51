"""Rounds of inspections: who sets them up, what they take in, when they open and finish."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.models import Assignment, Inspection, InspectionRound
from evaluations.operations.inspections import (
    add_round,
    advance_round,
    choose_units,
    drop_units,
    edit_round,
    schedule_visits,
    urge_team,
)
from portal.errors import Refused
from portal.models import AuditEvent, Notification
from portal.versions import Stale
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out, prepare
from tests.factories import NOON, TODAY

State, Kind = InspectionRound.State, InspectionRound.Kind


def values(region, **fields):
    given = {
        "kind": Kind.ACCEPTANCE,
        "title": "示例验收",
        "year": 2026,
        "region": region,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=10),
        "assessors_each": 2,
        "blind": False,
        "outlier_limit": "0.30",
    }
    return given | fields


def test_a_round_is_set_up_and_written_down(cast):
    made = add_round(values(cast.city), actor=cast.city_officer, at=NOON)

    assert made.state == State.PREPARING
    line = AuditEvent.objects.get()
    assert (line.action, line.after["region"]) == ("inspectionround.add", "呼伦贝尔市")


@pytest.mark.parametrize(
    ("kind", "place", "who", "said"),
    [
        (Kind.PRELIMINARY, "city", "city_officer", "初验由旗县市区组织"),
        (Kind.ACCEPTANCE, "east", "city_officer", "验收由市（盟）以上组织"),
        (Kind.SPOT, "city", "east_officer", "您不能改动"),
        (Kind.SPOT, "west", "east_officer", "您不能改动"),
    ],
)
def test_who_runs_which_kind(cast, kind, place, who, said):
    given = values(getattr(cast, place), kind=kind)

    with pytest.raises(Refused, match=said):
        add_round(given, actor=getattr(cast, who), at=NOON)

    assert not InspectionRound.objects.exists()


def test_once_scoring_has_begun_what_scores_rest_on_stays(cast):
    stand = lay_out(cast)
    kept = values(cast.city, title="改名", kind=stand.round.kind)

    edit_round(stand.round, kept, version=1, actor=cast.city_officer, at=NOON)
    for fault in ({"blind": True}, {"kind": Kind.SPOT}):
        with pytest.raises(Refused, match="已经开始打分"):
            changed = kept | fault
            fresh = InspectionRound.objects.get()
            edit_round(fresh, changed, version=2, actor=cast.city_officer, at=NOON)

    assert InspectionRound.objects.get().title == "改名"


def test_what_scores_rest_on_stays_in_a_round_that_was_opened_meanwhile(cast):
    stand = prepare(cast)
    InspectionRound.objects.update(state=State.SCORING)

    with pytest.raises(Refused, match="已经开始打分"):
        changed = values(cast.city, blind=True)
        edit_round(stand.round, changed, version=1, actor=cast.city_officer, at=NOON)

    assert not InspectionRound.objects.get().blind


def test_of_two_who_edit_the_second_is_shown_the_first(cast):
    stand = prepare(cast)
    twin = InspectionRound.objects.get()
    edit_round(
        stand.round, values(cast.city, title="甲"), version=1, actor=cast.city_officer, at=NOON
    )

    with pytest.raises(Stale):
        edit_round(twin, values(cast.city, title="乙"), version=1, actor=cast.city_officer, at=NOON)


def test_units_come_in_once_and_only_from_the_round_s_region(cast):
    edition = build.make_edition(cast.city)
    round = build.make_inspection_round(cast.east, kind=Kind.PRELIMINARY, state=State.PREPARING)
    offered = [(cast.one, edition, None)]

    assert choose_units(round, offered, actor=cast.east_officer, at=NOON) == 1
    assert choose_units(round, offered, actor=cast.east_officer, at=NOON) == 0
    with pytest.raises(Refused, match="不在“东旗”"):
        choose_units(round, [(cast.other, edition, None)], actor=cast.east_officer, at=NOON)
    assert Inspection.objects.get().unit == cast.one


def test_units_leave_while_nobody_has_scored_them(cast):
    stand = lay_out(cast)
    build.make_sheet(stand.tasks[0])
    rows = Inspection.objects.all()

    with pytest.raises(Refused, match="示例东嘎查已有人打分，没有移出任何单位"):
        drop_units(stand.round, rows, actor=cast.city_officer, at=NOON)
    assert (
        drop_units(stand.round, rows.exclude(unit=cast.one), actor=cast.city_officer, at=NOON) == 1
    )

    assert Inspection.objects.get().unit == cast.one


def test_visits_lie_within_the_round(cast):
    stand = prepare(cast)
    rows, person = Inspection.objects.all(), {"actor": cast.city_officer, "at": NOON}

    assert schedule_visits(stand.round, rows, on=TODAY + timedelta(days=10), **person) == 2
    with pytest.raises(Refused, match="须在本轮次的"):
        schedule_visits(stand.round, rows, on=TODAY + timedelta(days=11), **person)
    assert set(rows.values_list("visit_on", flat=True)) == {TODAY + timedelta(days=10)}


def open_round(cast, stand):
    return advance_round("open", stand.round, actor=cast.city_officer, at=NOON)


def test_a_round_opens_once_everything_is_prepared(cast):
    stand = prepare(cast)
    with pytest.raises(Refused, match="有 2 家没有派足 2 人：示例东嘎查（已派 0 人）"):
        open_round(cast, stand)
    for inspection in stand.inspections:
        for person in stand.people:
            build.make_assignment(inspection, person)

    open_round(cast, stand)

    assert InspectionRound.objects.get().state == State.SCORING
    told = Notification.objects.filter(user=stand.one).get().text
    assert "派给您 2 家" in told


def test_opening_costs_the_same_with_one_member_and_three(cast):
    edition, counts = build.make_edition(cast.city), []
    assert cast.city_officer.scope_paths  # read once a person, not once a round
    for number in (1, 3):
        round = build.make_inspection_round(cast.city, state=State.PREPARING, assessors_each=1)
        turn = build.make_inspection(round, cast.one, edition)
        for _ in range(number):
            person = build.make_assessor(cast.city)
            build.make_member(round, person)
            build.make_assignment(turn, person)
        with CaptureQueriesContext(connection) as sent:
            advance_round("open", round, actor=cast.city_officer, at=NOON)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert Notification.objects.filter(text__contains="派给您 1 家").count() == 4


def test_an_empty_round_does_not_open(cast):
    round = build.make_inspection_round(cast.city, state=State.PREPARING)

    with pytest.raises(Refused, match="还没有选定测评单位"):
        advance_round("open", round, actor=cast.city_officer, at=NOON)
    build.make_inspection(round, cast.one, build.make_edition(cast.city))
    with pytest.raises(Refused, match="还没有测评组成员"):
        advance_round("open", round, actor=cast.city_officer, at=NOON)


def test_a_round_is_not_finished_before_the_last_has_signed(cast):
    stand = lay_out(cast)

    with pytest.raises(Refused, match="还有 4 份测评表没有签字"):
        advance_round("finish", stand.round, actor=cast.city_officer, at=NOON)
    Assignment.objects.all().delete()
    with pytest.raises(Refused, match="有 2 家没有任何人打分"):
        advance_round("finish", stand.round, actor=cast.city_officer, at=NOON)


def test_finishing_settles_every_unit(cast):
    stand = lay_out(cast)
    for task in stand.tasks:
        build.make_sheet(task, {"1.1": 50, "1.2": 30}, signed_at=NOON)
    Assignment.objects.update(state=Assignment.State.SIGNED)

    advance_round("finish", stand.round, actor=cast.city_officer, at=NOON)

    assert set(Inspection.objects.values_list("total", flat=True)) == {80}
    with pytest.raises(Refused, match="已结束"):
        drop_units(
            InspectionRound.objects.get(),
            Inspection.objects.all(),
            actor=cast.city_officer,
            at=NOON,
        )


def test_units_stay_in_a_round_that_was_finished_meanwhile(cast):
    stand, rows = lay_out(cast), Inspection.objects.all()
    InspectionRound.objects.update(state=State.FINISHED)

    with pytest.raises(Refused, match="已结束"):
        drop_units(stand.round, rows, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="已结束"):
        schedule_visits(stand.round, rows, on=TODAY, actor=cast.city_officer, at=NOON)

    assert rows.count() == 2


def test_those_who_have_not_signed_are_reminded(cast):
    stand = lay_out(cast)
    Assignment.objects.filter(assessor=stand.two).update(state=Assignment.State.SIGNED)

    assert urge_team(stand.round, actor=cast.city_officer, at=NOON) == 1

    assert "还有 2 家等您签字" in Notification.objects.get().text
    Assignment.objects.update(state=Assignment.State.SIGNED)
    with pytest.raises(Refused, match="都已签字"):
        urge_team(stand.round, actor=cast.city_officer, at=NOON)
