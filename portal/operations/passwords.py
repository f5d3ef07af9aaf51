"""Passwords of one's own, and the one-use codes that lead to them."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import Setting, SignInCode
from portal.operations.notifications import notify
from portal.operations.sign_in import forget_tries

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else on paper
CODE_LENGTH = 12
CODE_DAYS = 30  # unless the settings table says otherwise


def change_password(user, *, password, actor, at):
    """Set the password a person chose; every other session of theirs ends.

    Hashing waits for a seat, so it happens before the transaction begins.
    """
    _keep(user, make_password(password), actor, at, "user.change_password")


@transaction.atomic
def _keep(user, encoded, actor, at, action):
    user.password, user.must_change_password, user.password_changed_at = encoded, False, at
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record(actor=actor, action=action, target=user, at=at)


@transaction.atomic
def issue_codes(users, *, actor, at):
    """A fresh one-use code for each account, as {user: code}; older ones stop working.

    Only digests are stored: the codes exist on the slip alone. The present password goes on
    working until the code is used, and the owner is told, so that nobody is taken over unseen.
    """
    users = list(users)
    SignInCode.objects.filter(user__in=users, used_at=None).delete()
    codes = {user: new_code() for user in users}
    expires_at = at + timedelta(days=code_days())
    SignInCode.objects.bulk_create(
        SignInCode(
            user=user, digest=digest(code), issued_by=actor, issued_at=at, expires_at=expires_at
        )
        for user, code in codes.items()
    )
    for user in users:
        _announce(user, actor, at)
    return codes


def _announce(user, actor, at):
    forget_tries(user.username)
    record(actor=actor, action="user.issue_code", target=user, at=at)
    if not actor or not user.has_usable_password():
        return
    text = f"{actor.name}为这个账号打印了一次性登录码。如不是您提出的，请告知安全保密管理员。"
    notify(user, text, at=at)


def find_code(username, code, *, at):
    """The unused code of this person, or None. Looked up by digest: nothing to time."""
    codes = SignInCode.objects.select_related("user")
    return codes.filter(
        digest=digest(code),
        user__username=username,
        user__is_active=True,
        used_at=None,
        expires_at__gt=at,
    ).first()


def use_code(found, *, password, at):
    """Spend the code and set the password its owner chose."""
    _spend(found, make_password(password), at)


@transaction.atomic
def _spend(found, encoded, at):
    unused = SignInCode.objects.filter(pk=found.pk, used_at=None)
    if not unused.update(used_at=at):
        raise Refused("这个登录码刚刚已用过，没有更改密码。请领取新的登录码。")
    _keep(found.user, encoded, found.user, at, "user.use_code")


def new_code():
    """Twelve characters in threes of four, as printed: K7QM-2XWD-9HRT; 59 bits."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def digest(code):
    """What is stored of a code: its SHA-256, however it was typed."""
    typed = "".join(each for each in code.upper() if each in ALPHABET)
    return hashlib.sha256(typed.encode()).hexdigest()


def code_days():
    """How long a printed code works, in days."""
    return int(Setting.objects.value("code_slip_days") or CODE_DAYS)
