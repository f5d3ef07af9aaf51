"""The daily clock: a rehearsal says what a run does, a second run does nothing."""

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal import clock
from portal.clock import Effect
from portal.models import ClockRun, Notification
from portal.operations.notifications import notify
from portal.panels import silent_clock
from tests.factories import NOON, TODAY, make_officer, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def duties(monkeypatch):
    """No duties but those a test registers."""
    monkeypatch.setattr(clock, "DUTIES", {})
    return clock.DUTIES


@pytest.fixture
def greeting(duties):
    """A duty that tells one officer something once a day."""
    officer = make_officer(make_region())

    @clock.duty("greet", "问候")
    def greet(on, at):
        for key in clock.unmarked("greet", [f"{on}"], at):
            notify(officer, f"{key} 早上好", at=at)
            yield Effect(officer.name, f"{key} 早上好")

    return officer


def told(function):
    effects = []
    function(TODAY, NOON, say=effects.append)
    return [each.plain() for each in effects]


def test_a_rehearsal_says_what_the_run_then_does_and_does_nothing(greeting):
    rehearsed = told(clock.rehearse)

    assert Notification.objects.count() == 0
    assert told(clock.run) == rehearsed != []
    assert Notification.objects.get().user == greeting


def test_a_second_run_does_nothing(greeting):
    clock.run(TODAY, NOON)

    assert told(clock.run) == []
    assert Notification.objects.count() == 1


def test_the_trouble_of_one_duty_is_written_down_and_the_next_one_goes_on(duties, greeting):
    @clock.duty("break", "出错", position=1)
    def trouble(on, at):
        raise ValueError("坏了")
        yield

    row = clock.run(TODAY, NOON)

    assert row.failures == {"出错": "坏了"}
    assert row.counts == {"问候": 1}
    assert row.finished_at is not None


def test_what_a_failing_duty_had_done_is_taken_back(duties, greeting):
    @clock.duty("half", "一半")
    def half(on, at):
        notify(greeting, "一半", at=at)
        yield Effect("甲", "一半")
        raise ValueError("坏了")

    for perform in (clock.rehearse, clock.run):
        assert [each["duty"] for each in told(perform)] == ["问候"], "only what stands is said"

    assert not Notification.objects.filter(text="一半").exists()


def asked(*words):
    out = StringIO()
    call_command("run_clock", *words, stdout=out)
    return out.getvalue()


def test_a_rehearsal_names_what_would_fail_and_still_lists_the_rest(duties, greeting):
    @clock.duty("break", "出错", position=1)
    def trouble(on, at):
        raise ValueError("坏了")
        yield

    out = StringIO()
    with pytest.raises(CommandError, match="有事项没有办成，其余不受影响：出错：坏了"):
        call_command("run_clock", "--on", str(TODAY), "--dry-run", "--json", stdout=out)

    report = json.loads(out.getvalue())
    assert (report["counts"], report["failures"]) == ({"问候": 1}, {"出错": "坏了"})
    assert ClockRun.objects.count() == Notification.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_do_each_thing_once(greeting):
    start, rows = threading.Barrier(2), []

    def machine():
        start.wait()
        rows.append(clock.run(TODAY, NOON))
        connection.close()

    threads = [threading.Thread(target=machine) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(sum(row.counts.values()) for row in rows) == [0, 1]
    assert [row.failures for row in rows] == [{}, {}]
    assert Notification.objects.count() == 1


def test_the_command_lists_and_counts(greeting):
    report = json.loads(asked("--on", "2026-12-01", "--dry-run", "--json"))

    assert report["counts"] == {"问候": 1}
    assert report["effects"][0]["target"] == greeting.name
    assert "已办理 1 项：问候 1 项" in asked("--on", "2026-12-01")
    assert "没有需要办理的事项" in asked("--on", "2026-12-01")


def test_a_server_s_clock_is_not_moved_ahead_in_earnest(greeting, settings):
    settings.SERVER = True
    later = str(TODAY + timedelta(days=4000))

    with pytest.raises(CommandError, match="还没有到"):
        asked("--on", later)
    assert "将办理 1 项" in asked("--on", later, "--dry-run")
    assert ClockRun.objects.count() == 0


def test_a_word_that_is_no_day_is_refused(duties):
    with pytest.raises(CommandError, match="不是日期"):
        asked("--on", "明天")


def test_the_home_page_says_when_the_clock_is_silent_or_failed():
    officer = make_officer(make_region())
    shown = lambda day: silent_clock(officer, day) is not None
    run = ClockRun.objects.create(on=TODAY, started_at=NOON, finished_at=NOON)

    assert [shown(TODAY + timedelta(days=days)) for days in (0, 1, 2)] == [False, False, True]
    ClockRun.objects.filter(pk=run.pk).update(failures={"到期提醒": "坏了"})
    assert shown(TODAY)


def test_the_list_of_runs_says_what_was_done(client):
    client.force_login(make_officer(make_region()))
    ClockRun.objects.create(on=TODAY, started_at=NOON, finished_at=NOON, counts={"到期提醒": 3})

    assert "到期提醒 3 项" in client.get("/clock/").content.decode()
