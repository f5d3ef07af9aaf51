"""How a new installation gets its first three administrators, before anybody can grant anything."""

from django.conf import settings
from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from portal.operations.passwords import issue_codes

R = User.Role
FIRST = [
    ("xitong-guanli", R.SYSTEM_ADMIN),
    ("anquan-baomi", R.SECURITY_ADMIN),
    ("anquan-shenji", R.AUDIT_ADMIN),
]


@transaction.atomic
def make_first_administrators(*, region_code=None, at):
    """One administrator of each kind, as {user: one-use code}; only where there is none yet."""
    if User.objects.filter(role__in=User.ADMIN_ROLES).exists():
        raise Refused("已有管理员，没有建立账号。请由他们在页面上建立和授权。")
    region = Region.objects.filter(code=region_code or settings.HOME_REGION_CODE).first()
    if region is None:
        raise Refused("没有这个区划代码，没有建立账号。请先运行 import_regions。")
    users = [_made(username, role, region, at) for username, role in FIRST]
    return issue_codes(users, actor=None, at=at)


def _made(username, role, region, at):
    user = User.objects.create_user(username, name=role.label, role=role, region=region)
    after = {"role": role, "region": region.code}
    record(actor=None, action="user.create", target=user, at=at, after=after)
    return user
