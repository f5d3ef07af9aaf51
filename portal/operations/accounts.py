"""Accounts: made by one administrator, given their role by another, never by the same person."""

from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import Q

from portal.access import may_grant, may_make_accounts, may_reset
from portal.audit import record
from portal.errors import Refused
from portal.models import User
from portal.models.user import tidy_username
from portal.operations import passwords
from portal.operations.sign_in import forget_tries
from portal.scoping import keep_in_sight
from portal.text import initials
from portal.versions import save_versioned

R = User.Role
ROLE_WORDS = {
    R.CLERK: "tianbao",
    R.OFFICER: "shenhe",
    R.ASSESSOR: "ceping",
    R.AUDITOR: "shenji",
    R.SYSTEM_ADMIN: "xitong",
    R.SECURITY_ADMIN: "baomi",
    R.AUDIT_ADMIN: "anshen",
}
KEEPERS = {R.SYSTEM_ADMIN: "系统管理员", R.SECURITY_ADMIN: "安全保密管理员"}
STEM = 20  # letters of a place's name that go into a user name
RIGHTS = ("role", "region", "may_sign")


@transaction.atomic
def create_account(*, region, proposed_role, actor, at, username="", intake=None, **details):
    """An account without rights and without a password: a role is proposed, a code leads in.

    `details` are name, post and work_phone.
    """
    _only_makers(actor)
    username = tidy_username(username) or free_username(region, proposed_role)
    rights = {"region": region, "proposed_role": proposed_role, "intake": intake}
    user = _written(username, {**details, **rights})
    keep_in_sight(user, actor)
    after = {"region": region.code, "proposed_role": proposed_role}
    record(actor=actor, action="user.create", target=user, at=at, after=after)
    return user


def _written(username, fields):
    try:
        with transaction.atomic():
            return User.objects.create_user(username, **fields)
    except IntegrityError as error:
        raise Refused(f"用户名“{username}”已有人使用，没有建立账号。请换一个。") from error


def free_username(region, role):
    """A user name nobody has: initials of the region, what the role does, then 2, 3…"""
    stem = stem_of(region, role)
    there = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return first_free(stem, there)


def stem_of(place, role):
    """hlrq-shenhe for an officer of 海拉尔区, mq-shenhe where a region's short name is 莫旗."""
    kept = place.names.filter(kind="short").values_list("name", flat=True).first()
    short = getattr(place, "short_name", "") or kept or place.name
    return f"{initials(short)[:STEM]}-{ROLE_WORDS[role]}"


def first_free(stem, taken):
    """The stem itself, or with the first number that makes it new."""
    names = (stem if number == 1 else f"{stem}{number}" for number in count(1))
    return next(name for name in names if name not in taken)


@transaction.atomic
def edit_account(user, *, version, fields, actor, at):
    """Correct what an account is called and how it is reached by phone; no rights."""
    _only_makers(actor)
    before = User.objects.values(*fields).get(pk=user.pk)
    save_versioned(user, version=version, fields=list(fields))
    after = {name: getattr(user, name) for name in fields}
    record(actor=actor, action="user.edit", target=user, at=at, before=before, after=after)


@transaction.atomic
def grant(user, *, role, region, may_sign, actor, at, note=""):
    """Give an account its role, region and the right to sign; all three are written down."""
    _hold(user)
    _grant(user, role, region, may_sign, actor, at, note)


def _grant(user, role, region, may_sign, actor, at, note=""):
    _only_grantors(actor, user)
    if may_sign and role != R.OFFICER:
        raise Refused("只有审核人员可以签发，没有授权。请取消“可签发”或改选角色。")
    _refuse_to_lose_the_last(user, role)
    before = _rights(user)
    user.role, user.region, user.may_sign, user.proposed_role = role, region, may_sign, ""
    _save_rights(user)
    keep_in_sight(user, actor)
    after = _rights(user)
    record(
        actor=actor, action="user.grant", target=user, at=at, before=before, after=after, note=note
    )


@transaction.atomic
def grant_proposed(users, *, actor, at):
    """Give every one of these accounts the role that was proposed for it, or none of them."""
    for user in users:
        _hold(user)
        if not user.proposed_role:
            raise Refused(f"“{user.username}”没有待授予的角色，没有授予任何账号。请刷新后重试。")
        _grant(user, user.proposed_role, user.region, False, actor, at)


@transaction.atomic
def revoke(user, *, actor, at, note):
    """Take an account's role away; it can still sign in, and sees nothing."""
    _hold(user)
    _only_grantors(actor, user)
    _refuse_to_lose_the_last(user, R.UNASSIGNED)
    before = _rights(user)
    user.role, user.may_sign, user.proposed_role = R.UNASSIGNED, False, ""
    _save_rights(user)
    after = _rights(user)
    record(
        actor=actor, action="user.revoke", target=user, at=at, before=before, after=after, note=note
    )


@transaction.atomic
def disable(user, *, actor, at, note):
    """Close an account; whoever is signed in with it is out with the next click."""
    _hold(user)
    _only_makers(actor)
    if user.pk == actor.pk:
        raise Refused("不能停用自己的账号，没有改动。请由另一名系统管理员办理。")
    _refuse_to_lose_the_last(user, R.UNASSIGNED)
    _set_active(user, False)
    user.codes.filter(used_at=None).delete()
    record(actor=actor, action="user.disable", target=user, at=at, note=note)


@transaction.atomic
def enable(user, *, actor, at):
    """Open a closed account again, with the rights it had."""
    _hold(user)
    _only_makers(actor)
    _set_active(user, True)
    record(actor=actor, action="user.enable", target=user, at=at)


@transaction.atomic
def unlock(user, *, actor, at):
    """Let a person who erred too often try again at once."""
    _only_makers(actor)
    forget_tries(user.username)
    record(actor=actor, action="user.unlock", target=user, at=at)


@transaction.atomic
def reset_codes(users, *, actor, at):
    """Fresh one-use codes as {user: code}, for accounts this person hands codes to."""
    users = list(users)
    for user in users:
        if not may_reset(actor, user):
            raise Refused(f"“{user.username}”的登录码不由您重置，没有生成任何登录码。")
        if not user.is_active:
            raise Refused(f"“{user.username}”已停用，没有生成任何登录码。请先启用。")
    return passwords.issue_codes(users, actor=actor, at=at)


def _hold(user):
    """Read the account as it stands now, and keep it and the keepers so until the act is through.

    All in one order, so that two administrators closing each other wait instead of locking up.
    """
    keepers = Q(role__in=KEEPERS, is_active=True)
    list(User.objects.select_for_update().filter(Q(pk=user.pk) | keepers).order_by("pk"))
    user.refresh_from_db()


def _only_makers(actor):
    if not may_make_accounts(actor):
        raise Refused("只有系统管理员可以建立和维护账号，没有改动。")


def _only_grantors(actor, user):
    if actor.pk == user.pk:
        raise Refused("不能给自己授权，没有改动。请由另一名安全保密管理员办理。")
    if not may_grant(actor, user):
        raise Refused("只有安全保密管理员可以授予和收回角色，没有改动。")


def _refuse_to_lose_the_last(user, role):
    """The portal is never left without somebody to make accounts or to grant roles."""
    if user.role not in KEEPERS or role == user.role or not user.is_active:
        return
    if User.objects.filter(role=user.role, is_active=True).count() < 2:
        raise Refused(f"这是最后一名{KEEPERS[user.role]}，没有改动。请先授权另一名。")


def _rights(user):
    return {
        "role": user.role,
        "region": user.region.code if user.region else None,
        "may_sign": user.may_sign,
    }


def _save_rights(user):
    user.version += 1
    user.save(update_fields=[*RIGHTS, "proposed_role", "version"])


def _set_active(user, active):
    user.is_active = active
    user.version += 1
    user.save(update_fields=["is_active", "version"])
