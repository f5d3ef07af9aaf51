"""Two at once: one decision applied twice, one unit in two batches, two last signatures."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units import follow_up
from tests.units.decided import PAPERS, make_draft, make_notice, make_proposed
from units.deliberating import Docket
from units.models import (
    Application,
    Batch,
    Deliberation,
    Designation,
    NamingDecision,
    Objection,
)
from units.operations import decisions, deliberations, objections, reverification_rounds
from units.operations.striking import strike_application

ROUNDS = 3


def at_once(*acts):
    """Run these in threads of their own; what each said: "done", or why it was refused."""
    answers, start = [], threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            act()
            answers.append("done")
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_many_who_apply_one_decision_at_once_exactly_one_does(cast):
    for turn in range(ROUNDS):
        units = [make.make_unit(cast.east_sumu) for _ in range(2)]
        batch, leaders, _ = make_proposed(cast.city, units, name=f"第{turn}批")
        decision = make_draft(batch, leaders[0], document_no=f"示例{turn}号")

        def apply(decision=decision, leader=leaders[0]):
            row = NamingDecision.objects.get(pk=decision.pk)
            decisions.apply_decision(row, actor=leader, at=NOON)

        answers = at_once(*[apply] * 4)

        assert answers.count("done") == 1, answers
        assert Designation.objects.filter(batch=batch).count() == 2
        assert AuditEvent.objects.filter(action="batch.finish").count() == turn + 1


@pytest.mark.django_db(transaction=True)
def test_one_unit_in_two_batches_at_once_is_named_in_one_of_them(cast):
    for turn in range(ROUNDS):
        unit = make.make_unit(cast.east_sumu, f"示例{turn}村")
        made = [make_proposed(cast.city, [unit], name=f"第{turn}批{half}") for half in ("上", "下")]
        drafts = [
            make_draft(batch, leaders[0], document_no=f"示例{turn}-{half}号")
            for half, (batch, leaders, _) in enumerate(made)
        ]
        answers = at_once(
            *[
                lambda d=draft, a=leaders[0]: decisions.apply_decision(d, actor=a, at=NOON)
                for draft, (_, leaders, _) in zip(drafts, made, strict=True)
            ]
        )

        assert answers.count("done") == 1, answers
        assert any("不能重复命名" in each for each in answers)
        assert Designation.objects.filter(unit=unit).count() == 1
        states = Batch.objects.filter(pk__in=[batch.pk for batch, _, _ in made])
        assert sorted(states.values_list("state", flat=True)) == ["done", "open"]


@pytest.mark.django_db(transaction=True)
def test_two_drafts_of_one_batch_at_once_leave_one(cast):
    batch, leaders, _ = make_proposed(cast.city, [make.make_unit(cast.east_sumu)])

    def draft(number):
        values = {**PAPERS, "document_no": f"示例{number}号"}
        decisions.draft_decision(batch, values, actor=leaders[0], at=NOON)

    answers = at_once(lambda: draft(1), lambda: draft(2))

    assert answers.count("done") == 1, answers
    assert NamingDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_signatures_at_once_settle_once(cast):
    batch = make.make_running_batch(cast.city, places=1, shift=-65)
    leaders = make.make_issuers(batch, "市委宣传部", "市民族事务委员会")
    for total in (90, 80):
        make.make_candidate(make.make_unit(cast.east_sumu), batch, total)
    Deliberation.objects.create(batch=batch, held_on=TODAY, created_at=NOON, created_by=leaders[0])
    deliberations.present(batch, actor=leaders[0], at=NOON)
    docket = Docket(batch)
    signs = [
        lambda body=body, leader=leader: deliberations.sign_list(
            batch, body, digest=docket.digest, actor=leader, at=NOON
        )
        for body, leader in zip(docket.bodies, leaders, strict=True)
    ]

    answers = at_once(*signs)

    assert answers == ["done", "done"]
    assert Docket(batch).is_settled
    states = Application.objects.values_list("state", flat=True)
    assert sorted(states) == ["passed_over", "proposed"]
    assert AuditEvent.objects.filter(action="deliberation.settle").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_application_struck_while_its_decision_is_applied_is_either_out_or_named(cast):
    units = [make.make_unit(cast.east_sumu) for _ in range(2)]
    batch, leaders, rows = make_proposed(cast.city, units)
    make_notice(batch, [])
    draft = make_draft(batch, leaders[0])

    def strike():
        found = Application.objects.filter(pk=rows[0].pk, state="proposed")
        if not found.update(state="struck", moves=1):
            raise Refused("已命名")

    answers = at_once(lambda: decisions.apply_decision(draft, actor=leaders[0], at=NOON), strike)

    assert answers.count("done") == 1, answers
    named = Application.objects.get(pk=rows[0].pk).state == "named"
    assert Designation.objects.count() == (2 if named else 0)


def test_an_objection_does_not_strike_a_unit_that_was_struck_meanwhile(cast):
    batch, leaders, [row] = make_proposed(cast.city, [make.make_unit(cast.east_sumu)])
    notice = make_notice(batch, [row], state="open", ends_on=TODAY + timedelta(days=5))
    words = {"source": "online", "is_anonymous": True, "text": "示例反映"}
    entry, leader = notice.entries.get(), {"actor": leaders[-1], "at": NOON}
    objection = objections.file_objection(notice, {**words, "entry": entry}, at=NOON)
    objections.handle_objection(objection, **leader)

    strike_application(row, note="责令整改", **leader)
    with pytest.raises(Refused, match="已经取消"):
        objections.uphold_objection(
            objection, entry=entry, findings="属实", answer="属实。", **leader
        )

    assert Objection.objects.get().state == "handling"


@pytest.mark.django_db(transaction=True)
def test_no_round_is_ended_over_an_application_that_comes_in_that_moment(cast):
    signer = follow_up.make_signer(cast.city)
    for turn in range(ROUNDS):
        title = follow_up.make_ending(make.make_unit(cast.east_sumu))
        title.unit.clerks.add(cast.clerk)
        made = follow_up.call(signer, title=f"示例{turn}")
        end = {"version": made.version, "note": "示例", "actor": signer, "at": NOON}

        answers = at_once(
            lambda t=title: follow_up.applied(t, cast.clerk),
            lambda m=made, e=end: reverification_rounds.close_round(m, **e),
        )

        assert answers.count("done") == 1, answers
        made.refresh_from_db()
        has_applied = made.reverifications.get(designation=title).state == "applied"
        assert has_applied == (made.closed_at is None)
