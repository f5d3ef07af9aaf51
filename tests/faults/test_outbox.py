"""The outbox rig: whatever is killed, frozen or poisoned, each job's effect happens once."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest

from portal import jobs
from portal.jobs.worker import Worker
from portal.models import Job, Notification
from tests.factories import make_region, make_user
from tests.faults.rig import fork, gone, kill, several, times, wait_until
from tests.faults.tasks import submit

pytestmark = pytest.mark.django_db(transaction=True)
S = Job.State


@pytest.fixture(autouse=True)
def short_leases(settings):
    settings.JOB_LEASE_SECONDS = 1.0
    settings.JOB_RETRY_SECONDS = 0.1


@pytest.fixture
def somebody(transactional_db):
    return make_user(region=make_region())


def submit_under_kills(user, count, kills, path):
    """Submit `count` acts from a process killed again and again; a retry begins at the last ack."""
    acknowledge = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def acked():
        return [int(line) for line in path.read_text().split()]

    for target in [*sorted(random.sample(range(count // 2), kills)), count]:
        rest = range(max(acked(), default=-1) + 1, count)
        pid = fork(lambda rest=rest: submit(user.pk, rest, acknowledge))
        wait_until(lambda pid=pid, target=target: len(acked()) >= target or gone(pid), 600)
        kill(pid)
    os.close(acknowledge)
    return acked()


def test_nothing_is_lost_or_doubled_under_kills(somebody, tmp_path, record_property):
    count, kills = times(200, 10_000), times(5, 20)
    record_property("attempts", f"{count} 项，web 与 worker 各 kill -9 {kills} 次")
    acked = submit_under_kills(somebody, count, kills, tmp_path / "acks")

    with several(2, lambda: Worker().run()) as replace:
        for _ in range(kills):
            time.sleep(random.uniform(0.1, times(0.5, 5)))
            replace(random.randrange(2))
        assert wait_until(lambda: not open_jobs(), times(60, 1800))

    texts = list(Notification.objects.values_list("text", flat=True))
    assert sorted(acked) == list(range(count))
    assert sorted(texts) == sorted(f"{word} {n}" for word in ("act", "effect") for n in acked)
    assert Job.objects.filter(name="faults.mark", state=S.DONE).count() == count


def open_jobs():
    return Job.objects.filter(state__in=Job.OPEN).exists()


def test_a_job_that_kills_its_workers_ends_in_sight(somebody, settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = jobs.start("faults.poison", user=somebody, label="示例毒任务")
    healthy = jobs.start(
        "faults.mark", user=None, label="示例", payload={"n": 1, "user": somebody.pk}
    )

    for _ in range(20):
        pid = fork(lambda: Worker().run())
        if not wait_until(lambda pid=pid: gone(pid), 2):
            kill(pid)
        job.refresh_from_db()
        if job.state == S.FAILED:
            break

    healthy.refresh_from_db()
    assert (job.state, job.attempts) == (S.FAILED, 5)
    assert "处理多次中断" in job.message
    assert Notification.objects.filter(text__startswith="“示例毒任务”没有完成").count() == 1
    assert healthy.state == S.DONE


def test_a_worker_that_slept_through_its_lease_changes_nothing(somebody):
    job = jobs.start("faults.slow", user=None, label="示例", payload={"user": somebody.pk})
    frozen = fork(lambda: Worker().run())
    assert wait_until(lambda: is_running(job), 10)
    time.sleep(1.2)

    other = fork(lambda: Worker().run())
    assert wait_until(lambda: Job.objects.filter(pk=job.pk, state=S.DONE).exists(), 10)
    os.kill(frozen, signal.SIGCONT)
    time.sleep(1)
    kill(frozen)
    kill(other)

    assert [line.text for line in Notification.objects.all()] == ["effect by fence 2"]


def is_running(job):
    return Job.objects.filter(pk=job.pk, state=S.RUNNING).exists()


def test_a_worker_asked_to_stop_gives_back_what_it_holds(somebody, settings):
    settings.JOB_GRACE_SECONDS = 0.3
    settings.JOB_LEASE_SECONDS = 60
    job = jobs.start("faults.endless", user=None, label="示例")
    worker = fork(lambda: Worker().run())
    assert wait_until(lambda: is_running(job), 10)

    os.kill(worker, signal.SIGTERM)

    assert wait_until(lambda: gone(worker), 5)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (S.WAITING, 0)


def test_the_pulse_goes_on_through_a_long_job(somebody, settings):
    settings.JOB_LEASE_SECONDS = 0.6
    job = jobs.start("faults.endless", user=None, label="示例")
    worker = fork(lambda: Worker().run())
    assert wait_until(lambda: is_running(job), 10)

    job.refresh_from_db()
    came_with = job.lease_until

    later = Job.objects.filter(pk=job.pk, lease_until__gt=came_with + timedelta(seconds=1.2))
    renewed = wait_until(later.exists, 10)  # two leases on
    kill(worker)

    assert renewed
    assert jobs.worker_seen_at() > came_with
    job.refresh_from_db()
    assert (job.state, job.attempts) == (S.RUNNING, 1)
