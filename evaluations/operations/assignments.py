"""Who scores which unit: applying a plan, handing on, withdrawing, calling somebody more."""

from django.db import transaction

from evaluations.access import check_keeper
from evaluations.lifecycles import ASSIGNMENT
from evaluations.models import Assignment
from evaluations.operations.inspections import check_unfinished, hold_round, hold_tasks
from evaluations.rosters import Roster
from evaluations.rules import assignment as rule
from portal.audit import record
from portal.errors import Refused
from portal.operations.notifications import notify

TASK_WITH = ("inspection__round__region", "inspection__unit", "assessor")


@transaction.atomic
def apply_plan(round, pairs, *, actor, at):
    """Make the assignments of a round be these pairs of (inspection, user); says (given, taken).

    What somebody has begun or signed stays; pairs the rules forbid are refused, all together.
    """
    check_keeper(actor, round)
    round = hold_round(round.pk)
    check_unfinished(round)
    hold_tasks(round.inspections.all())
    roster, wanted = Roster(round), set(pairs)
    _refuse(
        rule.faults(roster.subjects, roster.people, wanted - roster.fixed, own_home=round.own_home)
    )
    _refuse(_begun_faults(roster, wanted))
    given, taken = wanted - roster.pairs, roster.pairs - wanted
    if not given and not taken:
        return 0, 0
    _take([roster.tasks[pair].pk for pair in taken], actor, at)
    for pair in sorted(given):
        _give(roster.withdrawn.get(pair), pair, actor, at)
    told = {"given": roster.words(given), "taken": roster.words(taken)}
    record(actor=actor, action="inspectionround.assign", target=round, at=at, after=told)
    return len(given), len(taken)


def _refuse(found):
    if found:
        shown = "".join(found[:8]) + (f"另有 {len(found) - 8} 处。" if len(found) > 8 else "")
        raise Refused(f"{shown}没有保存任何分配。")


def _begun_faults(roster, wanted):
    gone = sorted(roster.fixed - wanted)
    return [
        f"“{roster.unit_name(unit)}”已由{roster.person_name(person)}开始打分，不能在这里取消，请到“进度”撤回。"
        for unit, person in gone
    ]


def _take(keys, actor, at):
    """Assignments nobody ever wrote to go; of those that have a sheet the scores are kept."""
    tasks = Assignment.objects.filter(pk__in=keys)
    written = tasks.filter(sheets__isnull=False).distinct().order_by("pk")
    for task in written.select_related(*TASK_WITH):
        _take_back(task, actor, at, "调整分配")
    tasks.filter(sheets__isnull=True).delete()


def _give(old, pair, actor, at):
    """A new assignment, or one that had been withdrawn, taken up again."""
    if old:
        _restore(old.pk, actor, at, is_extra=False)
    else:
        Assignment.objects.create(inspection_id=pair[0], assessor_id=pair[1])


def _restore(pk, actor, at, *, is_extra, note=""):
    task = Assignment.objects.select_related(*TASK_WITH).get(pk=pk)
    ASSIGNMENT.perform("restore", task, actor=actor, at=at, note=note)
    task.is_extra = is_extra
    task.save(update_fields=["is_extra"])
    return task


@transaction.atomic
def withdraw(task, *, actor, at, note):
    """Take an unsigned assignment back; what was scored so far is kept and counts for nothing."""
    _hold(task.inspection)
    _take_back(task, actor, at, note)


def _hold(inspection):
    """Judge the round as it stands now, not as a page read it: it may have been finished since."""
    inspection.round = hold_round(inspection.round_id)
    check_unfinished(inspection.round)


def _take_back(task, actor, at, note):
    ASSIGNMENT.perform("withdraw", task, actor=actor, at=at, note=note)
    text = f"“{task.inspection.round}”中“{task.inspection.unit}”的打分任务已撤回：{note}"
    notify(task.assessor, text, at=at)


@transaction.atomic
def reassign(task, *, to, actor, at, note):
    """Hand an unsigned assignment to another member of the team."""
    withdraw(task, actor=actor, at=at, note=note)
    return _call(task.inspection, to, actor, at, is_extra=task.is_extra)


@transaction.atomic
def call_extra(inspection, *, to, actor, at, note=""):
    """Call one person more to a unit whose scores lie too far apart."""
    _hold(inspection)
    return _call(inspection, to, actor, at, is_extra=True, note=note)


def _call(inspection, to, actor, at, *, is_extra, note=""):
    round = inspection.round
    check_keeper(actor, round)
    roster, pair = Roster(round), (inspection.pk, to.pk)
    _refuse(rule.faults(roster.subjects, roster.people, [pair], own_home=round.own_home))
    if pair in roster.pairs:
        raise Refused(f"{to.name}已在给“{inspection.unit}”打分，没有改派。")
    old = roster.withdrawn.get(pair)
    if old:
        task = _restore(old.pk, actor, at, is_extra=is_extra, note=note)
    else:
        task = Assignment.objects.create(inspection=inspection, assessor=to, is_extra=is_extra)
        told = {"extra": is_extra}
        record(actor=actor, action="assignment.add", target=task, at=at, after=told, note=note)
    notify(to, f"“{round}”派您给“{inspection.unit}”打分。", url=task.get_absolute_url(), at=at)
    return task
