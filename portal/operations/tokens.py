"""Tokens of the API: made, shown once, taken back."""

import secrets

from django.db import transaction

from portal.audit import record
from portal.authentication import digest_of
from portal.errors import Refused
from portal.models import ApiToken, User

READERS = frozenset({User.Role.OFFICER, User.Role.AUDITOR, User.Role.CLERK})
MOST = 5


@transaction.atomic
def make_token(name, *, actor, at):
    """A new token and its key; the key is not kept and cannot be shown again."""
    if actor.role not in READERS:
        raise Refused("您的角色没有可读取的数据，没有生成令牌。")
    User.objects.select_for_update().get(pk=actor.pk)  # rows not yet there cannot be locked
    if ApiToken.objects.filter(user=actor, revoked_at=None).count() >= MOST:
        raise Refused(f"最多同时使用 {MOST} 个令牌，没有生成新的。请先作废不用的令牌。")
    key = secrets.token_hex(20)
    token = ApiToken.objects.create(
        user=actor, name=name, prefix=key[:8], digest=digest_of(key), created_at=at
    )
    record(actor=actor, action="token.make", target=token, at=at)
    return token, key


@transaction.atomic
def revoke_token(token, *, actor, at):
    """Make a token useless from now on."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise Refused(f"令牌“{token}”已经作废，没有再次作废。")
    record(actor=actor, action="token.revoke", target=token, at=at)
