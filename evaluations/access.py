"""Who may do what on this floor: the questions that lifecycle tables and operations ask."""

from evaluations.models.self_check import is_helper
from portal.errors import Refused
from units.access import clerk_of_unit, officer_over_unit

__all__ = [
    "assessor_of",
    "check_keeper",
    "check_maker",
    "clerk_of_unit",
    "clerk_or_helper",
    "helper_of",
    "may_read_answers",
    "may_run_rounds",
    "may_see_results",
    "may_take_original",
    "officer_over_assignment",
    "officer_over_round",
    "officer_over_unit",
]


def officer_over_round(user, obj):
    """An officer of the region that runs the round or made the edition, or of one above it."""
    if not user.is_active or user.role != user.Role.OFFICER or user.region_id is None:
        return False
    return obj.region.path.startswith(tuple(user.scope_paths))


def helper_of(user, obj):
    """An officer of the unit's own 苏木 or 嘎查, who may fill in for it (代填)."""
    return user.is_active and is_helper(user) and officer_over_unit(user, obj)


def clerk_or_helper(user, obj):
    """The unit's clerk, or an officer of its 苏木 who fills in for it (代填)."""
    return clerk_of_unit(user, obj) or helper_of(user, obj)


def may_read_answers(user, check):
    """What a unit writes is its own until it is handed in, and again once it is returned.

    Whoever fills in for it sees it too. Ask it of checks that are in sight already.
    """
    if user.role == user.Role.CLERK or check.state == check.State.SUBMITTED:
        return True
    return helper_of(user, check)


def may_run_rounds(user, region):
    """Officers from the 旗 up run rounds in their region and below."""
    if not user.is_active or user.role != user.Role.OFFICER or user.region is None:
        return False
    if user.region.is_local:
        return False
    return region.path.startswith(tuple(user.scope_paths))


def assessor_of(user, assignment):
    """The person the assignment names."""
    return user.is_active and assignment.assessor_id == user.pk


def officer_over_assignment(user, assignment):
    """An officer who leads the round that the assignment belongs to."""
    return officer_over_round(user, assignment.inspection.round)


def check_keeper(user, round):
    """Refuse a change of a round by anyone but an officer who leads it."""
    if not officer_over_round(user, round):
        raise Refused(f"“{round}”由{round.region}组织，您不能改动，没有保存任何内容。")


def check_maker(user, obj):
    """Refuse a change by anyone but an officer over the region the thing belongs to."""
    if not officer_over_round(user, obj):
        raise Refused(f"“{obj}”由{obj.region}制定，您不能修改，没有保存任何内容。")


def may_take_original(user, evidence):
    """Originals hold what cameras and programs wrote into them: for the unit, its officers and
    auditors. What can't be viewed is sent to whoever may see it. Ask it of evidence in sight."""
    if not evidence.is_viewable or user.role == user.Role.AUDITOR:
        return True
    return clerk_of_unit(user, evidence) or officer_over_unit(user, evidence)


def may_see_results(user, round):
    """Those who run a round see how it goes; those beneath see what came of it, once it is over.

    Ask it of rounds and units that are in sight already; people see the units they scored.
    """
    if round.state == round.State.FINISHED or user.role == user.Role.ASSESSOR:
        return True
    if user.role not in user.SUBTREE_ROLES or user.region_id is None:
        return False
    return round.region.path.startswith(tuple(user.scope_paths)) or _on_team(user, round)


def _on_team(user, round):
    return any(member.user_id == user.pk for member in round.members.all())
