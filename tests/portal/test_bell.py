"""With a broker: only the id is sent, after the commit, and a broker that is away costs nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal import jobs
from portal.jobs import bell
from portal.models import Job


@pytest.fixture
def rings(settings, monkeypatch):
    """What is sent to the broker."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    sent = []
    monkeypatch.setattr(bell, "_rests_until", 0.0)
    monkeypatch.setattr(bell.app, "send_task", lambda name, kwargs, **_: sent.append(kwargs))
    return sent


def start(user, **fields):
    return jobs.start("portal.sweep_files", user=user, label="示例任务", **fields)


def test_only_the_id_is_sent_and_only_after_the_commit(
    cast, rings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = start(cast.clerk, payload={"secret": 1})
        assert rings == []

    assert rings == [{"job_id": job.pk}]


def test_a_second_start_with_the_same_key_rings_no_second_time(
    cast, rings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        start(cast.clerk, key="once")
        start(cast.clerk, key="once")

    assert len(rings) == 1


def test_without_a_broker_nothing_is_sent(
    cast, rings, settings, django_capture_on_commit_callbacks
):
    settings.REDIS_URL = ""

    with django_capture_on_commit_callbacks(execute=True):
        start(cast.clerk)

    assert rings == []


def test_a_broker_that_is_away_is_forgiven_and_left_alone_for_a_while(
    cast, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(bell, "_rests_until", 0.0)
    tries = []

    def fail(*args, **kwargs):
        tries.append(1)
        raise ConnectionError

    monkeypatch.setattr(bell.app, "send_task", fail)
    with django_capture_on_commit_callbacks(execute=True):
        start(cast.clerk)
        start(cast.clerk)

    assert len(tries) == 1
    assert Job.objects.count() == 2


def test_the_sweeper_rings_again_for_what_nobody_came_for(cast, rings):
    job, fresh = start(cast.clerk), start(cast.clerk)
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now() - timedelta(seconds=31))

    jobs.sweep(timezone.now())
    jobs.sweep(timezone.now())

    assert rings == [{"job_id": job.pk}]
    assert fresh.state == Job.State.WAITING


def test_the_sweeper_rings_for_a_job_whose_time_has_come(cast, rings):
    later = timezone.now() + timedelta(hours=1)
    job = start(cast.clerk, run_at=later)

    jobs.sweep(timezone.now())
    assert rings == []
    jobs.sweep(later)
    assert rings == [{"job_id": job.pk}]


def test_the_sweeper_rings_for_a_job_whose_worker_fell_silent(cast, rings):
    job = start(cast.clerk)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=1, lease_until=long_ago, sent_at=long_ago
    )

    jobs.sweep(timezone.now())

    assert rings == [{"job_id": job.pk}]
