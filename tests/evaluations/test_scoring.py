"""Scores: saved one by one, never over somebody else's; signed as a whole, then locked."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import transaction

from evaluations.models import Assignment, Score, ScoreSheet
from evaluations.operations.scoring import Entry, save_scores, sign_sheet
from evaluations.score_sheets import digest_of, is_as_signed
from portal.errors import Refused
from portal.models import AuditEvent
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.factories import NOON

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def stand(cast):
    return lay_out(cast)


def item(stand, code):
    return build.item_of(stand.edition, code).pk


def save(stand, task, *entries, at=NOON, actor=None):
    made = [Entry(indicator=item(stand, code), **fields) for code, fields in entries]
    return save_scores(fetch(task), made, actor=actor or task.assessor, at=at)


def fill(stand, task):
    save(stand, task, ("1.1", {"value": D(60)}), ("1.2", {"value": D(25), "reason": "缺签到表"}))


def test_the_first_score_begins_the_sheet_and_says_so(stand):
    task = stand.tasks[0]

    outcome = save(stand, task, ("1.1", {"value": D("55.5"), "reason": "材料不全"}))

    assert outcome.saved == {item(stand, "1.1"): 1}
    score = Score.objects.get()
    assert (score.value, score.reason, score.saved_at) == (D("55.5"), "材料不全", NOON)
    task = fetch(task)
    assert (task.state, task.first_opened_at) == (Assignment.State.SCORING, NOON)
    assert AuditEvent.objects.get().action == "assignment.start"


def test_a_score_saved_again_is_the_next_version(stand):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(50)}))

    outcome = save(stand, task, ("1.1", {"value": D(40), "version": 1}), at=LATER)

    assert outcome.saved == {item(stand, "1.1"): 2}
    assert (Score.objects.get().value, Score.objects.get().saved_at) == (D(40), LATER)


def test_what_is_stored_already_is_not_written_again(stand):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(50)}))

    outcome = save(stand, task, ("1.1", {"value": D("50.00")}), at=LATER)

    assert outcome.saved == {item(stand, "1.1"): 1}
    assert Score.objects.get().saved_at == NOON


def test_two_tabs_the_second_is_shown_what_stands(stand):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(50)}))
    save(stand, task, ("1.1", {"value": D(40), "version": 1}))

    outcome = save(stand, task, ("1.1", {"value": D(30), "version": 1}))

    assert outcome.saved == {}
    assert outcome.conflicts[item(stand, "1.1")].value == D(40)
    assert Score.objects.get().value == D(40)


def test_two_tabs_that_both_give_the_first_score_do_not_overwrite(stand):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(50)}))

    outcome = save(stand, task, ("1.1", {"value": D(30)}))

    assert outcome.conflicts[item(stand, "1.1")].value == D(50)


@pytest.mark.parametrize(
    ("code", "fields", "said"),
    [
        ("1.1", {"value": D(61)}, "超过满分"),
        ("1.1", {"value": D("0.3")}, "倍数"),
        ("1.1", {"value": D(-1)}, "小于 0"),
        ("F1", {"value": D(1)}, "不打分"),
        ("1.1", {"hit": True}, "不是一票否决项"),
    ],
)
def test_a_faulty_score_is_not_kept_and_the_others_are(stand, code, fields, said):
    task = stand.tasks[0]

    outcome = save(stand, task, (code, fields), ("1.2", {"value": D(30)}))

    assert said in outcome.faults[item(stand, code)]
    assert list(outcome.saved) == [item(stand, "1.2")]


def test_an_item_of_another_edition_is_refused(stand, cast):
    other = build.make_edition(cast.city)
    entry = Entry(indicator=build.item_of(other, "1.1").pk, value=D(1))

    outcome = save_scores(fetch(stand.tasks[0]), [entry], actor=stand.one, at=NOON)

    assert "不在这家单位的测评体系里" in outcome.faults[entry.indicator]


def test_nobody_writes_somebody_elses_sheet(stand):
    with pytest.raises(Refused, match="由指定的测评人员填写"):
        save(stand, stand.tasks[0], ("1.1", {"value": D(1)}), actor=stand.two)


@pytest.mark.parametrize(
    ("state", "said"), [("preparing", "还没有开始打分"), ("finished", "已结束")]
)
def test_scores_are_taken_only_while_the_round_scores(stand, state, said):
    type(stand.round).objects.update(state=state)

    with pytest.raises(Refused, match=said):
        save(stand, stand.tasks[0], ("1.1", {"value": D(1)}))


def test_a_sheet_is_not_signed_while_something_is_missing(stand):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(59)}))

    with pytest.raises(Refused) as refusal:
        sign_sheet(task, actor=stand.one, at=NOON)

    assert "还有 1 项没有打分：1.2。还有 1 项没有写理由：1.1。没有签字。" in str(refusal.value)
    assert not ScoreSheet.objects.get().signed_at


def test_an_untouched_sheet_is_not_signed(stand):
    with pytest.raises(Refused, match="还没有打任何一项分"):
        sign_sheet(stand.tasks[0], actor=stand.one, at=NOON)


def test_signing_locks_the_sheet_under_its_digest(stand):
    task = stand.tasks[0]
    fill(stand, task)

    sheet = sign_sheet(task, actor=stand.one, at=LATER)

    sheet.refresh_from_db()
    assert (sheet.signed_at, sheet.digest) == (LATER, digest_of(sheet))
    assert is_as_signed(sheet)
    assert fetch(task).state == Assignment.State.SIGNED
    line = AuditEvent.objects.order_by("pk").last()
    assert (line.action, line.after["digest"]) == ("assignment.sign", sheet.digest)
    with pytest.raises(Refused, match="已签字锁定"):
        save(stand, task, ("1.1", {"value": D(1), "version": 1}))
    with pytest.raises(Refused, match="已经签过字"):
        sign_sheet(task, actor=stand.one, at=LATER)


def test_a_save_that_comes_after_the_signature_changes_nothing(stand):
    """The page had the sheet in hand when it was signed in another tab."""
    task = stand.tasks[0]
    fill(stand, task)
    in_hand = ScoreSheet.objects.get()
    in_hand.assignment = fetch(task)
    sign_sheet(task, actor=stand.one, at=NOON)

    for code, version in (("1.1", 1), ("J1", 0)):
        entry = Entry(indicator=item(stand, code), value=D(5), version=version, reason="改")
        with pytest.raises(Refused, match="已签字锁定"), transaction.atomic():
            save_scores(fetch(task), [entry], actor=stand.one, at=LATER, sheet=in_hand)

    assert is_as_signed(ScoreSheet.objects.get())


def test_one_autosave_takes_few_queries(stand, client, django_assert_max_num_queries):
    task = stand.tasks[0]
    save(stand, task, ("1.1", {"value": D(50)}))
    sheet = ScoreSheet.objects.get()
    sheet.assignment = fetch(task)
    for code, version in (("1.1", 1), ("1.2", 0)):
        entry = Entry(indicator=item(stand, code), value=D(20), version=version)
        with django_assert_max_num_queries(3):
            save_scores(sheet.assignment, [entry], actor=stand.one, at=LATER, sheet=sheet)


def test_of_two_first_saves_at_once_the_slower_joins_the_sheet(stand):
    quick, slow = fetch(stand.tasks[0]), fetch(stand.tasks[0])
    save(stand, quick, ("1.1", {"value": D(50)}))

    entry = Entry(indicator=item(stand, "1.2"), value=D(20))
    outcome = save_scores(slow, [entry], actor=stand.one, at=LATER)

    assert list(outcome.saved.values()) == [1]
    assert ScoreSheet.objects.get().scores.count() == 2
    assert AuditEvent.objects.filter(action="assignment.start").count() == 1


def test_of_two_first_saves_after_a_new_call_the_slower_joins_too(stand):
    build.make_sheet(stand.tasks[0], {"1.1": D(50)})
    quick, slow = fetch(stand.tasks[0]), fetch(stand.tasks[0])

    for number, task in enumerate((quick, slow)):
        entry = Entry(indicator=item(stand, ("1.2", "J1")[number]), value=D(5))
        assert save_scores(task, [entry], actor=stand.one, at=LATER).saved

    assert ScoreSheet.objects.get().scores.count() == 3


def test_a_first_save_after_the_task_was_taken_away_is_refused_in_words(stand):
    withdrawn, gone = fetch(stand.tasks[0]), fetch(stand.tasks[2])
    Assignment.objects.filter(pk=withdrawn.pk).update(state=Assignment.State.WITHDRAWN)
    Assignment.objects.filter(pk=gone.pk).delete()

    for task in (withdrawn, gone):
        with pytest.raises(Refused, match="打分任务已撤回，没有保存"):
            entry = Entry(indicator=item(stand, "1.1"), value=D(5))
            save_scores(task, [entry], actor=stand.one, at=LATER)
