"""Coming in: who, how often one may err, and where one lands."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, DailyTries
from portal.operations.passwords import issue_codes
from portal.operations.sign_in import TRIES_A_DAY
from tests.factories import NOON, make_user

PASSWORD = "Portal-2026-x"
SIGN_IN = "/sign-in/"


def attempt(client, username, password="不对的密码", address="10.0.0.1", **fields):
    data = {"username": username, "password": password, **fields}
    return client.post(SIGN_IN, data, REMOTE_ADDR=address)


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_workbench_and_is_written_down(client, cast):
    response = attempt(client, cast.city_officer.username, PASSWORD)

    assert response.status_code == 302
    assert response.url == reverse("portal:home")
    entry = AuditEvent.objects.about(cast.city_officer).get()
    assert (entry.action, entry.address) == ("user.sign_in", "10.0.0.1")


def test_a_user_name_is_read_in_any_spelling(client, db):
    make_user(username="shi-shenhe")

    attempt(client, " ＳＨＩ-shenhe ", PASSWORD)

    assert is_in(client)


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example/", "/\\evil", "javascript:1", "/\nx"]
)
def test_signing_in_leads_to_local_pages_only(client, cast, next_page):
    response = attempt(client, cast.clerk.username, PASSWORD, next=next_page)

    assert response.url == reverse("portal:home")


def test_signing_in_leads_back_to_the_page_asked_for(client, cast):
    response = attempt(client, cast.clerk.username, PASSWORD, next="/password/?a=1")

    assert response.url == "/password/?a=1"


def test_a_name_nobody_has_is_answered_like_a_wrong_password(client, cast):
    known = attempt(client, cast.clerk.username).content.decode()
    unknown = attempt(client, "nobody-at-all").content.decode()

    assert "用户名或密码不对。再错 4 次" in known
    assert re.sub("nobody-at-all|csrf.*?>", "", unknown) == re.sub(
        f"{cast.clerk.username}|csrf.*?>", "", known
    )


@pytest.mark.parametrize("name", ["someone", "nobody"])
def test_whether_a_name_exists_does_not_show_in_the_work_done(client, db, name, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    make_user(username="someone")
    hashed = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or plain(*args))

    attempt(client, name)

    assert len(hashed) == 1


def test_five_wrong_tries_lock_this_name_at_this_address_for_half_an_hour(client, cast):
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            assert attempt(client, cast.clerk.username).status_code == 200
        fifth = attempt(client, cast.clerk.username)
        refused = attempt(client, cast.clerk.username, PASSWORD)
        elsewhere = client.__class__()
        attempt(elsewhere, cast.clerk.username, PASSWORD, address="10.0.0.2")
        assert is_in(elsewhere)
        assert not is_in(client)

    assert fifth.status_code == refused.status_code == 429
    assert "请在 12:30 后再试" in refused.content.decode()
    assert AuditEvent.objects.about(cast.clerk).filter(action="user.lock").count() == 1


def test_the_lock_opens_by_itself_and_tries_meanwhile_do_not_prolong_it(client, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            attempt(client, cast.clerk.username)
        clock.shift(timedelta(minutes=29))
        attempt(client, cast.clerk.username, PASSWORD)
        clock.shift(timedelta(minutes=2))
        attempt(client, cast.clerk.username, PASSWORD)
        assert is_in(client)


def test_fifty_colleagues_behind_one_address_are_not_locked_by_one(client, db):
    colleagues = [make_user() for _ in range(50)]
    for _ in range(8):
        attempt(client, "clumsy")

    for colleague in colleagues:
        visitor = client.__class__()
        attempt(visitor, colleague.username, PASSWORD)
        assert is_in(visitor)


def test_a_name_stands_twenty_wrong_tries_a_day_from_wherever(client, cast):
    with time_machine.travel(NOON, tick=False):
        for number in range(TRIES_A_DAY):
            attempt(client, cast.clerk.username, address=f"10.1.0.{number}")
        locked = attempt(client, cast.clerk.username, PASSWORD, address="10.2.0.1")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        attempt(client, cast.clerk.username, PASSWORD, address="10.2.0.1")
        assert is_in(client)

    assert locked.status_code == 429
    assert "明天再试" in locked.content.decode()


def test_right_passwords_do_not_count_as_tries(client, cast):
    for _ in range(TRIES_A_DAY + 2):
        attempt(client.__class__(), cast.clerk.username, PASSWORD)

    assert DailyTries.objects.get(username=cast.clerk.username).count == 0


def test_a_closed_account_is_out_at_once(client, cast):
    client.force_login(cast.clerk)
    cast.clerk.is_active = False
    cast.clerk.save()

    assert client.get("/").url == "/sign-in/?next=/"


def test_a_code_from_a_slip_sets_a_password_of_ones_own_and_works_once(client, cast):
    code = issue_codes([cast.clerk], actor=cast.east_officer, at=timezone.now())[cast.clerk]
    words = {"username": cast.clerk.username, "code": code.lower().replace("-", " ")}
    words |= {"new_password": "草原上的一匹小马驹", "repeated": "草原上的一匹小马驹"}

    short = client.post("/sign-in/code/", words | {"new_password": "短", "repeated": "短"})
    assert "密码至少 10 位，现在是 1 位" in short.content.decode()
    words |= {"new_password": "草原上的一匹小马驹子", "repeated": "草原上的一匹小马驹子"}
    response = client.post("/sign-in/code/", words)
    again = client.__class__().post("/sign-in/code/", words)

    assert response.status_code == 302
    assert is_in(client)
    assert "已用过" in again.content.decode()
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password("草原上的一匹小马驹子")
    assert not cast.clerk.must_change_password


def test_a_code_belongs_to_one_account_and_ends(client, cast):
    code = issue_codes([cast.clerk], actor=None, at=timezone.now())[cast.clerk]
    words = {
        "code": code,
        "new_password": "草原上的一匹小马驹子",
        "repeated": "草原上的一匹小马驹子",
    }

    client.post("/sign-in/code/", words | {"username": cast.other_clerk.username})
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client.post("/sign-in/code/", words | {"username": cast.clerk.username})

    assert not is_in(client)


def test_a_new_code_ends_the_older_one_and_leaves_the_password_alone(cast, client):
    now = timezone.now()
    old = issue_codes([cast.clerk], actor=cast.east_officer, at=now)[cast.clerk]
    issue_codes([cast.clerk], actor=cast.east_officer, at=now)

    client.post(
        "/sign-in/code/",
        {"username": cast.clerk.username, "code": old, "new_password": "x" * 12, "repeated": "x"},
    )

    assert not is_in(client)
    attempt(client, cast.clerk.username, PASSWORD)
    assert is_in(client)
    assert "一次性登录码" in cast.clerk.notifications.first().text


def test_codes_are_stored_as_digests_only(cast, django_db_blocker):
    code = issue_codes([cast.clerk], actor=None, at=NOON)[cast.clerk]

    stored = str(list(cast.clerk.codes.values())) + str(list(AuditEvent.objects.values()))

    assert code not in stored and code.replace("-", "") not in stored


def test_a_handed_out_password_must_be_changed_before_anything_else(client, db):
    client.force_login(make_user(must_change_password=True))
    words = {"password": PASSWORD, "new_password": "草原上的一匹小马驹子"}

    assert client.get("/").url == reverse("portal:change-password")
    client.post("/password/", words | {"repeated": "草原上的一匹小马驹子"})

    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("短密码", "密码至少 10 位，现在是 3 位"),
        ("password1234", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("8273645162738", "不能全是数字"),
        ("shi-shenhe-1", "与用户名、称呼或电话太接近"),
    ],
)
def test_password_rules_are_told_in_sentences(client, db, password, sentence):
    client.force_login(make_user(username="shi-shenhe"))

    response = client.post(
        "/password/", {"password": PASSWORD, "new_password": password, "repeated": password}
    )

    assert sentence in response.content.decode()


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client, cast):
    other = client.__class__()
    for each in (client, other):
        each.force_login(cast.clerk, backend="portal.backends.OfficeBackend")

    new = "草原上的一匹小马驹子"
    client.post("/password/", {"password": PASSWORD, "new_password": new, "repeated": new})

    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_signing_out_everywhere_ends_every_session(client, cast):
    other = client.__class__()
    for each in (client, other):
        each.force_login(cast.clerk, backend="portal.backends.OfficeBackend")

    assert client.get("/sign-out/everywhere/").status_code == 200
    client.post("/sign-out/everywhere/")

    assert client.get("/").status_code == other.get("/").status_code == 302


def test_signing_out_is_a_post(client, cast):
    client.force_login(cast.clerk)

    assert client.get("/sign-out/").status_code == 405
    answer = client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_in(client)


def test_a_demonstration_account_cannot_come_in_in_production(client, db, settings):
    settings.SERVER = True
    make_user(username="demo", is_demo=True)

    attempt(client, "demo", PASSWORD)

    assert not is_in(client)


@pytest.mark.parametrize(("trusted", "address"), [(True, "10.9.0.7"), (False, "10.0.0.1")])
def test_behind_our_proxy_the_visitors_address_is_the_last_hop(
    client, cast, settings, trusted, address
):
    settings.TRUST_PROXY = trusted

    client.post(
        SIGN_IN,
        {"username": cast.clerk.username, "password": PASSWORD},
        REMOTE_ADDR="10.0.0.1",
        HTTP_X_FORWARDED_FOR="1.2.3.4, 10.9.0.7",
    )

    assert AuditEvent.objects.about(cast.clerk).get().address == address
