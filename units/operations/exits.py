"""撤销 and 退出: a title ends by a decision, with what follows: ban, plaque, notice."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.calendar import Calendar
from portal.errors import Refused
from portal.versions import save_versioned
from units.access import decides_title, over_designation, owns_designation
from units.lifecycles import EXIT_REQUEST
from units.models import Designation, ExitCase, ExitRequest, NamingDecision
from units.operations.decrees import decree
from units.operations.telling import tell_clerks, tell_office
from units.operations.titles import move_designation
from units.ruling import rule_of

Ground, Kind = ExitCase.Ground, NamingDecision.Kind
NOT_ENDED = "称号没有变动。"


def follows(title, ground, happened_on):
    """What follows from ending a title on that day: the ban and the plaque, as dates.

    {"reapply_from", "plaque_due_on"}; no ban where the unit is not to blame.
    """
    rule = rule_of(title, happened_on)
    years = rule.ban_years_fraud if ground in ExitCase.FRAUD else rule.ban_years
    banned = ground not in ExitCase.UNASKED and years
    over = Calendar.load().after_working_days(
        happened_on + timedelta(days=1), rule.plaque_recovery_days
    )
    return {
        "reapply_from": happened_on + relativedelta(years=years) if banned else None,
        "plaque_due_on": over - timedelta(days=1),
    }


@transaction.atomic
def revoke_title(title, *, ground, document_no, decided_on, happened_on, note, actor, at):
    """撤销 by decision: the title ends on that day, and the ban and the plaque's time begin."""
    _check_decider(title, actor)
    if ground in ExitCase.UNASKED:
        raise Refused(f"“{Ground(ground).label}”不是撤销的事由，请办理退出；{NOT_ENDED}")
    if not note.strip():
        raise Refused(f"请写明撤销的事实和依据；{NOT_ENDED}")
    papers = {"document_no": document_no, "decided_on": decided_on}
    end = {"ground": ground, "happened_on": happened_on, "note": note, "actor": actor, "at": at}
    case = _end(title, Kind.REVOCATION, "revoke", papers, end)
    text = f"“{title}”已撤销，{_ban_words(case)}请于 {case.plaque_due_on} 前交回牌匾。"
    tell_clerks(title.unit, text, url=title.get_absolute_url(), at=at)
    return case


def _ban_words(case):
    return f"{case.reapply_from} 前不得申报。" if case.reapply_from else ""


@transaction.atomic
def withdraw_title(title, *, document_no, decided_on, happened_on, note, actor, at):
    """退出 at the unit's own wish, by decision; no ban follows."""
    _check_decider(title, actor)
    papers = {"document_no": document_no, "decided_on": decided_on}
    end = {"happened_on": happened_on, "note": note or "单位主动退出", "actor": actor, "at": at}
    case = _end(title, Kind.WITHDRAWAL, "withdraw", papers, {"ground": Ground.VOLUNTARY, **end})
    text = f"“{title}”已退出，请于 {case.plaque_due_on} 前交回牌匾。"
    tell_clerks(title.unit, text, url=title.get_absolute_url(), at=at)
    return case


def _check_decider(title, actor):
    if not decides_title(actor, title):
        raise Refused(f"撤销和退出由负责这一级称号的签发人员决定；{NOT_ENDED}")


def _end(title, kind, verb, papers, end):
    ground, happened_on, note = end["ground"], end["happened_on"], end["note"]
    act = {"actor": end["actor"], "at": end["at"]}
    if happened_on < papers["decided_on"]:
        raise Refused(f"生效日期早于决定日期，请核对；{NOT_ENDED}")
    heading = f"关于{kind.label}“{title.unit}”{title.title}称号的决定"
    why = {"rule": rule_of(title, happened_on), "reason": f"{Ground(ground).label}：{note}"}
    decision = decree(kind, [title], heading=heading, **papers, **why, **act)
    move = {"on": happened_on, "document_no": decision.document_no, "note": note}
    move_designation(verb, title, **move, **act)
    return _record_case(title, decision, ground, happened_on, note, **act)


def _record_case(title, decision, ground, happened_on, note, *, actor, at):
    case = ExitCase.objects.create(
        designation=title,
        decision=decision,
        ground=ground,
        happened_on=happened_on,
        note=note.strip()[:500],
        recorded_at=at,
        recorded_by=actor,
        **follows(title, ground, happened_on),
    )
    told = {
        "事由": Ground(ground).label,
        "生效日期": happened_on,
        "可重新申报之日": case.reapply_from,
        "牌匾收回期限": case.plaque_due_on,
    }
    told = {name: str(value) for name, value in told.items() if value}
    record(actor=actor, action="exitcase.record", target=case, at=at, after=told, note=note)
    return case


@transaction.atomic
def note_dissolved(title, *, on, note, actor, at):
    """A title that ended with its unit: no decision, no ban, but a plaque to come back."""
    return _record_case(title, None, Ground.DISSOLVED, on, note, actor=actor, at=at)


@transaction.atomic
def ask_exit(title, *, reason, actor, at):
    """The unit's clerk asks to give the title up; the office decides."""
    made = ExitRequest(designation=title, reason=reason.strip()[:500], asked_at=at, asked_by=actor)
    if not owns_designation(actor, made):
        raise Refused(f"退出由“{title.unit}”的填报员提出；没有提出申请。")
    if title.state not in Designation.HOLDING:
        raise Refused(f"“{title}”{title.get_state_display()}，不用申请退出；没有提出申请。")
    if not made.reason:
        raise Refused("请写明退出理由；没有提出申请。")
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("已有一份退出申请等待办理，没有重复提出。") from error
    record(actor=actor, action="exitrequest.ask", target=made, at=at, note=made.reason)
    text = f"“{title.unit}”申请退出“{title}”：{made.reason[:120]}"
    tell_office(title, text, url=made.get_absolute_url(), at=at, signing=True)
    return made


@transaction.atomic
def take_back_exit(request, *, actor, at):
    """The unit stays after all."""
    EXIT_REQUEST.perform("take_back", request, actor=actor, at=at)


@transaction.atomic
def accept_exit(request, *, document_no, decided_on, happened_on, answer, actor, at):
    """Let the unit go: the request is settled and the title ends, in one."""
    title = request.designation
    EXIT_REQUEST.perform("accept", request, actor=actor, at=at, note=answer)
    ExitRequest.objects.filter(pk=request.pk).update(answer=answer.strip()[:500])
    papers = {"document_no": document_no, "decided_on": decided_on, "happened_on": happened_on}
    return withdraw_title(title, **papers, note=request.reason[:300], actor=actor, at=at)


@transaction.atomic
def refuse_exit(request, *, answer, actor, at):
    """The title stays, with the reason told to the unit."""
    EXIT_REQUEST.perform("refuse", request, actor=actor, at=at, note=answer)
    ExitRequest.objects.filter(pk=request.pk).update(answer=answer.strip()[:500])
    title = request.designation
    text = f"退出申请未获同意：{answer.strip()[:150]}"
    tell_clerks(title.unit, text, url=title.get_absolute_url(), at=at)


@transaction.atomic
def return_plaque(case, *, on, version, actor, at):
    """The plaque has come back."""
    if not over_designation(actor, case):
        raise Refused("牌匾收回由负责这一级称号的审核人员登记，没有登记。")
    if not case.happened_on <= on <= timezone.localdate(at):
        raise Refused(f"收回日期应在 {case.happened_on} 和今天之间，没有登记。")
    if case.plaque_returned_on:
        raise Refused(f"牌匾已于 {case.plaque_returned_on} 收回，没有重复登记。")
    case.plaque_returned_on = on
    save_versioned(case, version=version, fields=["plaque_returned_on"])
    told = {"收回日期": on}
    record(actor=actor, action="exitcase.return_plaque", target=case, at=at, after=told)
