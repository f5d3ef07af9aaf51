"""Who may do what on this floor: the questions that lifecycle tables and operations ask."""

from portal.errors import Refused
from units.access import clerk_of_unit, officer_over_unit

__all__ = [
    "assessor_of",
    "check_maker",
    "clerk_of_unit",
    "clerk_or_helper",
    "officer_over_round",
    "officer_over_unit",
]


def officer_over_round(user, obj):
    """An officer of the region that runs the round or made the edition, or of one above it."""
    if not user.is_active or user.role != user.Role.OFFICER or user.region_id is None:
        return False
    return obj.region.path.startswith(tuple(user.scope_paths))


def clerk_or_helper(user, obj):
    """The unit's clerk, or an officer over it who fills in for it (代填)."""
    return clerk_of_unit(user, obj) or officer_over_unit(user, obj)


def assessor_of(user, assignment):
    """The person the assignment names."""
    return user.is_active and assignment.assessor_id == user.pk


def check_maker(user, obj):
    """Refuse a change by anyone but an officer over the region the thing belongs to."""
    if not officer_over_round(user, obj):
        raise Refused(f"“{obj}”由{obj.region}制定，您不能修改，没有保存任何内容。")
