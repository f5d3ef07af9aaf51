"""Pages for what went wrong: a sentence, nothing of the inside, one way on."""

import pytest
from django.db import OperationalError
from django.test import Client

from portal.errors import Busy
from portal.hashers import SEATS, OfficeArgon2Hasher, seat
from portal.views import home
from tests.factories import make_user


def test_an_address_that_does_not_exist_is_told_calmly(client, cast):
    client.force_login(cast.clerk)

    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        (RuntimeError("inside"), 500, "系统出错，刚才的操作没有保存"),
        (OperationalError("connection refused"), 503, "系统正忙"),
        (Busy(), 503, "系统正忙"),
    ],
)
def test_a_fault_is_answered_without_its_inside(cast, monkeypatch, fault, status, sentence):
    def fail(*args):
        raise fault

    monkeypatch.setattr(home.desk, "panels_for", fail)
    client = Client(raise_request_exception=False)
    client.force_login(cast.clerk)

    answer = client.get("/")

    assert answer.status_code == status
    text = answer.content.decode()
    assert sentence in text
    assert "inside" not in text and "connection refused" not in text
    assert ("Retry-After" in answer) == (status == 503)


def test_a_database_that_is_away_gives_the_form_back(cast, monkeypatch):
    from portal.views import sign_in

    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(sign_in, "change", away)
    client = Client(raise_request_exception=False)
    client.force_login(cast.clerk)
    words = {"password": "Portal-2026-x", "new_password": "x" * 12, "note": "已填写的说明"}

    monkeypatch.setattr(sign_in.ChangePasswordForm, "is_valid", away)
    text = client.post("/password/", words).content.decode()

    assert "已填写的说明" in text and "重新提交" in text
    assert "Portal-2026-x" not in text and "x" * 12 not in text


def test_no_more_than_two_passwords_are_hashed_at_once():
    with seat(), seat(), pytest.raises(Busy), seat(patience=0.05):
        pass
    assert SEATS == 2


def test_a_full_queue_is_told_friendly_and_counts_for_nothing(client, db, monkeypatch):
    from portal.models import DailyTries
    from portal.operations import sign_in

    def full(*args, **kwargs):
        raise Busy

    make_user(username="someone")
    monkeypatch.setattr(sign_in, "authenticate", full)
    answer = client.post("/sign-in/", {"username": "someone", "password": "x"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "登录的人较多，请稍候重试" in answer.content.decode()
    assert DailyTries.objects.get().count == 0


def test_the_hasher_takes_a_seat_and_leaves_it():
    hasher = OfficeArgon2Hasher()
    encoded = hasher.encode("草原上的一匹小马驹", "salt-salt")

    assert hasher.verify("草原上的一匹小马驹", encoded)
    with seat(patience=0), seat(patience=0):
        pass
