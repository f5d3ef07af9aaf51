"""/healthz: what a monitor is told, and when."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from portal import jobs
from portal.models import Heartbeat
from portal.views.health import faults_at
from tests.factories import NOON


def beat(at, name="worker:1"):
    Heartbeat.objects.create(name=name, at=at)


@pytest.mark.django_db
def test_all_is_well_while_the_worker_shows_itself(client):
    beat(timezone.now())

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "faults": {}})


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "is_reported"), [(0, False), (20, False), (21, True)])
def test_silence_is_reported_well_before_half_a_minute(seconds, is_reported):
    beat(NOON - timedelta(seconds=seconds))

    assert bool(faults_at(NOON)) == is_reported


@pytest.mark.django_db
def test_a_silent_worker_makes_it_503_and_the_answer_says_since_when(client):
    beat(timezone.now() - timedelta(minutes=3))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert re.fullmatch(r"后台任务进程已 \d+ 秒没有动静。", response.json()["faults"]["worker"])


@pytest.mark.django_db
def test_a_worker_that_never_started_is_reported(client):
    assert client.get("/healthz").json()["faults"] == {"worker": "后台任务进程没有启动。"}


@pytest.mark.django_db
def test_the_liveliest_of_several_workers_counts(client):
    beat(timezone.now() - timedelta(minutes=5))
    beat(timezone.now(), name="worker:2")

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
