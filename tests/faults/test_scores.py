"""Two people on one sheet, and a signature while somebody still types: nothing slips through."""

import threading
import time
from contextlib import suppress
from decimal import Decimal as D

import pytest

from evaluations.models import Assignment, Score, ScoreSheet
from evaluations.operations.scoring import Entry, save_scores, seal, sign_sheet
from evaluations.score_sheets import is_as_signed
from portal.errors import Refused
from tests.evaluations import books
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.factories import NOON
from tests.faults.rig import times, together

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stand(cast):
    return lay_out(cast)


def put(stand, task, code, value, version=0):
    entry = Entry(
        indicator=build.item_of(stand.edition, code).pk,
        value=D(value),
        version=version,
        reason="示例",
    )
    return save_scores(fetch(task), [entry], actor=task.assessor, at=NOON)


def test_what_is_saved_while_somebody_signs_is_in_the_signature_or_refused(
    stand, cast, record_property
):
    rounds = times(15, 200)
    record_property("attempts", f"{rounds} 次边签边改")
    for number in range(rounds):
        task = new_task(stand, cast, number)
        saved = []

        def write(task=task, saved=saved):
            with suppress(Refused):
                saved.append(put(stand, task, "1.1", 40, version=1))

        together(write, lambda task=task: sign(task))
        sheet = ScoreSheet.objects.get(assignment=task)
        if sheet.signed_at:
            assert is_as_signed(sheet)
        taken = Score.objects.get(sheet=sheet, indicator__code="1.1").value
        assert taken == (D(40) if saved and saved[0].saved else D(50))


def new_task(stand, cast, number):
    person = build.make_assessor(cast.city)
    build.make_member(stand.round, person)
    task = build.make_assignment(stand.inspections[0], person)
    put(stand, task, "1.1", 50)
    put(stand, task, "1.2", 30)
    return fetch(task)


def sign(task):
    sign_sheet(task, actor=task.assessor, at=NOON)


def test_of_two_first_scores_of_one_item_exactly_one_stands(stand, record_property):
    rounds = times(15, 250)
    record_property("attempts", f"两处同时打第一分 {rounds} 次")
    task = stand.tasks[0]
    put(stand, task, "1.2", 30)
    for _ in range(rounds):
        Score.objects.filter(indicator__code="1.1").delete()
        told = {}

        def give(value, told=told):
            told[value] = put(stand, task, "1.1", value)

        together(lambda: give(10), lambda: give(20))
        stored = Score.objects.get(indicator__code="1.1")
        won = [value for value, outcome in told.items() if outcome.saved]
        assert [D(value) for value in won] == [stored.value]


def test_of_two_signatures_one_counts(stand, record_property):
    rounds = times(10, 100)
    record_property("attempts", f"两处同时签字 {rounds} 次")
    for _ in range(rounds):
        person = build.make_assessor()
        build.make_member(stand.round, person)
        task = build.make_assignment(stand.inspections[0], person)
        put(stand, task, "1.1", 60)
        put(stand, task, "1.2", 30)
        refused = []

        def once(task=task, refused=refused):
            try:
                sign_sheet(fetch(task), actor=task.assessor, at=NOON)
            except Refused:
                refused.append(1)

        together(once, once)
        assert len(refused) == 1
        assert Assignment.objects.get(pk=task.pk).state == Assignment.State.SIGNED


def test_a_workbook_taken_in_waits_for_a_signature(cast, settings, tmp_path, monkeypatch):
    stand = books.lay_out_book(cast, settings, tmp_path)
    books.give(stand, "1.2", D(30))
    books.export(stand.round, stand.one, stand.path)
    books.fill(stand.path, stand.east, {("1.2", books.COMMENT): "看过现场"})
    imported, locked = books.take_in(stand.path, stand.one), threading.Event()

    def seal_slowly(*args):
        locked.set()
        time.sleep(1)  # the workbook comes as far as it can meanwhile
        return seal(*args)

    def take_in_meanwhile():
        assert locked.wait(10)
        with pytest.raises(Refused):
            books.confirm(imported, stand.one)

    monkeypatch.setattr("evaluations.operations.scoring.seal", seal_slowly)
    together(lambda: sign(stand.task), take_in_meanwhile)

    sheet = ScoreSheet.objects.get(assignment=stand.task)
    assert sheet.signed_at and is_as_signed(sheet)
