"""Rounds of inspections: their dates and rules, the units in them, the days of the visits."""

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from evaluations.access import check_keeper
from evaluations.lifecycles import INSPECTION_ROUND
from evaluations.models import Assignment, Inspection, InspectionRound, ScoreSheet
from evaluations.operations.settling import settle_round
from evaluations.rules.assignment import Subject, short
from portal.audit import record
from portal.errors import Refused
from portal.models import Region
from portal.operations.notifications import notify_all
from portal.scoping import keep_in_sight
from portal.versions import save_versioned

ONLY_BEFORE = ("kind", "region", "blind")  # what scores given so far were given under
State = InspectionRound.State
NAMED = 5


@transaction.atomic
def add_round(values, *, actor, at):
    """Set up a round; it prepares until it is opened."""
    made = InspectionRound(**values)
    check_keeper(actor, made)
    _check_level(made)
    made.save(force_insert=True)
    keep_in_sight(made, actor)
    record(actor=actor, action="inspectionround.add", target=made, at=at, after=told(made))
    return made


def told(round):
    """A round's settings as the audit log keeps them."""
    values = {name: getattr(round, name) for name in InspectionRound.SETTINGS}
    return values | {"region": round.region.name, "outlier_limit": str(round.outlier_limit)}


def _check_level(round):
    level, levels = round.region.level, Region.Level
    if round.kind == round.Kind.PRELIMINARY and level != levels.COUNTY:
        raise Refused(f"初验由旗县市区组织，“{round.region}”不是旗县市区，没有保存。")
    if round.kind == round.Kind.ACCEPTANCE and level not in (levels.CITY, levels.PROVINCE):
        raise Refused(f"验收由市（盟）以上组织，“{round.region}”不能组织验收，没有保存。")


@transaction.atomic
def edit_round(round, values, *, version, actor, at):
    """Change a round's settings; once scoring has begun, not what the scores rest on.

    Returns the round as it is now.
    """
    check_keeper(actor, round)
    round = hold_round(round.pk)
    check_unfinished(round)
    before = told(round)
    if round.state != State.PREPARING and any(values[n] != getattr(round, n) for n in ONLY_BEFORE):
        raise Refused("已经开始打分，种类、组织地区和背靠背不能再改，没有保存。")
    for name, value in values.items():
        setattr(round, name, value)
    check_keeper(actor, round)
    _check_level(round)
    _check_units_inside(round)
    save_versioned(round, version=version, fields=InspectionRound.SETTINGS)
    keep_in_sight(round, actor)
    record(
        actor=actor,
        action="inspectionround.edit",
        target=round,
        at=at,
        before=before,
        after=told(round),
    )
    return round


def _check_units_inside(round):
    inside = tuple(round.region.scope_paths())
    paths = round.inspections.values_list("unit__region__path", flat=True)
    outside = sum(not path.startswith(inside) for path in paths)
    if outside:
        raise Refused(
            f"已选单位中有 {outside} 家不在“{round.region}”，没有保存；请先移出这些单位。"
        )


def check_unfinished(round):
    """Refuse a change of a round that is over."""
    if round.state == State.FINISHED:
        raise Refused(f"“{round}”已结束，不能再改，没有保存任何内容。")


def hold_round(pk):
    """The round as it stands now, locked: nobody opens or finishes it until this is done."""
    return (
        InspectionRound.objects.select_for_update(of=("self",)).select_related("region").get(pk=pk)
    )


def hold_tasks(inspections):
    """Lock the assignments of these: nobody begins or signs one until this is done."""
    tasks = Assignment.objects.select_for_update().filter(inspection__in=inspections)
    return list(tasks.order_by("pk"))


@transaction.atomic
def advance_round(verb, round, *, actor, at, note=""):
    """Open or finish a round, if everything needed stands."""
    round = hold_round(round.pk)
    {"open": _check_opening, "finish": _check_finishing}[verb](round)
    INSPECTION_ROUND.perform(verb, round, actor=actor, at=at, note=note)
    if verb == "finish":
        settle_round(round, actor=actor, at=at)
    else:
        _call_the_team(round, at)
    return round


@transaction.atomic
def urge_team(round, *, actor, at):
    """Remind everybody who still has to sign; says how many people that are."""
    check_keeper(actor, round)
    if round.state != State.SCORING:
        raise Refused("只有打分中的轮次可以催办，没有发出提醒。")
    left = _left_to_sign(round)
    if not left:
        raise Refused("都已签字，不用催办。")
    ends_on = round.ends_on
    _tell_team(left, lambda n: f"“{round}”还有 {n} 家等您签字，{ends_on} 截止，请抓紧。", at)
    told = {"people": [person.username for person, _ in left]}
    record(actor=actor, action="inspectionround.urge", target=round, at=at, after=told)
    return len(left)


def _left_to_sign(round):
    """Those on the team for whom units wait, each with how many."""
    tasks = Assignment.objects.unsigned().filter(inspection__round=round).order_by()
    left = dict(tasks.values_list("assessor").annotate(n=Count("pk")))
    members = round.members.select_related("user").filter(user__in=left)
    return [(each.user, left[each.user_id]) for each in members]


def _call_the_team(round, at):
    words = lambda n: f"“{round}”已开始打分，派给您 {n} 家，请在 {round.ends_on} 前签字。"
    _tell_team(_left_to_sign(round), words, at)


def _tell_team(left, words, at):
    """Leave each a line; `words` makes it of how many units wait for them."""
    address = reverse("evaluations:score-queue")
    notify_all([(person, words(number), address) for person, number in left], at=at)


def _check_opening(round):
    if not round.inspections.exists():
        raise Refused("还没有选定测评单位，没有开始打分。请先到“测评单位”选择。")
    if not round.members.exists():
        raise Refused("还没有测评组成员，没有开始打分。请先到“测评组”加入人员。")
    lacking = short(_subjects(round), _pairs(round), round.assessors_each)
    if lacking:
        shown = "、".join(f"{subject.name}（已派 {have} 人）" for subject, have in lacking[:NAMED])
        raise Refused(
            f"有 {len(lacking)} 家没有派足 {round.assessors_each} 人：{shown}"
            f"{'等' if len(lacking) > NAMED else ''}，没有开始打分。"
            "请到“分配”补派，或修改每家测评人数。"
        )


def _subjects(round):
    rows = round.inspections.values_list("pk", "unit__name", "unit__region__path")
    return [Subject(*row) for row in rows.order_by("pk")]


def _pairs(round):
    tasks = Assignment.objects.standing().filter(inspection__round=round)
    return set(tasks.values_list("inspection", "assessor"))


def _check_finishing(round):
    tasks = Assignment.objects.filter(inspection__round=round)
    waiting = tasks.unsigned().select_related("inspection__unit", "assessor")
    if waiting:
        shown = "、".join(
            f"{task.inspection.unit.name}（{task.assessor.name}）" for task in waiting[:NAMED]
        )
        raise Refused(
            f"还有 {len(waiting)} 份测评表没有签字：{shown}{'等' if len(waiting) > NAMED else ''}，"
            "没有结束。请催办，或改派、撤回后再结束。"
        )
    unscored = round.inspections.exclude(pk__in=tasks.standing().values("inspection")).count()
    if unscored:
        raise Refused(f"有 {unscored} 家没有任何人打分，没有结束。请补派，或移出这些单位。")
    open_corrections = ScoreSheet.objects.filter(assignment__in=tasks).corrections().count()
    if open_corrections:
        raise Refused(f"有 {open_corrections} 份更正还没有办结，没有结束。请先核准或退回。")


@transaction.atomic
def choose_units(round, candidates, *, actor, at):
    """Take units into a round: (unit, edition, self-check or None); says how many are new.

    Whether a unit has an index to be scored by is settled where the candidates are drawn up.
    """
    check_keeper(actor, round)
    round = hold_round(round.pk)
    check_unfinished(round)
    inside = tuple(round.region.scope_paths())
    known = set(round.inspections.values_list("unit", flat=True))
    new = [each for each in candidates if each[0].pk not in known]
    for unit, _, _ in new:
        if not unit.region.path.startswith(inside):
            raise Refused(f"“{unit}”不在“{round.region}”，没有选入任何单位。")
        if unit.closed_on:
            raise Refused(f"“{unit}”已注销，没有选入任何单位。")
    Inspection.objects.bulk_create(
        [Inspection(round=round, unit=u, edition=e, self_check=c) for u, e, c in new],
        batch_size=500,
    )
    if new:
        told = {"count": len(new), "units": [unit.name for unit, _, _ in new][:200]}
        record(actor=actor, action="inspectionround.choose", target=round, at=at, after=told)
    return len(new)


def listed(names):
    """Some names, and how many there are in all where that is more."""
    shown = "、".join(names[:NAMED])
    return f"{shown}等 {len(names)} 家" if len(names) > NAMED else shown


@transaction.atomic
def drop_units(round, inspections, *, actor, at):
    """Take units out again, while nobody has begun to score them; says how many."""
    check_keeper(actor, round)
    check_unfinished(hold_round(round.pk))
    rows = list(inspections.filter(round=round).select_related("unit"))
    hold_tasks(rows)
    begun = ScoreSheet.objects.filter(assignment__inspection__in=rows)
    held = sorted(set(begun.values_list("assignment__inspection__unit__name", flat=True)))
    if held:
        raise Refused(f"{listed(held)}已有人打分，没有移出任何单位。")
    Assignment.objects.filter(inspection__in=rows).delete()
    Inspection.objects.filter(pk__in=[row.pk for row in rows]).delete()
    told = {"count": len(rows), "units": [row.unit.name for row in rows][:200]}
    record(actor=actor, action="inspectionround.drop", target=round, at=at, before=told)
    return len(rows)


@transaction.atomic
def schedule_visits(round, inspections, *, on, actor, at):
    """Set the day on which units are visited, or None to take it away; says how many."""
    check_keeper(actor, round)
    round = hold_round(round.pk)
    check_unfinished(round)
    if on is not None and not round.starts_on <= on <= round.ends_on:
        raise Refused(f"到场日期须在本轮次的 {round.starts_on} 至 {round.ends_on} 之间，没有安排。")
    rows = list(inspections.filter(round=round).select_related("unit"))
    Inspection.objects.filter(pk__in=[row.pk for row in rows]).update(visit_on=on)
    told = {"visit_on": on, "units": [row.unit.name for row in rows][:200]}
    record(actor=actor, action="inspectionround.schedule", target=round, at=at, after=told)
    return len(rows)
