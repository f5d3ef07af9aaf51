"""Guessing in bursts, and a morning's sign-ins: the limits hold when many come at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.hashers import OfficeArgon2Hasher
from portal.models import DailyTries, User
from portal.operations.sign_in import TRIES_A_DAY, LockedOut, take_try
from tests.factories import make_user
from tests.faults.rig import times

PASSWORD = "Portal-2026-x"
ARGON2 = ["portal.hashers.OfficeArgon2Hasher"]

pytestmark = pytest.mark.django_db(transaction=True)


def in_own_connection(work):
    def done(each):
        try:
            return work(each)
        finally:
            connection.close()

    return done


def test_a_burst_of_guesses_gets_twenty_tries_and_no_more(record_property):
    def guess(_):
        try:
            take_try("someone", timezone.now())
        except LockedOut:
            return False
        return True

    guesses = times(60, 1000)
    record_property("attempts", f"{guesses} 次猜测，16 路并发")
    with ThreadPoolExecutor(16) as pool:
        tried = list(pool.map(in_own_connection(guess), range(guesses)))

    assert sum(tried) == TRIES_A_DAY
    assert DailyTries.objects.get().count == TRIES_A_DAY


def test_colleagues_who_come_together_all_get_in(settings, record_property):
    settings.PASSWORD_HASHERS = ARGON2
    colleagues = [make_user() for _ in range(times(18, 360))]
    record_property("attempts", f"同一地址 {len(colleagues)} 人登录")

    def come_in(user):
        client = Client(REMOTE_ADDR="10.0.0.1")
        answer = client.post("/sign-in/", {"username": user.username, "password": PASSWORD})
        return answer.status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(in_own_connection(come_in), colleagues))

    assert set(statuses) == {302}


def test_never_more_than_two_passwords_are_hashed_at_once(monkeypatch):
    at_work, most = [], []
    real = OfficeArgon2Hasher.__mro__[1].encode

    def watched(self, password, salt):
        at_work.append(1)
        most.append(len(at_work))
        try:
            time.sleep(0.01)
            return real(self, password, salt)
        finally:
            at_work.pop()

    monkeypatch.setattr(OfficeArgon2Hasher.__mro__[1], "encode", watched)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda n: OfficeArgon2Hasher().encode(f"password{n}", "salt-salt"), range(16))
        )

    assert max(most) == 2


def test_no_table_remembers_more_than_the_limit_of_a_spray(record_property):
    make_user(username="someone")
    spray = Client(REMOTE_ADDR="10.0.0.1")

    guesses = times(40, 1000)
    record_property("attempts", f"{guesses} 个密码")
    for number in range(guesses):
        spray.post("/sign-in/", {"username": "someone", "password": f"guess{number}"})

    assert DailyTries.objects.get().count <= TRIES_A_DAY
    assert User.objects.get(username="someone").is_active
