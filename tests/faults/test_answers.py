"""Two people on one item, and handing in while somebody still writes: nothing is overwritten."""

import threading
from contextlib import suppress

import pytest

from evaluations.filling import Filling
from evaluations.models import Answer, Receipt, SelfCheck
from evaluations.operations.answers import answers_of, save_answer
from evaluations.operations.evidence import remove_evidence, reuse_evidence
from evaluations.operations.hand_in import content_of, return_check, submit_check
from evaluations.tree import tree_of
from portal.errors import Refused
from portal.versions import Stale
from tests.evaluations.factories import (
    make_answer,
    make_check,
    make_edition,
    make_evidence,
    make_round,
)
from tests.factories import NOON
from tests.faults.rig import times, together

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def check(cast):
    edition = make_edition(cast.city)
    round = make_round(cast.city, edition, created_by=cast.city_officer)
    made = make_check(cast.one, round, state=SelfCheck.State.FILLING)
    for code, value in (
        ("1.1", {"points": "50"}),
        ("1.2", {"points": "20"}),
        ("F1", {"hit": False}),
    ):
        make_answer(made, code, cast.clerk, value=value, statement="")
    Answer.objects.filter(check_form=made, indicator__code="1.2").update(statement="做了")
    return made


def fresh(check):
    return SelfCheck.objects.for_filling().get(pk=check.pk)


def entry_of(check, code="1.1"):
    return next(each for each in tree_of(check.edition).entries if each.item.code == code)


def test_of_two_editors_none_overwrites_the_other(cast, check, record_property):
    rounds = times(20, 250)
    record_property("attempts", f"两人各保存 {rounds} 次")
    kept = {"a": [], "b": []}

    def editor(name, person):
        def edit():
            for number in range(rounds):
                mine = Answer.objects.get(check_form=check, indicator__code="1.1")
                mark = f"{name}{number}"
                told = {"value": {"points": "50"}, "statement": f"{mine.statement}{mark};"}
                with suppress(Stale):
                    save_answer(
                        fresh(check),
                        entry_of(check),
                        version=mine.version,
                        actor=person,
                        at=NOON,
                        **told,
                    )
                    kept[name].append(mark)

        return edit

    together(editor("a", cast.clerk), editor("b", cast.sumu_officer))

    marks = Answer.objects.get(check_form=check, indicator__code="1.1").statement.split(";")
    lost = [mark for mark in kept["a"] + kept["b"] if mark not in marks]
    assert lost == []
    assert kept["a"] and kept["b"]


def test_words_and_files_of_one_item_never_stop_each_other(cast, check, record_property):
    rounds = times(20, 250)
    record_property("attempts", f"边写边改材料 {rounds} 次")
    item, proof = entry_of(check).indicator, make_evidence(cast.one, cast.clerk)
    person = {"actor": cast.clerk, "at": NOON}

    def write():
        for number in range(rounds):
            mine = Answer.objects.get(check_form=check, indicator=item)
            told = {"value": {"points": "50"}, "statement": f"第{number}次"}
            with suppress(Stale):
                save_answer(fresh(check), entry_of(check), version=mine.version, **told, **person)

    def cite():
        for _ in range(rounds):
            reuse_evidence(fresh(check), item, [proof], **person)
            remove_evidence(fresh(check), item, proof, **person)

    together(write, cite)

    assert Answer.objects.get(check_form=check, indicator=item).version > 2 * rounds


def test_what_is_handed_in_while_somebody_writes_is_what_stands(cast, check, record_property):
    rounds = times(5, 100)
    record_property("attempts", f"边写边提交 {rounds} 次")
    for number in range(rounds):
        _race(cast, check, number)
        receipt = Receipt.objects.latest("pk")
        standing = fresh(check)
        filling = Filling(standing, answers_of(standing))
        again = content_of(standing, filling, receipt.handed_in_by, receipt.handed_in_at)
        assert again == receipt.content
        person = {"actor": cast.city_officer, "at": NOON}
        return_check(standing, note="再来", remarks={}, due_at=check.due_at, **person)


def _race(cast, check, number):
    done = threading.Event()

    def write():
        while not done.is_set():
            mine = Answer.objects.get(check_form=check, indicator__code="1.1")
            words = {"value": {"points": "50"}, "statement": f"{number}-{mine.version}"}
            told = {"version": mine.version, "actor": cast.sumu_officer, "at": NOON, **words}
            with suppress(Refused):
                save_answer(fresh(check), entry_of(check), **told)

    def hand_in():
        try:
            submit_check(fresh(check), actor=cast.clerk, at=NOON)
        finally:
            done.set()

    Answer.objects.filter(check_form=check, indicator__code="1.1").update(statement="有说明")
    together(write, hand_in)
