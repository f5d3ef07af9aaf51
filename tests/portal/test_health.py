"""/healthz: what a monitor is told, and when."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from portal import jobs
from portal.models import Heartbeat


def beat(ago=0):
    Heartbeat.objects.create(name="worker:1", at=timezone.now() - timedelta(seconds=ago))


@pytest.mark.django_db
def test_all_is_well_while_the_worker_shows_itself(client):
    beat(ago=15)

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "faults": {}})


@pytest.mark.django_db
def test_a_worker_silent_for_half_a_minute_is_reported(client):
    beat(ago=30)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["faults"] == {"worker": "后台任务进程已 30 秒没有动静。"}


@pytest.mark.django_db
def test_a_worker_that_never_started_is_reported(client):
    assert client.get("/healthz").json()["faults"] == {"worker": "后台任务进程没有启动。"}


@pytest.mark.django_db
def test_the_liveliest_of_several_workers_counts(client):
    beat(ago=300)
    Heartbeat.objects.create(name="worker:2", at=timezone.now())

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_database_that_is_away_is_reported_without_a_page_of_its_own(client, monkeypatch):
    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(jobs, "worker_seen_at", away)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert list(response.json()["faults"]) == ["database"]


@pytest.mark.django_db
def test_no_copy_of_the_answer_is_kept_on_the_way(client):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]
