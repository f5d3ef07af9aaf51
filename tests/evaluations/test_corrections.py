"""A signed sheet is corrected by its next version, and a second person has to approve it."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from evaluations.models import Assignment, ScoreSheet
from evaluations.operations.corrections import (
    ask_correction,
    decide_correction,
    give_up_correction,
    sign_correction,
)
from evaluations.operations.inspections import advance_round
from evaluations.operations.scoring import Entry, save_scores, sign_sheet
from evaluations.operations.settling import keep_tally
from evaluations.score_sheets import is_as_signed
from evaluations.standings import standings
from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.factories import NOON, make_officer

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def stand(cast):
    stand = lay_out(cast)
    stand.task = fetch(stand.tasks[0])
    stand.office = cast.city_officer
    save(stand, "1.1", value=D(60))
    save(stand, "1.2", value=D(25), reason="缺签到表")
    sign_sheet(stand.task, actor=stand.one, at=NOON)
    stand.task = fetch(stand.task)
    return stand


def save(stand, code, **fields):
    entry = Entry(indicator=build.item_of(stand.edition, code).pk, **fields)
    return save_scores(stand.task, [entry], actor=stand.one, at=NOON)


def ask(stand, **fields):
    task = fields.pop("task", stand.task)
    return ask_correction(task, **{"reason": "看错材料", "actor": stand.one, "at": NOON} | fields)


def decide(stand, sheet, **fields):
    given = {"approve": True, "note": "", "actor": stand.office, "at": LATER}
    decide_correction(sheet, **given | fields)


def corrected(stand, value=D(28)):
    sheet = ask(stand)
    save(stand, "1.2", value=value, reason="只缺一次", version=1)
    return sign_correction(sheet, actor=stand.one, at=LATER)


def current(stand):
    return stand.task.sheets.get(is_current=True)


def test_the_signed_version_counts_until_the_second_person_approves(stand):
    sheet = corrected(stand)

    assert (current(stand).number, sheet.standing) == (1, "待核准")
    decide(stand, sheet)

    now = current(stand)
    assert (now.number, now.approved_by, now.standing) == (2, stand.office, "有效")
    assert now.scores.get(indicator__code="1.2").value == D(28)
    old = stand.task.sheets.get(number=1)
    assert (old.standing, old.scores.get(indicator__code="1.2").value) == ("已被更正", D(25))
    assert is_as_signed(old) and is_as_signed(now)
    line = AuditEvent.objects.order_by("pk").last()
    assert (line.action, line.actor) == ("scoresheet.approve", stand.office)
    told = Notification.objects.filter(user=stand.one).last().text
    assert "已核准，新版生效" in told


def test_a_refused_correction_changes_nothing_and_says_why(stand):
    sheet = corrected(stand)

    with pytest.raises(Refused, match="须写明理由"):
        decide(stand, sheet, approve=False)
    decide(stand, sheet, approve=False, note="材料确实不全")

    assert current(stand).number == 1
    sheet.refresh_from_db()
    assert (sheet.standing, sheet.decision_note) == ("未核准", "材料确实不全")


def test_after_a_refusal_the_next_request_is_the_third_version(stand):
    decide(stand, corrected(stand), approve=False, note="不同意")

    assert ask(stand).number == 3


@pytest.mark.parametrize("who", ["one", "two"])
def test_only_an_officer_who_leads_the_round_and_is_not_the_assessor_approves(stand, who):
    sheet = corrected(stand)

    with pytest.raises(Refused, match="由组织本轮次的审核人员核准"):
        decide(stand, sheet, actor=getattr(stand, who))


def test_an_officer_does_not_approve_their_own_correction(stand, cast):
    both = make_officer(cast.city)
    build.make_member(stand.round, both)
    inspection = stand.inspections[0]
    task = fetch(build.make_assignment(inspection, both))
    stand.task, stand.one = task, both
    save(stand, "1.1", value=D(60))
    save(stand, "1.2", value=D(30))
    sign_sheet(task, actor=both, at=NOON)
    stand.task = fetch(task)
    sheet = ask(stand)
    save(stand, "1.2", value=D(29), reason="缺表", version=1)
    sign_correction(sheet, actor=both, at=LATER)

    with pytest.raises(Refused, match="另一名审核人员"):
        decide(stand, sheet, actor=both)


def test_of_one_sheet_one_correction_is_open_at_a_time(stand):
    ask(stand)

    with pytest.raises(Refused, match="没有办结"):
        ask(stand)


def test_a_correction_needs_a_reason_a_signature_and_a_change(stand):
    with pytest.raises(Refused, match="写明更正理由"):
        ask(stand, reason=" ")
    with pytest.raises(Refused, match="由指定的测评人员"):
        ask(stand, actor=stand.two)
    sheet = ask(stand)
    with pytest.raises(Refused, match="没有任何改动"):
        sign_correction(sheet, actor=stand.one, at=LATER)
    with pytest.raises(Refused, match="还没有签字"):
        decide(stand, sheet)


def test_a_correction_that_is_given_up_stays_in_the_history(stand):
    sheet = ask(stand)

    give_up_correction(sheet, actor=stand.one, at=LATER)

    sheet.refresh_from_db()
    assert (sheet.standing, current(stand).number) == ("已放弃", 1)
    with pytest.raises(Refused, match="不能放弃"):
        give_up_correction(sheet, actor=stand.one, at=LATER)
    assert ask(stand).number == 3


def test_after_the_round_an_approved_correction_settles_it_anew(stand):
    for task in stand.tasks[1:]:
        scores = {"1.1": D(60), "1.2": D(25)}
        build.make_sheet(task, scores, signed_at=NOON)
    type(stand.task).objects.update(state="signed")
    advance_round("finish", stand.round, actor=stand.office, at=NOON)
    sheet = corrected(stand, D(30))

    decide(stand, sheet)

    corrected_unit, other = (fresh(each) for each in stand.inspections)
    assert (corrected_unit.total, corrected_unit.rank) == (D("87.50"), 1)
    assert corrected_unit.settled_at == LATER
    assert (other.total, other.rank, other.settled_at) == (D("85.00"), 2, LATER)


def test_a_correction_counts_though_a_colleague_signed_before_its_approval(stand):
    sheet = corrected(stand, D(30))
    other = fetch(stand.tasks[1])
    stand.task, first = other, stand.task
    for code, value in (("1.1", D(60)), ("1.2", D(30))):
        entry = Entry(indicator=build.item_of(stand.edition, code).pk, value=value)
        save_scores(other, [entry], actor=stand.two, at=LATER)
    sign_sheet(fetch(other), actor=stand.two, at=LATER + timedelta(hours=1))
    before = fresh(stand.inspections[0]).tally
    stand.task = first

    decide(stand, sheet, at=LATER + timedelta(hours=2))

    kept = fresh(stand.inspections[0]).tally
    assert (before["total"], kept["total"]) == ("87.50", "90.00")
    assert kept["mark"] != before["mark"]


def test_figures_kept_before_a_correction_are_made_anew_while_reading(stand):
    sheet = corrected(stand, D(30))
    build.make_sheet(stand.tasks[1], {"1.1": D(60), "1.2": D(30)}, signed_at=LATER)
    type(stand.task).objects.filter(pk=stand.tasks[1].pk).update(state="signed")
    keep_tally(stand.inspections[0])
    old = fresh(stand.inspections[0]).tally
    decide(stand, sheet)
    type(stand.inspections[0]).objects.filter(pk=stand.inspections[0].pk).update(tally=old)

    assert standings(stand.round)[0].total == D("90.00")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_decision_is_taken_once(stand):
    sheet = corrected(stand)
    decide(stand, sheet)

    with pytest.raises(Refused, match="已办结"):
        decide(stand, sheet)
    assert ScoreSheet.objects.filter(assignment=stand.task).count() == 2


def test_a_correction_is_judged_by_the_state_as_it_stands_now(stand):
    read_before, state = fetch(stand.task), Assignment.State
    read_before.state = state.SCORING
    assert ask(stand, task=read_before).number == 2
    Assignment.objects.filter(pk=stand.task.pk).update(state=state.WITHDRAWN)

    with pytest.raises(Refused, match="还没有签字"):
        ask(stand)

    assert ScoreSheet.objects.count() == 2
