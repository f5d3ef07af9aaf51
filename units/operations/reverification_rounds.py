"""复验轮次: call the titles whose term ends, take in one more, give more time, end the round."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.audit import line_of, record, record_all
from portal.errors import Refused
from portal.versions import save_versioned
from units.access import calls_round, tends_title
from units.lifecycles import DESIGNATION, REVERIFICATION
from units.models import Designation, Reverification, ReverificationRound
from units.operations.bulk_moves import move_designations
from units.operations.telling import tell_clerks, tell_clerks_of
from units.operations.titles import move_designation
from units.reverification_plan import Call, Plan
from units.rules import last_day
from units.ruling import rule_of, stored

State = Reverification.State
NOT_CALLED = "没有发起复验。"
NOTHING = "没有改动。"


@transaction.atomic
def call_round(values, *, waiting=True, actor, at):
    """A round and a turn for each title it asks; the titles wait for 复验 from now on."""
    made = ReverificationRound(**values, created_at=at, created_by=actor)
    today = timezone.localdate(at)
    _check_new(made, actor, today)
    plan = Plan(call_of(made, waiting), today)
    if not plan.asked:
        raise Refused(f"所选期间没有可以复验的称号，{NOT_CALLED}请核对级别和期间。")
    made.save(force_insert=True)
    turns = _ask(made, plan)
    running = [each for each in plan.asked if DESIGNATION.steps["reverify"].leaves(each)]
    move_designations("reverify", running, actor=actor, at=at, on=today, note=made.title)
    told = {"名称": made.title, "称号数": len(turns), "申请截止": made.due_on}
    record(actor=actor, action="reverificationround.open", target=made, at=at, after=told)
    tell_clerks_of(turns, _asked(made), at=at)
    return made


def call_of(made, waiting):
    """Whom a round means, as the plan reads it."""
    return Call(made.region, made.level, made.ends_from, made.ends_before, waiting)


def _check_new(made, actor, today):
    if not calls_round(actor, made.level) or made.region_id != actor.region_id:
        raise Refused(f"{made.get_level_display()}称号的复验不由您所在地区组织，{NOT_CALLED}")
    if made.ends_before <= made.ends_from:
        raise Refused(f"到期期间的止日早于起日，{NOT_CALLED}")
    if made.due_on < max(made.opens_on, today):
        raise Refused(f"申请截止须不早于开始日期和今天，{NOT_CALLED}")


def _asked(made):
    return f"“{made.title}”已发起，请填写保持情况报告，于 {made.due_on} 前提交复验申请。"


def _ask(made, plan):
    turns = [
        Reverification(
            round=made,
            designation=title,
            rule=stored(plan.rulings.of(title)),
            ends_on=title.ends_on,
            renews=plan.call.renews(title),
        )
        for title in plan.asked
    ]
    return Reverification.objects.bulk_create(turns, batch_size=500)


@transaction.atomic
def add_to_round(made, title, *, actor, at):
    """Take one more title into a round that goes on, whatever its term."""
    made, today = locked(made, actor), timezone.localdate(at)
    if made.level != title.level or not tends_title(actor, title):
        raise Refused(f"“{title}”不属于“{made}”的级别或地区，没有列入。")
    _check_free(title, today)
    step = DESIGNATION.steps["reverify"]
    if step.leaves(title):
        move_designation("reverify", title, actor=actor, at=at, on=today, note=made.title)
    turn = Reverification.objects.create(
        round=made,
        designation=title,
        rule=stored(rule_of(title, today)),
        ends_on=title.ends_on,
        renews=call_of(made, waiting=True).renews(title),
    )
    told = {"单位": str(title.unit), "称号": str(title)}
    record(actor=actor, action="reverificationround.add", target=made, at=at, after=told)
    tell_clerks(title.unit, _asked(made), url=turn.get_absolute_url(), at=at)
    return turn


def _check_free(title, today):
    """One title is looked at once at a time."""
    held = Designation.objects.select_for_update(of=("self",)).get(pk=title.pk)
    if held.state not in Designation.HOLDING:
        raise Refused(f"“{title}”{held.get_state_display()}，不能列入复验。")
    if held.ends_on and held.ends_on <= today:
        raise Refused(f"“{title}”已于 {last_day(held.ends_on)} 到期，不能列入复验。")
    _check_undecided(held)
    busy = title.reverifications.open().select_related("round").first()
    if busy:
        raise Refused(f"“{title}”已在“{busy.round}”中，没有重复列入。")
    if title.rectifications.open().exists():
        raise Refused(f"“{title}”正在整改，销号后再列入复验。")


def _check_undecided(held):
    """What has been concluded and waits for its decision is not looked at again."""
    turns = held.reverifications.all()
    waits = turns.awaiting_decision().exists() or turns.filter(state=State.FAILED).exists()
    if held.state in Designation.UNDER_WAY and waits:
        raise Refused(f"“{held}”复验已有结论，等待处理，不能再列入复验。")


@transaction.atomic
def extend_round(made, *, due_on, version, note, actor, at):
    """Give everybody more time to apply; never less."""
    held = locked(made, actor)
    before = held.due_on
    if due_on <= max(before, timezone.localdate(at)):
        raise Refused(f"新的截止日期须晚于原来的 {before} 和今天，{NOTHING}")
    held.due_on = due_on
    save_versioned(held, version=version, fields=["due_on"])
    told = {"before": {"申请截止": before}, "after": {"申请截止": due_on}, "note": note}
    record(actor=actor, action="reverificationround.extend", target=held, at=at, **told)
    waiting = held.reverifications.filter(state__in=Reverification.WITH_UNIT)
    text = f"“{held}”的申请截止延到 {due_on}，请抓紧提交。"
    tell_clerks_of(list(waiting.select_related("designation")), text, at=at)


@transaction.atomic
def close_round(made, *, version, note, actor, at):
    """End a round; who has not applied by now has let it pass, and the term runs out."""
    held = locked(made, actor)
    undecided = held.reverifications.open().exclude(state__in=Reverification.WITH_UNIT)
    if undecided.exists():
        raise Refused(f"还有 {undecided.count()} 个称号没有结论，{NOTHING}请先作出结论。")
    if held.reverifications.awaiting_decision().exists():
        raise Refused(f"还有复验合格的称号没有出续期决定，{NOTHING}请先作出决定。")
    lapsed = _lapse(held, actor, at)
    held.closed_at = at
    save_versioned(held, version=version, fields=["closed_at"])
    told = {"after": {"逾期未申请": lapsed}, "note": note}
    record(actor=actor, action="reverificationround.close", target=held, at=at, **told)


def _lapse(held, actor, at):
    """All that were never applied for, at once; their titles go by their term again."""
    step = REVERIFICATION.steps["lapse"]
    rows = held.reverifications.filter(state__in=step.source).select_related(
        "designation__unit__region", "round"
    )
    turns = list(rows.select_for_update(of=("self",)))
    lines = [
        line_of(
            actor=actor,
            action="reverification.lapse",
            target=each,
            at=at,
            before={"state": each.state},
            after={"state": step.target},
        )
        for each in turns
    ]
    Reverification.objects.filter(pk__in=[each.pk for each in turns]).update(
        state=step.target, state_changed_at=at, moves=F("moves") + 1
    )
    record_all(lines)
    titles = [each.designation for each in turns if each.renews]
    waiting = [each for each in titles if DESIGNATION.steps["release"].leaves(each)]
    today = timezone.localdate(at)
    move_designations("release", waiting, actor=actor, at=at, on=today, note="逾期未申请复验")
    return len(turns)


def locked(made, actor):
    """The round as it stands, kept from others until we are done; refused once it is over."""
    held = ReverificationRound.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if held.region_id != actor.region_id or not calls_round(actor, held.level):
        raise Refused(f"“{held}”由{held.region}组织，您不能调整，{NOTHING}")
    if held.closed_at:
        day = timezone.localdate(held.closed_at)
        raise Refused(f"“{held}”已于 {day} 结束，{NOTHING}")
    return held
