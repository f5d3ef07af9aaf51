"""Redis flushed, frozen and killed under load: every write succeeds, no job is lost or doubled."""

import os
import signal
import subprocess
import time

import pytest

from portal import jobs
from portal.celery import app
from portal.jobs import bell
from portal.models import Job, Notification
from tests.factories import make_region, make_user
from tests.faults.rig import database_url, times, wait_until
from tests.faults.tasks import submitted
from tests.servers import Celery, Redis

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
SECONDS = times(2, 300)
PAUSE = times(0.01, 0.05)  # between two submissions


@pytest.fixture
def redis(settings, monkeypatch):
    """A Redis to be hurt, and this process ringing at its door."""
    with Redis() as server:
        settings.REDIS_URL = server.url
        monkeypatch.setattr(bell, "_rests_until", 0.0)
        before = app.conf.broker_url
        turn_to(server.url)
        yield server
        turn_to(before)


def turn_to(url):
    """Let the Celery application of this process send to another broker."""
    app.pool.force_close_all()
    app._pool = app.amqp._producer_pool = None
    app.conf.broker_url = url


@pytest.fixture
def celery(redis, transactional_db, monkeypatch):
    """A worker with beat on the test's database and that Redis."""
    mine = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis.url,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "JOB_LEASE_SECONDS": "3",
        "JOB_RESEND_SECONDS": "3",
    }
    with monkeypatch.context() as patched:
        for name, value in mine.items():
            patched.setenv(name, value)
        server = Celery()
        server.start()
    yield server
    server.kill()
    server.stop()


def load(user, first):
    """Submit for a while; returns the next number and how long each submission took, sorted."""
    number, took, end = first, [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.monotonic()
        assert submitted(user.pk, number)
        took.append(time.monotonic() - began)
        number += 1
        time.sleep(PAUSE)
    return number, sorted(took)


def p95(took):
    return took[int(len(took) * 0.95)]


def flush(redis):
    subprocess.run(["redis-cli", "-p", str(redis.port), "flushall"], check=True, timeout=10)


def freeze(redis):
    os.killpg(redis.process.pid, signal.SIGSTOP)


def thaw(redis):
    os.killpg(redis.process.pid, signal.SIGCONT)


def test_writes_do_not_need_redis_and_jobs_outlive_it(redis, celery, record_property):
    user = make_user(region=make_region())
    number, calm = load(user, 0)
    slow = {}

    for name, hurt, heal in (
        ("flushed", flush, lambda redis: None),
        ("frozen", freeze, thaw),
        ("killed", Redis.kill, Redis.start),
    ):
        hurt(redis)
        number, slow[name] = load(user, number)
        heal(redis)

    assert wait_until(lambda: not waiting(), times(90, 300))
    texts = list(Notification.objects.values_list("text", flat=True))
    assert sorted(texts) == sorted(
        f"{word} {n}" for word in ("act", "effect") for n in range(number)
    )
    assert {name: p95(took) - p95(calm) <= 0.1 for name, took in slow.items()} == {
        "flushed": True,
        "frozen": True,
        "killed": True,
    }
    record_property("attempts", f"{number} 项，Redis 清空、冻结、杀死各 {SECONDS} 秒")


def waiting():
    return Job.objects.filter(name="faults.mark", state__in=Job.OPEN).exists()


def test_celery_shows_that_it_lives(celery):
    assert wait_until(lambda: jobs.worker_seen_at() is not None, 10)
