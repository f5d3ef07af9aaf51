"""Which clerk reports for which unit: decided by the officers over the unit."""

from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import User
from portal.models.user import tidy_username
from portal.operations.accounts import reset_codes
from portal.scoping import keep_in_sight
from units.access import check_officer
from units.models import Unit

R = User.Role


@transaction.atomic
def bind_clerk(unit, *, username, actor, at):
    """Let a clerk report for the unit. The account itself is made by the system administrator."""
    check_officer(actor, unit)
    user = _clerk_named(tidy_username(username), actor)
    if unit.clerks.filter(pk=user.pk).exists():
        raise Refused(f"“{user.username}”已是“{unit}”的填报员，没有改动。")
    unit.clerks.add(user)
    keep_in_sight(user, actor)
    record(
        actor=actor, action="unit.bind_clerk", target=unit, at=at, after={"clerk": user.username}
    )
    return user


@transaction.atomic
def unbind_clerk(unit, user, *, actor, at):
    """The clerk no longer reports for the unit, and no longer sees it."""
    check_officer(actor, unit)
    if not unit.clerks.filter(pk=user.pk).exists():
        raise Refused(f"“{user.username}”不是“{unit}”的填报员，没有改动。")
    unit.clerks.remove(user)
    record(
        actor=actor, action="unit.unbind_clerk", target=unit, at=at, before={"clerk": user.username}
    )


@transaction.atomic
def reset_clerk_codes(unit, users, *, actor, at):
    """Fresh one-use codes, as {user: code}, for clerks of a unit in the officer's care."""
    check_officer(actor, unit)
    users = list(users)
    if {user.pk for user in users} - set(unit.clerks.values_list("pk", flat=True)):
        raise Refused(f"所选账号里有人不是“{unit}”的填报员，没有生成任何登录码。")
    _refuse_clerks_of_others(users, actor)
    if not users:
        raise Refused(f"“{unit}”还没有启用的填报员账号，没有生成登录码。")
    return reset_codes(users, actor=actor, at=at)


def _refuse_clerks_of_others(users, actor):
    """Whoever hands out a code could use it: not for a clerk who also reports beyond one's care."""
    for user in users:
        beyond = user.units.exclude(pk__in=Unit.objects.visible_to(actor))
        if beyond.exists():
            text = f"“{user.username}”还是其他地区单位的填报员，请由上级审核人员重置。"
            raise Refused(f"{text}没有生成任何登录码。")


def _clerk_named(username, actor):
    """A clerk's account without a unit in the officer's region, or of a unit in their care."""
    found = User.objects.filter(username=username, is_active=True).select_related("region").first()
    if found is None or not _is_within_reach(found, actor):
        raise Refused(f"没有可以指定的填报员账号“{username}”，没有改动。请核对登录码条。")
    return found


def _is_within_reach(user, actor):
    if R.CLERK not in (user.role, user.proposed_role):
        return False
    if user.units.exists():
        return User.objects.visible_to(actor).filter(pk=user.pk).exists()
    return user.region is not None and actor.region.contains(user.region)
