"""The first three administrators of an office, made by whoever installs the portal."""

from django.conf import settings
from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from portal.operations.accounts import free_username
from portal.operations.passwords import issue_codes

R = User.Role
NO_REGION = (
    "没有代码为 {code} 的行政区划，没有建立账号。请先载入基础数据，或改正 HOME_REGION_CODE。"
)


@transaction.atomic
def open_office(*, at):
    """One of each of the three administrators, led in by one-use codes, as {user: code}.

    Whoever has a password already is left alone; a code that was lost is replaced.
    """
    region = Region.objects.filter(code=settings.HOME_REGION_CODE).first()
    if region is None:
        raise Refused(NO_REGION.format(code=settings.HOME_REGION_CODE))
    roles = [role for role in R if role in User.ADMIN_ROLES]
    keepers = [_keeper(role) or _first(role, region, at) for role in roles]
    return issue_codes(
        [each for each in keepers if not each.has_usable_password()], actor=None, at=at
    )


@transaction.atomic
def replace_code(username, *, at):
    """A fresh code for an administrator who forgot the password, as {user: code}."""
    user = User.objects.filter(username=username, role__in=User.ADMIN_ROLES, is_active=True).first()
    if user is None:
        raise Refused(f"没有启用的管理员账号“{username}”，没有生成登录码。请核对用户名。")
    return issue_codes([user], actor=None, at=at)


def _keeper(role):
    found = User.objects.filter(role=role, is_active=True, is_demo=False)
    return max(found, key=User.has_usable_password, default=None)


def _first(role, region, at):
    username, rights = free_username(region, role), {"role": role, "region": region}
    user = User.objects.create_user(username, name=role.label, **rights)
    after = {"role": role.value, "region": region.code}
    record(actor=None, action="user.create", target=user, at=at, after=after)
    return user
