"""复验 of one title: the unit applies, the office returns or concludes, the title is renewed."""

from django.db import transaction
from django.utils import timezone

from portal.errors import Refused
from units import verdicts
from units.lifecycles import DESIGNATION, RECTIFICATION, REVERIFICATION
from units.models import (
    DesignationEvent,
    HonourRule,
    NamingDecision,
    Rectification,
    Reverification,
    ReverificationRound,
)
from units.operations.decrees import decree
from units.operations.rectifications import order_rectification
from units.operations.renewals import extend_title, name_anew
from units.operations.telling import tell_clerks, tell_office
from units.operations.titles import move_designation
from units.rules import document_number
from units.ruling import rule_of
from units.verdicts import LEAST, PLEDGES

State = Reverification.State
NOT_APPLIED = "没有提交，写好的内容都在。"
NOT_CONCLUDED = "没有作出结论。"


@transaction.atomic
def apply_reverification(reverification, *, statement, pledges, version, actor, at):
    """Hand in the unit's application; `at` is when the request arrived.

    The round is locked: ending it and applying to it cannot interleave.
    """
    ReverificationRound.objects.select_for_update().get(pk=reverification.round_id)
    row = _with_round(reverification)
    _refuse_late(row, at)
    text = statement.strip().replace("\r\n", "\n")
    if len(text) < LEAST:
        raise Refused(f"保持情况报告只有 {len(text)} 字，至少 {LEAST} 字，{NOT_APPLIED}")
    missing = [words for key, words in PLEDGES.items() if key not in pledges]
    if missing:
        raise Refused(f"还没有承诺“{missing[0]}”，{NOT_APPLIED}")
    _refuse_stale(row, version)
    REVERIFICATION.perform("apply", row, actor=actor, at=at, told={"字数": len(text)})
    Reverification.objects.filter(pk=row.pk).update(
        statement=text,
        pledges=list(PLEDGES),
        applied_at=at,
        applied_by=actor,
        return_note="",
        version=row.version + 1,
    )
    text = f"“{row.designation.unit}”已提交复验申请，请安排复验。"
    tell_office(row.designation, text, url=row.get_absolute_url(), at=at)
    return row


def _with_round(reverification):
    rows = Reverification.objects.for_display().select_for_update(of=("self",))
    return rows.get(pk=reverification.pk)


def _refuse_late(row, at):
    made, today = row.round, timezone.localdate(at)
    if made.closed_at:
        raise Refused(f"“{made}”已经结束，{NOT_APPLIED}")
    if today < made.opens_on:
        raise Refused(f"“{made}”{made.opens_on} 开始申请，{NOT_APPLIED}")
    if today > made.due_on:
        raise Refused(
            f"申请截止日期 {made.due_on} 已过，{NOT_APPLIED}"
            f"要补报，请联系{made.region}的审核人员延期。"
        )


def _refuse_stale(row, version):
    if version is not None and row.version != version:
        raise Refused(f"“{row}”刚刚有变动，{NOT_APPLIED}请刷新后核对再提交。")


@transaction.atomic
def decline_reverification(reverification, *, note, actor, at):
    """The unit does not ask for another term: the title ends when its term does."""
    row = _with_round(reverification)
    if not row.renews:
        raise Refused("这次复验是因单位变更须办理的，不能放弃；如不再保留称号，请申请退出。")
    REVERIFICATION.perform("decline", row, actor=actor, at=at, note=note)
    Reverification.objects.filter(pk=row.pk).update(conclusion=note[:500])
    title, today = row.designation, timezone.localdate(at)
    if DESIGNATION.steps["release"].leaves(title):
        move_designation("release", title, actor=actor, at=at, on=today, note="单位不再申请复验")
    text = f"“{title.unit}”不再申请复验：{note.strip()[:100]}"
    tell_office(title, text, url=row.get_absolute_url(), at=at)


@transaction.atomic
def return_reverification(reverification, *, note, actor, at):
    """Give an application back with what is to be mended."""
    row = _with_round(reverification)
    REVERIFICATION.perform("return", row, actor=actor, at=at, note=note)
    Reverification.objects.filter(pk=row.pk).update(return_note=note.strip()[:500])
    text = f"复验申请被退回：{note.strip()[:120]}　请于 {row.round.due_on} 前修改后再次提交。"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


@transaction.atomic
def pass_reverification(reverification, *, note="", document_no="", on, actor, at):
    """合格: the title gets its next term, or waits for the decision that names it anew."""
    row = _to_conclude(reverification, "pass", on, at)
    REVERIFICATION.perform("pass", row, actor=actor, at=at, note=note, told=_figures(row))
    row.state = State.PASSED
    _conclude(row, note, on, actor)
    _renew(row, document_no=document_no, on=on, actor=actor, at=at)
    _tell_result(row, "合格", at)
    return row


def _to_conclude(reverification, verb, on, at):
    row = _with_round(reverification)
    if on > timezone.localdate(at):
        raise Refused(f"结论日期在今天之后，{NOT_CONCLUDED}")
    reason = verdicts.obstacle(row, verb)
    if reason and REVERIFICATION.steps[verb].leaves(row):
        raise Refused(f"{reason}{NOT_CONCLUDED}")
    return row


def _figures(row):
    told = {"得分": row.total, "合格线": row.pass_line}
    told |= {"一票否决": "是" if row.vetoed else "", "单项不达标": "是" if row.short else ""}
    return {name: str(value) for name, value in told.items() if value not in (None, "")}


def _conclude(row, note, on, actor):
    told = {"conclusion": note.strip()[:500], "concluded_on": on, "concluded_by": actor}
    Reverification.objects.filter(pk=row.pk).update(**told)


def _renew(row, *, document_no, on, actor, at):
    title, act = row.designation, {"actor": actor, "at": at, "on": on}
    if not row.renews:
        if DESIGNATION.steps["restore"].leaves(title):
            move_designation("restore", title, document_no=document_no, **act)
        return
    rule, number = ruling(row), document_number(document_no)
    if rule.renewal == HonourRule.Renewal.EXTEND:
        extend_title(title, rule=rule, document_no=number, note=str(row.round), **act)
        rows = Reverification.objects.filter(pk=row.pk)
        rows.update(renewed=title, document_no=number)


def ruling(row):
    """The rule a turn is held under: that of the day it was called."""
    return row.rule or rule_of(row.designation, row.round.opens_on)


@transaction.atomic
def rectify_reverification(reverification, *, items, note, document_no="", on, actor, at):
    """限期整改: an order with its items; the conclusion waits for its end."""
    row = _to_conclude(reverification, "rectify", on, at)
    REVERIFICATION.perform("rectify", row, actor=actor, at=at, note=note, told=_figures(row))
    _conclude(row, note, on, actor)
    return order_rectification(
        row.designation,
        source=Rectification.Source.REVERIFICATION,
        reverification=row,
        items=items,
        note=note,
        document_no=document_no,
        on=on,
        actor=actor,
        at=at,
    )


@transaction.atomic
def fail_reverification(reverification, *, note, on, actor, at):
    """不合格: what remains is the revocation; an open 整改 of this 复验 has failed with it."""
    row = _to_conclude(reverification, "fail", on, at)
    REVERIFICATION.perform("fail", row, actor=actor, at=at, note=note, told=_figures(row))
    _conclude(row, note, on, actor)
    for each in row.rectifications.open().select_related("designation__unit__region"):
        RECTIFICATION.perform("fail", each, actor=actor, at=at, note=note)
    _tell_result(row, "不合格", at)
    return row


def _tell_result(row, word, at):
    text = f"“{row.round}”结论：{word}。"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


def _chosen(rows, made, turns, otherwise):
    """These turns of the round, locked; refused if one of them is no longer among the rows."""
    chosen = rows.filter(round=made, pk__in=[each.pk for each in turns]).for_display()
    held = list(chosen.select_for_update(of=("self",)).order_by("designation__unit__name", "pk"))
    if not held or len(held) != len(turns):
        raise Refused(f"所选称号中有的{otherwise}，没有作出决定；请刷新后再选。")
    return held


def _renewal(held, reason, **papers):
    titles = [each.designation for each in held]
    kind, rule = NamingDecision.Kind.RENEWAL, ruling(held[0])
    return decree(kind, titles, rule=rule, reason=reason, **papers)


@transaction.atomic
def decide_renewals(made, turns, *, document_no, decided_on, heading, actor, at):
    """One decision that names anew all these titles, whose 复验 was passed."""
    held = _chosen(Reverification.objects.awaiting_decision(), made, turns, "已经续期或还不合格")
    papers = {"heading": heading, "document_no": document_no, "decided_on": decided_on}
    act = {"actor": actor, "at": at}
    decision = _renewal(held, f"“{made}”合格", **papers, **act)
    for each in held:
        new = name_anew(each.designation, decision=decision, rule=ruling(each), **act)
        rows = Reverification.objects.filter(pk=each.pk)
        rows.update(renewed=new, document_no=decision.document_no)
        text = f"“{new.title}”已续期，{decision.document_no}。"
        tell_clerks(new.unit, text, url=new.get_absolute_url(), at=at)
    return decision


@transaction.atomic
def confirm_renewals(made, turns, *, document_no, decided_on, heading, actor, at):
    """One decision as the paper of titles that their 复验 has lengthened already."""
    held = _chosen(Reverification.objects.awaiting_paper(), made, turns, "已经出过续期决定")
    papers = {"heading": heading, "document_no": document_no, "decided_on": decided_on}
    decision = _renewal(held, f"“{made}”合格，有效期延长", **papers, actor=actor, at=at)
    keys, titles = [each.pk for each in held], [each.designation for each in held]
    Reverification.objects.filter(pk__in=keys).update(document_no=decision.document_no)
    moves = DesignationEvent.objects.filter(designation__in=titles, verb="renew", document_no="")
    moves.update(document_no=decision.document_no)
    for each in titles:
        text = f"“{each.title}”的续期决定已印发（{decision.document_no}）。"
        tell_clerks(each.unit, text, url=each.get_absolute_url(), at=at)
    return decision
