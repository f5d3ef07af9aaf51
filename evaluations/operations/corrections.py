"""A signed sheet is corrected by its next version: reason, signature, and a second person."""

from django.db import IntegrityError, transaction

from evaluations.access import officer_over_round
from evaluations.models import Assignment, InspectionRound, Score, ScoreSheet
from evaluations.operations.scoring import NOT_YOURS, seal
from evaluations.operations.settling import keep_tally, settle_round
from portal.audit import record
from portal.errors import Refused
from portal.models import User
from portal.operations.notifications import notify

COPIED = ("indicator_id", "value", "raw", "hit", "reason", "comment", "source", "saved_at")


@transaction.atomic
def ask_correction(task, *, reason, actor, at):
    """Open the next version of a signed sheet as a copy. The signed one counts until approval."""
    if task.assessor_id != actor.pk:
        raise Refused(NOT_YOURS)
    if not reason.strip():
        raise Refused("请写明更正理由，没有申请更正。")
    versions = _held_versions(task)
    number = versions[0].number + 1
    made = _next(task, number, reason.strip(), at)
    _copy(next(each for each in versions if each.is_current), made)
    told = {"version": number}
    record(actor=actor, action="scoresheet.correct", target=task, at=at, after=told, note=reason)
    return made


def _held_versions(task):
    """The versions of a signed sheet, the latest first, locked before the state is looked at."""
    sheets = ScoreSheet.objects.select_for_update().filter(assignment=task)
    versions = list(sheets.order_by("-number"))
    if not Assignment.objects.filter(pk=task.pk, state=Assignment.State.SIGNED).exists():
        raise Refused("这份测评表还没有签字，可以直接修改，不用申请更正。")
    return versions


def _next(task, number, reason, at):
    try:
        with transaction.atomic():
            return ScoreSheet.objects.create(
                assignment=task, number=number, is_current=False, reason=reason, created_at=at
            )
    except IntegrityError:
        raise Refused("这份测评表已有一份更正没有办结，没有再次申请。") from None


def _copy(source, target):
    rows = source.scores.values(*COPIED)
    Score.objects.bulk_create(Score(sheet=target, **row) for row in rows)


@transaction.atomic
def sign_correction(sheet, *, actor, at):
    """The assessor signs the new version; it waits for the second person."""
    sheet = _fetch(sheet)
    task = sheet.assignment
    if task.assessor_id != actor.pk:
        raise Refused(NOT_YOURS)
    if sheet.signed_at or sheet.decided_at:
        raise Refused("这份更正已签字或已办结，没有再次签字。")
    changed = changes(task.sheets.get(is_current=True), sheet)
    if not changed:
        raise Refused("与有效的一版相比没有任何改动，没有提交；不再更正请按“放弃更正”。")
    digest = seal(sheet, task, at)
    told = {"version": sheet.number, "digest": digest, "items": [each["code"] for each in changed]}
    record(actor=actor, action="scoresheet.sign_correction", target=task, at=at, after=told)
    _ask_office(task, at)
    return sheet


def _fetch(sheet):
    rows = ScoreSheet.objects.select_for_update(of=("self",)).select_related(
        "assignment__inspection__round__region",
        "assignment__inspection__edition",
        "assignment__inspection__unit",
        "assignment__assessor",
    )
    return rows.get(pk=sheet.pk)


def _ask_office(task, at):
    round, unit = task.inspection.round, task.inspection.unit
    for officer in User.objects.office_of(round.region).exclude(pk=task.assessor_id):
        text = f"{task.assessor.name}提交了“{unit}”测评表的更正，请核准。"
        notify(officer, text, url=_history(task), at=at)


def _history(task):
    return f"{task.get_absolute_url()}history/"


@transaction.atomic
def give_up_correction(sheet, *, actor, at):
    """The assessor drops a correction that has not been signed."""
    sheet = _fetch(sheet)
    if sheet.assignment.assessor_id != actor.pk:
        raise Refused(NOT_YOURS)
    if not sheet.is_correction or sheet.signed_at or sheet.decided_at:
        raise Refused("这份更正已签字或已办结，不能放弃，没有改动。")
    sheet.decided_at = at
    sheet.save(update_fields=["decided_at"])
    told = {"version": sheet.number}
    record(actor=actor, action="scoresheet.give_up", target=sheet.assignment, at=at, after=told)


@transaction.atomic
def decide_correction(sheet, *, approve, note, actor, at):
    """An officer who leads the round, and is not the assessor, approves or refuses a correction."""
    sheet = _fetch(sheet)
    task = sheet.assignment
    _check_decider(sheet, task, actor)
    if not approve and not note.strip():
        raise Refused("不同意更正须写明理由，没有办理。")
    sheet.decided_at, sheet.decision_note = at, note.strip()
    if approve:
        _put_in_force(sheet, task, actor)
    sheet.save(update_fields=["decided_at", "decision_note", "approved_by", "is_current"])
    action = "scoresheet.approve" if approve else "scoresheet.refuse"
    told = {"version": sheet.number, "digest": sheet.digest}
    record(actor=actor, action=action, target=task, at=at, after=told, note=note)
    _tell(task, approve, note, at)
    if approve:
        _count_anew(task, actor, at)


def _check_decider(sheet, task, actor):
    if not officer_over_round(actor, task.inspection.round):
        raise Refused("更正由组织本轮次的审核人员核准，您不能办理，没有改动。")
    if task.assessor_id == actor.pk:
        raise Refused("自己的更正须由另一名审核人员核准，没有办理。")
    if not sheet.is_correction or not sheet.signed_at or sheet.decided_at:
        raise Refused("这份更正还没有签字或已办结，没有再次办理。")


def _put_in_force(sheet, task, actor):
    task.sheets.filter(is_current=True).update(is_current=False)
    sheet.is_current, sheet.approved_by = True, actor


def _tell(task, approve, note, at):
    word = "已核准，新版生效" if approve else f"未获同意：{note}"
    text = f"“{task.inspection.unit}”测评表的更正{word}"
    notify(task.assessor, text, url=_history(task), at=at)


def _count_anew(task, actor, at):
    """A finished round is settled again: the unit's total may move the ranks of others."""
    keep_tally(task.inspection)
    if task.inspection.round.state != InspectionRound.State.FINISHED:
        return
    settle_round(task.inspection.round, actor=actor, at=at)


def changes(before, after):
    """Items in which two versions differ, with both."""
    one, two = (
        {each.indicator.code: each for each in sheet.scores.select_related("indicator")}
        for sheet in (before, after)
    )
    found = []
    for code in sorted({*one, *two}):
        pair = one.get(code), two.get(code)
        if _told(pair[0]) != _told(pair[1]):
            found.append({"code": code, "before": pair[0], "after": pair[1]})
    return found


def _told(score):
    return score and (score.value, score.hit, score.reason, score.comment)
