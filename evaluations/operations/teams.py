"""Who serves on a round: members, leader, the 旗 they come from; and ties they declare (回避)."""

from django.db import IntegrityError, transaction

from evaluations.access import check_keeper
from evaluations.lifecycles import ASSIGNMENT
from evaluations.models import Assignment, Conflict, InspectionRound, TeamMember
from evaluations.models.inspection import TEAM_ROLES
from evaluations.operations.inspections import check_unfinished, hold_round
from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from portal.operations.notifications import notify

State = Assignment.State


def home_of(user):
    """The 旗市区 a person's account belongs to; none for the people of a city."""
    if user.region is None:
        return None
    above = Region.objects.filter(pk__in=user.region.ancestor_ids(), level=Region.Level.COUNTY)
    return above.first()


@transaction.atomic
def add_members(round, users, *, actor, at):
    """Take people onto the team; each comes from the 旗 of their account. Says how many."""
    check_keeper(actor, round)
    round = hold_round(round.pk)
    check_unfinished(round)
    known = set(round.members.values_list("user", flat=True))
    new = [user for user in users if user.pk not in known]
    for user in new:
        if not user.is_active or user.role not in TEAM_ROLES:
            raise Refused(f"“{user.name}”不是启用的测评人员或审核人员，没有加入任何人。")
        made = TeamMember.objects.create(round=round, user=user, home=home_of(user))
        record(actor=actor, action="teammember.add", target=round, at=at, after=_told(made))
        notify(user, f"您已加入“{round}”测评组。如与其中单位有关联，请先声明回避。", url="", at=at)
    return len(new)


def _told(member):
    home = member.home.name if member.home else ""
    return {"user": member.user.username, "leader": member.is_leader, "home": home}


@transaction.atomic
def edit_member(member, *, is_leader, home, actor, at):
    """Make somebody leader or not, or put right the 旗 they come from."""
    member = _held(member, actor)
    round, before = member.round, _told(member)
    member.is_leader, member.home = is_leader, home
    _check_home(member)
    if is_leader:
        round.members.exclude(pk=member.pk).update(is_leader=False)
    member.save(update_fields=["is_leader", "home"])
    told = {"before": before, "after": _told(member)}
    record(actor=actor, action="teammember.edit", target=round, at=at, **told)


def _held(member, actor):
    """The member as they stand now, with the round held and not over."""
    check_keeper(actor, member.round)
    round = hold_round(member.round_id)
    check_unfinished(round)
    now = round.members.select_related("user", "home").filter(pk=member.pk).first()
    if now is None:
        raise Refused(f"{member.user.name}刚刚已被移出测评组，没有改动。")
    now.round = round
    return now


def _check_home(member):
    """The new 旗 must not bar a unit already given to this person."""
    if member.round.own_home or member.home is None:
        return
    tasks = _tasks_of(member).filter(inspection__unit__region__path__startswith=member.home.path)
    held = list(tasks.values_list("inspection__unit__name", flat=True)[:3])
    if held:
        raise Refused(
            f"{member.user.name}已派给“{member.home}”的{'、'.join(held)}，"
            "按规则不能评本旗县市区单位，没有保存；请先改派。"
        )


def _tasks_of(member):
    tasks = Assignment.objects.standing().filter(assessor=member.user)
    return tasks.filter(inspection__round=member.round)


@transaction.atomic
def remove_member(member, *, actor, at):
    """Take somebody off the team who has nothing to score in it any more."""
    member = _held(member, actor)
    number = _tasks_of(member).count()
    if number:
        raise Refused(f"{member.user.name}在本轮次还有 {number} 家，没有移出；请先改派或撤回。")
    told = _told(member)
    member.delete()
    record(actor=actor, action="teammember.remove", target=member.round, at=at, before=told)


@transaction.atomic
def declare_conflict(unit, *, actor, at):
    """Declare one's own tie to a unit. What one was to score of it and has not signed goes back."""
    if not actor.is_active or actor.role not in TEAM_ROLES:
        raise Refused("只有参加测评的人员可以声明回避，没有保存。")
    _hold_rounds_with(unit, actor)
    try:
        with transaction.atomic():
            made = Conflict.objects.create(user=actor, unit=unit, declared_at=at)
    except IntegrityError:
        raise Refused(f"您已声明回避“{unit}”，不用再次声明。") from None
    record(actor=actor, action="conflict.declare", target=unit, at=at, after={"unit": unit.name})
    for task in _unsigned_of(actor, unit):
        _give_back(task, actor, at)
    return made


def _hold_rounds_with(unit, user):
    """Nobody gives the person this unit while they declare their tie to it."""
    teams = TeamMember.objects.filter(user=user, round__inspections__unit=unit)
    rounds = running(InspectionRound.objects.filter(pk__in=teams.values("round")))
    list(rounds.select_for_update().order_by("pk"))


def _unsigned_of(user, unit):
    tasks = Assignment.objects.unsigned().filter(assessor=user, inspection__unit=unit)
    return tasks.select_related("inspection__round__region", "inspection__unit", "assessor")


def _give_back(task, actor, at):
    ASSIGNMENT.perform("recuse", task, actor=actor, at=at, note="声明回避")
    round = task.inspection.round
    for officer in User.objects.office_of(round.region):
        text = f"{actor.name}声明回避“{task.inspection.unit}”，任务已退回，请改派。"
        notify(officer, text, url=round.get_absolute_url(), at=at)


@transaction.atomic
def remove_conflict(conflict, *, actor, at):
    """Take one's own declaration back."""
    if conflict.user_id != actor.pk:
        raise Refused("只能撤销自己的回避声明，没有改动。")
    conflict.delete()
    record(
        actor=actor,
        action="conflict.remove",
        target=conflict.unit,
        at=at,
        before={"unit": conflict.unit.name},
    )


def running(rounds):
    """Rounds that are not over."""
    return rounds.exclude(state=InspectionRound.State.FINISHED)
