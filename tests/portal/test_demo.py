"""Demonstration accounts: one a role, real regions, random passwords, never in earnest."""

import json

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from portal.checks import refuse_to_start_unsafe
from portal.errors import Refused
from portal.models import User
from portal.operations.demo import make_demo_accounts
from tests.factories import NOON, make_region, make_unit, make_user

R = User.Role


@pytest.fixture
def place(db, settings, tmp_path):
    """The regions the demonstration stands in, and a folder of its own."""
    settings.VAR_DIR = tmp_path
    province = make_region("内蒙古自治区", level="province", code="150000000000")
    city = make_region("呼伦贝尔市", province, code="150700000000")
    for name, code in (("海拉尔区", "150702"), ("莫旗", "150722"), ("鄂温克旗", "150724")):
        banner = make_region(name, city, code=f"{code}000000")
    make_region("辉苏木", banner, code="150724200000")
    return city


def make(**more):
    return make_demo_accounts(seed=1, at=NOON, **more)


def test_there_is_an_account_for_every_role_and_tier(place):
    lines = make(clerk_units=[make_unit(place)])

    assert {line["role"] for line in lines} == set(R.values) - {R.UNASSIGNED}
    officers = {line["region_code"] for line in lines if line["role"] == "officer"}
    assert {"150700000000", "150702000000", "150724200000"} <= officers
    assert User.objects.filter(is_demo=True, may_sign=True).count() == 3


def test_what_is_printed_is_exactly_this_and_lets_people_in(place, capsys):
    make(clerk_units={"tianbao-mou": make_unit(place, "示例单位甲")})

    call_command("demo_accounts", "--json")

    lines = json.loads(capsys.readouterr().out)
    assert set(lines[0]) == {"username", "password", "role", "region_code", "unit"}
    assert next(line["unit"] for line in lines if line["role"] == "clerk") == "示例单位甲"
    for line in lines:
        user = User.objects.get(username=line["username"])
        assert user.check_password(line["password"])
        assert not user.must_change_password


def test_the_passwords_lie_in_one_file_of_the_owner_alone(place, settings):
    make()

    path = settings.VAR_DIR / "demo_accounts.json"
    assert path.stat().st_mode & 0o777 == 0o600


def test_making_them_again_keeps_the_passwords_and_adds_clerks(place):
    first = {line["username"]: line["password"] for line in make()}
    second = {line["username"]: line["password"] for line in make(clerk_units=[make_unit(place)])}

    assert first.items() <= second.items()
    assert set(second) - set(first) == {"tianbao-1"}


def test_two_installations_have_different_passwords(place, settings):
    first = {line["password"] for line in make()}
    (settings.VAR_DIR / "demo_accounts.json").unlink()

    assert not first & {line["password"] for line in make()}


def test_an_account_of_a_real_person_is_not_taken_over(place):
    make_user(username="shi-shenhe")

    with pytest.raises(Refused, match="已被正式账号使用"):
        make()


def test_in_earnest_they_are_refused_and_stop_the_start(place, settings):
    make()
    settings.SERVER = True

    with pytest.raises(Refused, match="正式环境不能建立演示账号"):
        make()
    with pytest.raises(ImproperlyConfigured, match="演示账号"):
        refuse_to_start_unsafe()
    faults = run_checks(tags=["database"], databases=["default"])
    assert "portal.E001" in [fault.id for fault in faults]


def test_without_demo_accounts_the_real_portal_starts(place, settings):
    settings.SERVER = True

    refuse_to_start_unsafe()


def test_a_gateway_without_a_key_stops_the_start(settings):
    settings.NEWS_GATEWAY_URL, settings.NEWS_GATEWAY_SECRET = "https://gateway.example.test", " "
    with pytest.raises(SystemCheckError, match="没有设置 NEWS_GATEWAY_SECRET"):
        call_command("check")
    with pytest.raises(ImproperlyConfigured, match="没有启动：设置了 NEWS_GATEWAY_URL"):
        refuse_to_start_unsafe()

    settings.NEWS_GATEWAY_SECRET = "示例密钥"

    call_command("check")
    refuse_to_start_unsafe()
