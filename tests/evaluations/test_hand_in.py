"""Handing in: complete, in time, once, with a receipt that proves every word; then sealed."""

import hashlib
import json
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluations.models import Answer, AnswerEvidence, Receipt, SelfCheck
from evaluations.operations.answers import save_answer
from evaluations.operations.hand_in import return_check, submit_check
from evaluations.operations.rounds import close_round
from evaluations.tasks import print_receipt
from evaluations.tree import tree_of
from portal.errors import Refused
from portal.models import AuditEvent, Job
from tests.evaluations.factories import (
    make_answer,
    make_check,
    make_edition,
    make_evidence,
    make_round,
)
from tests.factories import NOON

S = SelfCheck.State
LATER = NOON + timedelta(days=5)


@pytest.fixture
def round(cast):
    return make_round(cast.city, make_edition(cast.city), created_by=cast.city_officer)


@pytest.fixture
def check(cast, round):
    """Everything filled in: 55 of 60, 20 of 30, a bonus of 4, no veto."""
    check = make_check(cast.one, round, state=S.FILLING)
    for code, points in (("1.1", "55"), ("1.2", "20"), ("J1", "4")):
        make_answer(check, code, cast.clerk, claimed=points, value={"points": points})
    make_answer(check, "F1", cast.clerk, claimed=None, value={"hit": False}, statement="")
    return SelfCheck.objects.for_filling().get(pk=check.pk)


def submit(check, cast, at=NOON, actor=None):
    return submit_check(check, actor=actor or cast.clerk, at=at)


def test_handing_in_gives_a_receipt_for_the_very_words(cast, check):
    proof = make_evidence(cast.one, cast.clerk)
    AnswerEvidence.objects.create(answer=check.answers.first(), evidence=proof)

    receipt = submit(check, cast)

    check.refresh_from_db()
    told = json.loads(receipt.content)
    assert check.state == S.SUBMITTED
    assert (check.receipt_no, check.receipt_sha256) == (receipt.number, receipt.sha256)
    assert check.self_total == receipt.total == 79
    assert receipt.sha256 == hashlib.sha256(receipt.content.encode()).hexdigest()
    assert told["items"][0]["claimed"] == "55.00"
    assert told["items"][0]["evidence"] == [proof.file.sha256]
    assert told["unit"] == "示例东嘎查"
    line = AuditEvent.objects.get(action="selfcheck.submit")
    assert line.after["receipt"] == receipt.number


def test_numbers_run_through_the_round(cast, round, check):
    other = make_check(cast.other, round, state=S.FILLING)
    for answer in check.answers.all():
        answer.pk, answer.check_form = None, other
        answer.save(force_insert=True)

    first, second = submit(check, cast), submit(other, cast, actor=cast.other_clerk)

    assert first.number == f"ZC2026-{round.pk:04d}-00001"
    assert second.number == f"ZC2026-{round.pk:04d}-00002"


def test_what_is_lacking_is_said_and_nothing_is_handed_in(cast, check):
    check.answers.filter(indicator__code__in=["1.2", "F1"]).delete()

    with pytest.raises(Refused, match=r"还差 2 项.*1\.2 机制：还没有填。.*F1 重大事件"):
        submit(check, cast)

    assert not Receipt.objects.exists()


def test_a_moment_late_is_late(cast, check):
    with pytest.raises(Refused, match="截止时间 2026-12-02 12:00 已过"):
        submit(check, cast, at=check.round.due_at)

    assert submit(check, cast, at=check.round.due_at - timedelta(microseconds=1))


def test_the_moment_that_counts_is_the_arrival_of_the_request(client, cast, check):
    just_before = check.round.due_at - timedelta(seconds=1)
    with time_machine.travel(just_before, tick=False):
        client.force_login(cast.clerk)
        answer = client.post(reverse("evaluations:self-check-submit", args=[check.pk]))

    assert answer.url == Receipt.objects.get().get_absolute_url()


def test_pressing_twice_hands_in_once(client, cast, check):
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        url = reverse("evaluations:self-check-submit", args=[check.pk])
        first = client.post(url, {"form_key": "a"})
        second = client.post(url, {"form_key": "b"})

    assert first.url == second.url
    assert Receipt.objects.count() == 1


def test_a_township_officer_hands_in_marked(cast, check):
    assert submit(check, cast, actor=cast.sumu_officer).on_behalf


def test_what_was_handed_in_is_sealed_in_the_database_too(cast, check):
    submit(check, cast)
    answer = check.answers.first()
    proof = make_evidence(cast.one, cast.clerk)

    def change():
        Answer.objects.filter(pk=answer.pk).update(statement="改了")

    def cite():
        AnswerEvidence.objects.create(answer=answer, evidence=proof)

    def add():
        Answer.objects.filter(pk=answer.pk).delete()

    def reword():
        Receipt.objects.update(content="别的")

    for act in (change, cite, add, reword):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_returning_opens_it_again_with_the_reasons(cast, check):
    first = submit(check, cast)
    words = {"note": "材料不全", "remarks": {"1.1": "缺照片", "1.2": "  "}}

    return_check(check, **words, due_at=LATER, actor=cast.east_officer, at=NOON)

    check.refresh_from_db()
    assert (check.state, check.return_note, check.remarks) == (
        S.RETURNED,
        "材料不全",
        {"1.1": "缺照片"},
    )
    assert "退回：材料不全" in cast.clerk.notifications.get().text
    entry = tree_of(check.edition).entries[0]
    check = SelfCheck.objects.for_filling().get(pk=check.pk)
    told = {"version": 1, "value": {"points": "50"}, "statement": "补了照片"}
    save_answer(check, entry, **told, actor=cast.clerk, at=NOON)
    second = submit(check, cast)
    assert second.number != first.number
    assert Receipt.objects.get(pk=first.pk).sha256 == first.sha256


def test_a_return_gives_time_even_after_the_deadline(cast, check):
    submit(check, cast)
    after = check.round.due_at + timedelta(days=1)
    person = {"actor": cast.city_officer, "at": after}

    with pytest.raises(Refused, match="须晚于现在"):
        return_check(check, note="重填", remarks={}, due_at=after, **person)
    return_check(check, note="重填", remarks={}, due_at=after + timedelta(days=2), **person)

    check.refresh_from_db()
    assert submit(check, cast, at=after + timedelta(days=1))


@pytest.mark.parametrize(
    ("who", "note", "words"),
    [
        ("clerk", "x", "不在您的审核范围内"),
        ("west_officer", "x", "不在您的审核范围内"),
        ("city_officer", " ", "须填写说明"),
    ],
)
def test_a_return_is_an_officers_and_has_a_reason(cast, check, who, note, words):
    submit(check, cast)

    with pytest.raises(Refused, match=words):
        return_check(check, note=note, remarks={}, due_at=LATER, actor=getattr(cast, who), at=NOON)


def test_nothing_is_returned_or_handed_in_once_the_round_is_over(cast, round, check):
    submit(check, cast)
    close_round(round, version=1, note="", actor=cast.city_officer, at=NOON)

    with pytest.raises(Refused, match="结束"):
        return_check(check, note="x", remarks={}, due_at=LATER, actor=cast.city_officer, at=NOON)


def test_the_receipt_is_printed_in_the_background_for_whoever_may_read_it(client, cast, check):
    receipt = submit(check, cast)
    job = Job.objects.get(name="evaluations.print_receipt")

    print_receipt(job_id=job.pk)

    receipt.refresh_from_db()
    assert receipt.pdf.name == f"自查回执 {receipt.number}.pdf"
    client.force_login(cast.east_officer)
    url = reverse("evaluations:self-check-receipt-pdf", args=[receipt.code])
    answer = client.get(url)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    client.force_login(cast.west_officer)
    assert client.get(url).status_code == 404


def test_the_page_shows_number_and_digest(client, cast, check):
    receipt = submit(check, cast)
    client.force_login(cast.clerk)

    text = client.get(receipt.get_absolute_url()).content.decode()

    assert receipt.number in text and receipt.sha256 in text and "79.00" in text


def test_before_it_is_handed_in_only_its_own_read_it(client, cast, check):
    url = check.get_absolute_url()
    secret = check.answers.first().statement

    def sees(user):
        client.force_login(user)
        return secret in client.get(url).content.decode()

    assert sees(cast.clerk) and sees(cast.sumu_officer)
    assert not sees(cast.east_officer)
    submit(check, cast)
    assert sees(cast.east_officer)


def test_the_page_of_returning_keeps_what_was_written_when_refused(client, cast, check):
    submit(check, cast)
    client.force_login(cast.east_officer)
    pk = check.answers.first().indicator_id
    sent = {"note": "", "due_on": "2099-01-01", "due_clock": "17:30", f"remark_{pk}": "缺照片"}

    text = client.post(
        reverse("evaluations:self-check-return", args=[check.pk]), sent
    ).content.decode()

    assert "请填写退回意见" in text and "缺照片" in text
