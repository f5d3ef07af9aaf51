"""Demonstration accounts: one a role at least, in real regions, with passwords of this install.

Their passwords are kept in var/demo_accounts.json alone, readable by the owner only. In server
mode they are refused here, kept out at sign-in, and stop the portal from starting.
"""

import json
import os
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from portal.operations.demo_people import PEOPLE, TOWNSHIPS

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else


def make_demo_accounts(*, seed, at, clerk_units=()):
    """Make or complete the demonstration accounts and return what the command prints.

    `clerk_units` are units, or a mapping of user name to unit; each gets a clerk bound to it.
    Names depend on `seed` no more than the units do; passwords are random and never repeat.
    """
    if settings.SERVER:
        raise Refused("正式环境不能建立演示账号，没有建立任何账号。")
    people = _people()
    if not people:
        raise Refused("还没有行政区划，请先运行 import_regions，再建立演示账号。")
    return _make([*people, *_clerks(clerk_units)], at)


def add_demo_clerks(clerk_units, *, at, names=None):
    """Clerks bound to these units, besides the people there are; {user name: unit}.

    `names` are for those who are not called after their unit.
    """
    if settings.SERVER:
        raise Refused("正式环境不能建立演示账号，没有建立任何账号。")
    people = _clerks(clerk_units)
    for person in people:
        named = (names or {}).get(person["username"])
        person["fields"]["name"] = named or person["fields"]["name"]
    return _make(people, at)


def _make(wanted, at):
    known = {line["username"]: line for line in demo_accounts()}
    made = {each["username"]: _made(each, known.get(each["username"], {}), at) for each in wanted}
    lines = list((known | made).values())
    _keep(lines)
    return lines


def _people():
    regions = {region.code[:6]: region for region in _regions_named()}
    people = [
        _person(username, name, role, regions[code], may_sign)
        for username, name, role, code, may_sign in PEOPLE
        if code in regions
    ]
    places = [(name, regions[code], kind) for name, code, kind in TOWNSHIPS if code in regions]
    return [*people, *(_township_officer(*place) for place in places)]


def _regions_named():
    codes = [f"{code}000000" for code in {person[3] for person in PEOPLE}]
    return Region.objects.filter(code__in=codes)


def township_of(county, kind):
    """The first township of a kind in a 旗市区; that itself where it has none."""
    return county.children.filter(kind=kind, ends_on=None).order_by("code").first() or county


def _township_officer(username, county, kind):
    place = township_of(county, kind)
    return _person(username, f"{place}审核人员", User.Role.OFFICER, place, False)


def _clerks(units):
    if not hasattr(units, "items"):
        units = {f"tianbao-{number}": unit for number, unit in enumerate(units, start=1)}
    return [
        _person(username, f"{unit.name}填报员"[:40], User.Role.CLERK, unit.region, False, unit)
        for username, unit in units.items()
    ]


def _person(username, name, role, region, may_sign, unit=None):
    return {
        "username": username,
        "fields": {"name": name, "role": role, "region": region, "may_sign": may_sign},
        "unit": unit,
    }


def _made(person, known, at):
    user = User.objects.filter(username=person["username"]).first()
    if user and not user.is_demo:
        raise Refused(f"用户名“{user.username}”已被正式账号使用，没有建立演示账号。")
    password, encoded = known.get("password", ""), user.password if user else ""
    if not (user and check_password(password, encoded)):
        password = "".join(secrets.choice(LETTERS) for _ in range(12))
        encoded = make_password(password)
    _store(person, encoded, at)
    unit, region = person["unit"], person["fields"]["region"]
    return {
        "username": person["username"],
        "password": password,
        "role": person["fields"]["role"].value,
        "region_code": region.code,
        "unit": unit.name if unit else None,
    }


@transaction.atomic
def _store(person, encoded, at):
    fields = person["fields"] | {
        "password": encoded,
        "is_demo": True,
        "is_active": True,
        "must_change_password": False,
        "password_changed_at": at,
    }
    user, created = User.objects.update_or_create(username=person["username"], defaults=fields)
    if person["unit"]:
        person["unit"].clerks.add(user)
    if created:
        record(actor=None, action="user.make_demo", target=user, at=at)


def demo_path():
    return settings.VAR_DIR / "demo_accounts.json"


def demo_accounts():
    """What is kept of the last run, an empty list if there was none."""
    return json.loads(demo_path().read_text("utf-8")) if demo_path().exists() else []


def _keep(lines):
    text = json.dumps(lines, ensure_ascii=False, indent=2)
    opened = os.open(demo_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    demo_path().chmod(0o600)
