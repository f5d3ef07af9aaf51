"""Opening an office: the first three administrators, where nobody can sign in yet."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent, Region, User
from portal.operations.opening import open_office
from portal.operations.passwords import find_code
from tests.factories import NOON, make_region, make_user

pytestmark = pytest.mark.django_db
R = User.Role


@pytest.fixture
def home(settings):
    settings.HOME_REGION_CODE = "150700000000"
    return make_region("呼伦贝尔市", level=Region.Level.CITY, code="150700000000")


def test_each_of_the_three_administrators_is_made_and_can_come_in(home):
    codes = open_office(at=NOON)

    assert {user.role for user in codes} == User.ADMIN_ROLES
    assert {user.region for user in codes} == {home}
    for user, code in codes.items():
        assert find_code(user.username, code, at=NOON).user == user


def test_each_account_is_in_the_audit_log(home):
    users = list(open_office(at=NOON))

    lines = AuditEvent.objects.filter(action="user.create")
    assert {line.target_id for line in lines} == {str(user.pk) for user in users}


def test_a_lost_code_is_replaced_for_the_same_account(home):
    first, second = open_office(at=NOON), open_office(at=NOON)

    assert set(first) == set(second)
    assert set(first.values()).isdisjoint(second.values())
    assert User.objects.count() == 3


def test_who_has_a_password_is_left_alone(home):
    keeper = make_user(role=R.SYSTEM_ADMIN, region=home)
    keeper.set_password("correct horse battery")
    keeper.save()

    assert {user.role for user in open_office(at=NOON)} == {R.SECURITY_ADMIN, R.AUDIT_ADMIN}


def test_a_demonstration_account_is_no_administrator(home):
    make_user(role=R.SYSTEM_ADMIN, region=home, is_demo=True)

    assert R.SYSTEM_ADMIN in {user.role for user in open_office(at=NOON)}


def test_without_the_region_nothing_is_made():
    with pytest.raises(Refused, match="没有建立账号"):
        open_office(at=NOON)
    with pytest.raises(CommandError, match="没有建立账号"):
        call_command("open_office")

    assert not User.objects.exists()


def test_an_administrator_who_forgot_the_password_is_let_in_from_the_server(home, capsys):
    keeper = make_user(R.SECURITY_ADMIN, home, username="anquan-baomi")

    call_command("open_office", code="anquan-baomi")

    code = capsys.readouterr().out.split("登录码 ")[1].split()[0]
    assert find_code("anquan-baomi", code, at=timezone.now()).user == keeper
    with pytest.raises(CommandError, match="没有启用的管理员账号"):
        call_command("open_office", code="nobody")


def test_the_command_prints_names_and_codes(home, capsys):
    call_command("open_office")

    printed = capsys.readouterr().out
    assert all(label in printed for label in ("系统管理员", "安全保密管理员", "安全审计员"))
    assert printed.count("登录码 ") == 3
