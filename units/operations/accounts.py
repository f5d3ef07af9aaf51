"""Accounts in bulk: a whole list or none of it, and the slips that are handed out afterwards."""

import hashlib
import tempfile
from functools import cache
from pathlib import Path

from django.db import IntegrityError, transaction

from portal.access import in_care_of, may_make_accounts
from portal.audit import record
from portal.errors import Refused
from portal.models import AccountIntake, User
from portal.operations.accounts import first_free, stem_of
from portal.operations.passwords import issue_codes
from portal.workbooks import read_table
from units import account_lists


def read_accounts(upload, *, actor):
    """The lines of an uploaded list, and the SHA-256 of the file. The file itself is not kept."""
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix) as file:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        table = read_table(file.name, upload.name)
    return account_lists.parse(table, actor=actor), digest.hexdigest()


@transaction.atomic
def make_accounts(lines, *, name, sha256, actor, at):
    """Make every account of the list, each with a proposed role; Refused if one line is faulty."""
    if not may_make_accounts(actor):
        raise Refused("只有系统管理员可以建立账号，没有建立任何账号。")
    if account_lists.faults(lines):
        raise Refused("名单里还有错误，没有建立任何账号。")
    _check_in_care(lines, actor)
    _refuse_twice(sha256)
    intake, users = _written(lines, name, sha256, actor, at)
    for user, line in zip(users, lines, strict=True):
        _settle(user, line, actor, at)
    after = {"accounts": len(users)}
    record(actor=actor, action="account_intake.make", target=intake, at=at, after=after)
    return intake


def _check_in_care(lines, actor):
    for line in lines:
        places = [line.region, *([line.unit.region] if line.unit else [])]
        if not all(in_care_of(actor, place) for place in places):
            raise Refused(f"第 {line.number} 行的地区不在您的管理范围内，没有建立任何账号。")


def _written(lines, name, sha256, actor, at):
    """The intake and its users; two people may have brought the same names at the same time."""
    try:
        with transaction.atomic():
            intake = AccountIntake.objects.create(
                name=name[:120], sha256=sha256, made_by=actor, made_at=at
            )
            _name_the_nameless(lines)
            return intake, User.objects.bulk_create([_user_of(line, intake) for line in lines])
    except IntegrityError as error:
        raise Refused(
            "名单里有用户名刚刚被他人用去，或这份名单正由他人导入，没有建立任何账号。请刷新后重试。"
        ) from error


def _refuse_twice(sha256):
    before = AccountIntake.objects.filter(sha256=sha256).first()
    if before:
        raise Refused(
            f"这份名单已在 {before.made_at:%Y-%m-%d} 导入过，没有建立任何账号。"
            "需要重新打印登录码条，请打开账号列表。"
        )


def _name_the_nameless(lines):
    """A user name for every line without one: the initials of unit or region, and the role."""
    taken = set(User.objects.values_list("username", flat=True))
    taken |= {line.username for line in lines}
    stem = cache(stem_of)
    for line in lines:
        if not line.username:
            line.username = first_free(stem(line.unit or line.region, line.role), taken)
            taken.add(line.username)


def _user_of(line, intake):
    user = User(
        username=line.username,
        name=line.name,
        post=line.post,
        work_phone=line.work_phone,
        region=line.region,
        proposed_role=line.role,
        intake=intake,
    )
    user.set_unusable_password()
    return user


def _settle(user, line, actor, at):
    if line.unit:
        line.unit.clerks.add(user)
    proposal = {"region": line.region.code, "proposed_role": line.role}
    record(actor=actor, action="user.create", target=user, at=at, after=proposal)


@transaction.atomic
def first_codes(intake, *, actor, at):
    """Codes, as {user: code}, for all of a list who have no password yet.

    Clerks get theirs here the first time; later ones come from the officers over their units.
    """
    if not may_make_accounts(actor) or intake.made_by_id != actor.pk:
        raise Refused("这份名单由另一名系统管理员导入，没有生成登录码。")
    users = intake.users.filter(is_active=True, password__startswith="!").select_related("region")
    if not users.exists():
        raise Refused("名单里的人都已设置密码，没有生成登录码。")
    return issue_codes(users.order_by("region__code", "username"), actor=actor, at=at)
