"""Blind: nobody on the team reads what others gave until the last has signed, on any page."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from evaluations.models import (
    AnswerEvidence,
    Assignment,
    Evidence,
    Inspection,
    ScoreSheet,
    SelfCheck,
)
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.factories import NOON, TODAY, make_officer

TELLTALE = D("37.5")  # a score that stands nowhere else on a page
WORDS = "示例打分理由甲"
State = Assignment.State


@pytest.fixture
def stand(cast):
    """The first assessor has signed; the second has not. A 初验 gave points too."""
    stand = lay_out(cast, blind=True)
    sign(stand.tasks[0])
    earlier = build.make_inspection_round(
        cast.east, kind="preliminary", state="finished", starts_on=TODAY
    )
    first = build.make_inspection(earlier, cast.one, stand.edition)
    stand.first = build.make_assignment(first, build.make_assessor(cast.east), state=State.SIGNED)
    build.make_sheet(stand.first, {"1.1": D("33.5")}, signed_at=NOON)
    return stand


def sign(task, value=TELLTALE, reason=WORDS):
    sheet = build.make_sheet(task, {"1.1": value, "1.2": D(30)})
    sheet.scores.filter(indicator__code="1.1").update(reason=reason)
    ScoreSheet.objects.filter(pk=sheet.pk).update(signed_at=NOON, digest="0" * 64)
    Assignment.objects.filter(pk=task.pk).update(state=State.SIGNED)


def addresses(stand):
    """Every page of this floor that a member of the team could try."""
    task, other = stand.tasks[0], stand.tasks[1]
    return [
        reverse("evaluations:score-queue"),
        reverse("evaluations:score-sheet", args=[other.pk]),
        reverse("evaluations:score-sheet", args=[task.pk]),
        reverse("evaluations:sheet-history", args=[task.pk]),
        reverse("evaluations:sheet-history", args=[other.pk]),
        reverse("evaluations:score-pace") + f"?round={stand.round.pk}",
        reverse("evaluations:inspection-calendar", args=[stand.round.pk]),
        reverse("evaluations:inspection-round", args=[stand.round.pk]),
        reverse("evaluations:inspections", args=[stand.round.pk]),
        reverse("evaluations:inspection-tasks", args=[stand.inspections[0].pk]),
        reverse("evaluations:round-results", args=[stand.round.pk]),
        reverse("evaluations:round-consistency", args=[stand.round.pk]),
        reverse("evaluations:unit-result", args=[stand.inspections[0].pk]),
        reverse("portal:home"),
    ]


def read(client, person, stand):
    client.force_login(person)
    found = []
    for address in addresses(stand):
        response = client.get(address)
        text = response.content.decode()
        if any(each in text for each in ("37.5", "67.5", WORDS)):
            found.append(address)
    return found


def test_no_page_shows_the_other_s_score_before_everybody_has_signed(stand, client):
    assert read(client, stand.two, stand) == []


def test_an_officer_on_the_team_reads_no_more_than_an_assessor(stand, cast, client):
    officer = make_officer(cast.city)
    build.make_member(stand.round, officer)
    build.make_assignment(stand.inspections[0], officer)

    assert read(client, officer, stand) == []


def test_an_officer_of_the_unit_s_banner_waits_too(stand, cast, client):
    assert read(client, cast.east_officer, stand) == []


def test_the_office_that_runs_the_round_reads_what_is_signed(stand, cast, client):
    assert reverse("evaluations:sheet-history", args=[stand.tasks[0].pk]) in read(
        client, cast.city_officer, stand
    )


def calendar(client, person, stand):
    Inspection.objects.update(visit_on=TODAY)
    client.force_login(person)
    month = f"?month={TODAY:%Y-%m}"
    address = reverse("evaluations:inspection-calendar", args=[stand.round.pk])
    return client.get(address + month).content.decode()


def test_the_calendar_names_nobody_else_to_an_assessor(stand, cast, client):
    mine = calendar(client, stand.two, stand)

    assert cast.one.name in mine and stand.two.name in mine
    assert stand.one.name not in mine
    assert stand.one.name in calendar(client, cast.city_officer, stand)


def test_the_calendar_names_who_came_once_the_last_has_signed(stand, client):
    Assignment.objects.exclude(pk=stand.tasks[0].pk).update(state=State.SIGNED)

    assert stand.one.name in calendar(client, stand.two, stand)


def test_without_blindness_the_calendar_names_who_comes_along(stand, client):
    type(stand.round).objects.filter(pk=stand.round.pk).update(blind=False)

    assert stand.one.name in calendar(client, stand.two, stand)


def test_once_the_last_has_signed_the_unit_is_open_to_its_team(stand, client):
    sign(stand.tasks[1], D(40), "另一个理由")

    assert reverse("evaluations:sheet-history", args=[stand.tasks[0].pk]) in read(
        client, stand.two, stand
    )


def test_one_more_person_called_closes_the_unit_again(stand, cast, client):
    sign(stand.tasks[1], D(40), "另一个理由")
    third = build.make_assessor(cast.city)
    build.make_member(stand.round, third)
    build.make_assignment(stand.inspections[0], third, is_extra=True)

    assert read(client, third, stand) == []
    assert read(client, stand.two, stand) == []


def test_blind_hides_the_first_round_as_well(stand, client):
    address = reverse("evaluations:score-sheet", args=[stand.tasks[1].pk])
    client.force_login(stand.two)

    assert "33.5" not in client.get(address).content.decode()
    type(stand.round).objects.filter(pk=stand.round.pk).update(blind=False)
    assert "33.5" in client.get(address).content.decode()


def test_without_blindness_what_is_signed_is_open_to_the_team(stand, client):
    type(stand.round).objects.filter(pk=stand.round.pk).update(blind=False)

    assert ScoreSheet.objects.visible_to(stand.two).filter(assignment=stand.tasks[0]).exists()


def test_what_is_not_signed_is_the_assessor_s_own(cast):
    stand = lay_out(cast)
    build.make_sheet(stand.tasks[0], {"1.1": D(10)})

    seen = ScoreSheet.objects.visible_to
    assert seen(stand.one).count() == 1
    for person in (stand.two, cast.city_officer, cast.east_officer, cast.clerk):
        assert not seen(person).exists()


def test_a_withdrawn_assessor_sees_the_unit_no_more(cast):
    stand = lay_out(cast)
    Assignment.objects.filter(assessor=stand.one).update(state=State.WITHDRAWN)

    assert not Assignment.objects.own(stand.one).exists()
    assert not Inspection.objects.visible_to(stand.one).exists()


def test_an_assessor_who_changed_their_role_sees_nothing(cast):
    stand = lay_out(cast)
    stand.one.role = stand.one.Role.UNASSIGNED
    stand.one.save()

    assert not Assignment.objects.visible_to(stand.one).exists()
    assert not Inspection.objects.visible_to(stand.one).exists()
    assert fetch(stand.tasks[0]).assessor == stand.one


def test_an_officer_on_a_team_sees_the_files_of_the_units_assigned_while_assigned(cast):
    stand = lay_out(cast)
    build.make_member(stand.round, cast.west_officer)
    asked = build.make_round(cast.city, stand.edition)
    check = build.make_check(cast.one, asked)
    evidence = build.make_evidence(cast.one, cast.clerk)
    answer = build.make_answer(check, "1.1", cast.clerk)
    AnswerEvidence.objects.create(answer=answer, evidence=evidence)
    SelfCheck.objects.update(state=SelfCheck.State.SUBMITTED, submitted_at=NOON)
    seen = Evidence.objects.visible_to
    assert not seen(cast.west_officer).exists()

    task = build.make_assignment(stand.inspections[0], cast.west_officer)
    assert seen(cast.west_officer).get() == evidence
    type(task).objects.filter(pk=task.pk).update(state=State.WITHDRAWN)

    assert not seen(cast.west_officer).exists()
    assert seen(stand.one).get() == evidence
