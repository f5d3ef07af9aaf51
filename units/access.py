"""Who may do what: the questions that lifecycle tables and operations ask."""

from portal.errors import Refused
from portal.models import User
from units.models import Level

READERS = (User.Role.OFFICER, User.Role.AUDITOR, User.Role.CLERK)  # of the register


def unit_of(obj):
    """The unit that something belongs to; a unit belongs to itself."""
    return getattr(obj, "unit", obj)


def officer_over_unit(user, obj):
    """An officer whose region, or what is entrusted to it, holds the unit."""
    if not user.is_active or user.role != user.Role.OFFICER or not user.scope_paths:
        return False
    return unit_of(obj).region.path.startswith(tuple(user.scope_paths))


def clerk_of_unit(user, obj):
    """A clerk of this very unit."""
    if not user.is_active or user.role != user.Role.CLERK:
        return False
    return unit_of(obj).clerks.filter(pk=user.pk).exists()


def may_edit_contact(user, obj):
    """The unit's own clerk and the officers over it keep its contact up to date."""
    return officer_over_unit(user, obj) or clerk_of_unit(user, obj)


def may_see_contact(user, obj):
    """Those who may edit the contact, and auditors: never anyone of the public."""
    return may_edit_contact(user, obj) or user.role == user.Role.AUDITOR


def check_officer(user, obj):
    """Refuse a change of the register by anyone but an officer over the unit."""
    if not officer_over_unit(user, obj):
        raise Refused(f"“{unit_of(obj)}”不在您的审核范围内，没有保存任何内容。")


def may_keep_batch(user, batch):
    """County rounds are kept by officers over that county, all others from the city up."""
    if not user.is_active or user.role != user.Role.OFFICER or user.region is None:
        return False
    levels = type(user.region).Level
    if user.region.level in (levels.PROVINCE, levels.CITY):
        return batch.region is None or _over_or_under(user, batch.region)
    county = user.region.level == levels.COUNTY and batch.level == Level.COUNTY
    return county and batch.region is not None and _over(user, batch.region)


def _over(user, region):
    return region.path.startswith(tuple(user.scope_paths))


def _over_or_under(user, region):
    return _over(user, region) or user.region.path.startswith(region.path)
