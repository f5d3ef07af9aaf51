"""Handing in, with a receipt for exactly what was handed in, and returning with reasons."""

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from evaluations.access import helper_of, officer_over_unit
from evaluations.filling import Filling
from evaluations.lifecycles import SELF_CHECK
from evaluations.models import AnswerEvidence, Receipt, SelfCheck, SelfCheckRound
from evaluations.operations.answers import answers_of, begin, refuse_if_over
from evaluations.operations.calls import call_clerks
from evaluations.operations.linking import link_handed_in
from evaluations.operations.marking import mark_handed_in
from evaluations.words import moment
from portal import jobs
from portal.errors import Refused

S = SelfCheck.State
NOT_SUBMITTED = "没有提交，填写的内容都在。"
NOT_RETURNED = "没有退回。"
SHOWN = 5


@transaction.atomic
def submit_check(check, *, actor, at):
    """Hand in a complete check before its time is up; `at` is when the request arrived.

    The round is locked, so that closing it and handing in, and two receipts, cannot interleave.
    """
    round, check = _locked(check)
    refuse_if_over(check, actor, at)
    if at >= check.due_at:
        raise Refused(
            f"截止时间 {moment(check.due_at)} 已过，{NOT_SUBMITTED}"
            f"要补报，请联系{round.region}的审核人员延期。"
        )
    if check.state != S.FILLING:
        begin(check, actor=actor, at=at)
    filling = Filling(check, answers_of(check))
    _refuse_incomplete(filling)
    receipt = _receipt(round, check, filling, actor, at)
    SELF_CHECK.perform("submit", check, actor=actor, at=at, told=_told(receipt))
    _keep(check, receipt)
    _tell_floor_below(check, receipt, actor, at)
    jobs.start(
        "evaluations.print_receipt",
        user=actor,
        label=f"打印回执 {receipt.number}",
        key=f"receipt {receipt.code}",
        payload={"receipt": receipt.pk},
    )
    return receipt


def _tell_floor_below(check, receipt, actor, at):
    """The unit's application gets the score, its page says that the year's self-check is in."""
    check.self_total = receipt.total
    link_handed_in(check, actor=actor, at=at)
    mark_handed_in(check, at=at)


def _locked(check):
    round = SelfCheckRound.objects.select_for_update().get(pk=check.round_id)
    SelfCheck.objects.select_for_update().get(pk=check.pk)
    return round, SelfCheck.objects.for_filling().get(pk=check.pk)


def _refuse_incomplete(filling):
    missing = filling.missing
    if missing:
        first = [f"{line.item.code} {line.item.text}：{text}" for _, line, text in missing[:SHOWN]]
        more = f"等 {len(missing)} 项" if len(missing) > SHOWN else ""
        raise Refused(f"还差 {len(missing)} 项，{NOT_SUBMITTED}{'　'.join(first)}{more}")


def _receipt(round, check, filling, actor, at):
    content = content_of(check, filling, actor, at)
    return Receipt.objects.create(
        number=_number(round),
        check_form=check,
        handed_in_at=at,
        handed_in_by=actor,
        on_behalf=check.on_behalf or helper_of(actor, check),
        total=filling.result.total,
        items=sum(line.done for line in filling.lines),
        files=filling.files,
        content=content,
        sha256=digest(content),
    )


def _number(round):
    """The next number of the round; the lock on the round makes it nobody else's."""
    taken = Receipt.objects.filter(check_form__round=round).count()
    return f"ZC{round.year}-{round.pk:04d}-{taken + 1:05d}"


def digest(content):
    """SHA-256 of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def content_of(check, filling, actor, at, proofs=None):
    """What is handed in, as one text that is the same for the same content: keys sorted, UTF-8."""
    proofs = evidence_digests(check) if proofs is None else proofs
    told = {
        "round": str(check.round),
        "year": check.round.year,
        "unit": check.unit.name,
        "credit_code": check.unit.credit_code,
        "edition": str(check.edition),
        "handed_in_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "handed_in_by": actor.username,
        "total": str(filling.result.total),
        "items": [_told_of(line, proofs) for line in filling.lines if line.answer],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def evidence_digests(check):
    """{answer key: [SHA-256 …]} of the files a check cites, in order."""
    rows = AnswerEvidence.objects.filter(answer__check_form=check)
    found = {}
    pairs = rows.order_by("answer", "position", "pk").values_list(
        "answer", "evidence__file__sha256"
    )
    for answer, sha256 in pairs:
        found.setdefault(answer, []).append(sha256)
    return found


def _told_of(line, proofs):
    return {
        "code": line.item.code,
        "text": line.item.text,
        "value": line.value,
        "claimed": None if line.claim.points is None else str(line.answer.claimed),
        "statement": line.statement,
        "on_behalf": line.answer.on_behalf,
        "evidence": proofs.get(line.answer.pk, []),
    }


def _told(receipt):
    return {"receipt": receipt.number, "total": str(receipt.total), "sha256": receipt.sha256}


def _keep(check, receipt):
    SelfCheck.objects.filter(pk=check.pk).update(
        submitted_at=receipt.handed_in_at,
        submitted_by=receipt.handed_in_by,
        receipt_no=receipt.number,
        receipt_sha256=receipt.sha256,
        self_total=receipt.total,
        is_sealed=True,
        return_note="",
        remarks={},
    )


@transaction.atomic
def return_check(check, *, note, remarks, due_at, actor, at):
    """Give a check back with reasons, overall and by item, and time to mend; says to how many."""
    round, check = _locked(check)
    _refuse_return(round, check, due_at, actor, at)
    remarks = {code: text.strip() for code, text in remarks.items() if text.strip()}
    told = {"remarks": remarks, "due_at": moment(due_at)}
    SELF_CHECK.perform("return", check, actor=actor, at=at, note=note, told=told)
    rows = SelfCheck.objects.filter(pk=check.pk)
    rows.update(is_sealed=False, return_note=note.strip(), remarks=remarks, extended_to=due_at)
    text = f"“{round}”被退回：{note.strip()[:120]}　请修改后于 {moment(due_at)} 前再次提交。"
    return call_clerks(rows, text, at=at)


def _refuse_return(round, check, due_at, actor, at):
    if not officer_over_unit(actor, check):
        raise Refused(f"“{check.unit}”不在您的审核范围内，{NOT_RETURNED}")
    if round.closed_at:
        raise Refused(f"“{round}”已于 {moment(round.closed_at)} 结束，{NOT_RETURNED}")
    if due_at <= at:
        raise Refused(f"再次提交的截止时间须晚于现在，{NOT_RETURNED}")
