"""自查轮次: open one, ask units that came later, give more time, close it."""

from django.db import transaction
from django.utils import timezone

from evaluations.access import may_run_rounds
from evaluations.audience import plan_of
from evaluations.models import SelfCheck, SelfCheckRound
from evaluations.operations.calls import call_clerks
from evaluations.operations.marking import forget_missing, mark_missing
from evaluations.words import moment
from portal.audit import record
from portal.errors import Refused
from portal.scoping import keep_in_sight
from portal.versions import save_versioned

NOT_OPENED = "没有发起自查。"
NOTHING_CHANGED = "没有改动。"


@transaction.atomic
def open_round(values, editions, audience, *, actor, at):
    """Call for self-checks: the round, and a check for each unit that has an edition."""
    made = SelfCheckRound(**values, audience=audience, created_by=actor)
    _check_new(made, editions, actor, at)
    plan = plan_of(made.region, editions, audience, timezone.localdate(at))
    if not plan.served:
        raise Refused(f"所选范围内没有单位适用所选的测评体系，{NOT_OPENED}请核对范围和体系。")
    made.save(force_insert=True)
    made.editions.set(editions)
    keep_in_sight(made, actor)
    _ask(made, plan.served)
    told = {"title": made.title, "due_at": moment(made.due_at), "units": len(plan.served)}
    record(actor=actor, action="selfcheckround.open", target=made, at=at, after=told)
    call_clerks(made.checks.all(), f"“{made.title}”已发起，{_period(made, at)}", at=at)
    return made


def _check_new(made, editions, actor, at):
    if not may_run_rounds(actor, made.region):
        raise Refused(f"自查由旗县级以上审核人员在本辖区内发起，{NOT_OPENED}")
    if made.due_at <= max(made.opens_at, at):
        raise Refused(f"截止时间须晚于开始时间和现在，{NOT_OPENED}")
    if not editions:
        raise Refused(f"请至少选一套测评体系，{NOT_OPENED}")
    _check_editions(made, editions)


def _check_editions(made, editions):
    families = [edition.family_id for edition in editions]
    if len(families) != len(set(families)):
        raise Refused(f"每个测评类型只能选一套体系，{NOT_OPENED}")
    day = timezone.localdate(made.opens_at)
    in_force = set(type(editions[0]).objects.in_force(day).values_list("pk", flat=True))
    out = [edition for edition in editions if edition.pk not in in_force]
    if out:
        raise Refused(f"“{out[0]}”在 {day} 没有施行，{NOT_OPENED}请选当时施行的体系。")


def _period(made, at):
    opens = "" if made.opens_at <= at else f"{moment(made.opens_at)} 开始填报，"
    return f"{opens}请于 {moment(made.due_at)} 前提交。"


def _ask(made, units):
    SelfCheck.objects.bulk_create(
        (SelfCheck(round=made, unit_id=unit.pk, edition=unit.edition) for unit in units),
        batch_size=500,
    )


@transaction.atomic
def widen_round(made, *, actor, at):
    """Ask the units that have come into the audience since the round was opened."""
    made = _locked(made, actor, at)
    plan = plan_of_more(made, timezone.localdate(at))
    if not plan.served:
        raise Refused(f"范围内没有要补充的单位，{NOTHING_CHANGED}")
    _ask(made, plan.served)
    told = {"units": len(plan.served), "names": "、".join(each.name for each in plan.served[:20])}
    record(actor=actor, action="selfcheckround.widen", target=made, at=at, after=told)
    new = made.checks.filter(unit__in=[each.pk for each in plan.served])
    call_clerks(new, f"你单位已列入“{made.title}”，{_period(made, at)}", at=at)
    return len(plan.served)


def plan_of_more(made, on):
    """Units in the audience that the round doesn't ask yet."""
    editions = list(made.editions.select_related("family"))
    return plan_of(made.region, editions, made.audience, on, leaving_out=made)


@transaction.atomic
def extend_round(made, *, due_at, version, note, actor, at):
    """Give everybody more time; never less."""
    before = _locked(made, actor, at).due_at
    if due_at <= max(before, at):
        raise Refused(f"新的截止时间须晚于原来的 {moment(before)} 和现在，{NOTHING_CHANGED}")
    made.due_at = due_at
    save_versioned(made, version=version, fields=["due_at"])
    record(
        actor=actor,
        action="selfcheckround.extend",
        target=made,
        at=at,
        before={"due_at": moment(before)},
        after={"due_at": moment(due_at)},
        note=note,
    )
    forget_missing(made)
    text = f"“{made.title}”的截止时间延到 {moment(due_at)}，请抓紧填报提交。"
    call_clerks(made.checks.open(), text, at=at)


@transaction.atomic
def close_round(made, *, version, note, actor, at):
    """End a round for good: nothing in it can be filled in, handed in or returned any more."""
    _locked(made, actor, at)
    left = made.checks.open().count()
    made.closed_at = at
    save_versioned(made, version=version, fields=["closed_at"])
    mark_missing(made, at=at)
    told = {"closed_at": moment(at), "not_handed_in": left}
    record(actor=actor, action="selfcheckround.close", target=made, at=at, after=told, note=note)


def _locked(made, actor, at):
    """The round as it stands, kept from others until we are done; refused once it is over."""
    if not may_run_rounds(actor, made.region):
        raise Refused(f"“{made}”由{made.region}发起，您不能调整，{NOTHING_CHANGED}")
    row = SelfCheckRound.objects.select_for_update().get(pk=made.pk)
    if row.closed_at:
        raise Refused(f"“{made}”已于 {moment(row.closed_at)} 结束，{NOTHING_CHANGED}")
    return row
