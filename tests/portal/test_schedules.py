"""What happens by the clock happens once a tick, whoever's clock it is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.jobs import schedule
from portal.jobs.schedule import Schedule
from portal.models import ScheduleSlot
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch):
    """Moments at which the test's schedules ran; no other schedule is known."""
    monkeypatch.setattr(schedule, "SCHEDULES", {})
    monkeypatch.setattr(schedule, "_rests_until", {})
    return []


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_tick_is_taken_once(ran):
    schedule.every("示例", seconds=5)(ran.append)

    schedule.tick(NOON)
    schedule.tick(NOON + timedelta(seconds=2))
    schedule.tick(NOON + timedelta(seconds=5))

    assert ran == [NOON, NOON + timedelta(seconds=5)]


def test_a_clock_that_lags_does_not_repeat_a_tick(ran):
    schedule.every("示例", seconds=5)(ran.append)

    schedule.tick(NOON)
    schedule.tick(NOON - timedelta(seconds=5))

    assert ran == [NOON]


def test_two_clocks_reaching_for_the_same_tick_get_it_once(ran):
    tick = Schedule("示例", ran.append, seconds=5)

    assert schedule.take(tick, tick.slot(NOON), NOON)
    assert not schedule.take(tick, tick.slot(NOON), NOON)


def test_a_daily_schedule_runs_from_its_hour_on_and_is_caught_up(ran):
    schedule.every("示例", daily="03:10")(ran.append)
    asked = ["2026-11-22T03:09:59", "2026-11-22T03:10", "2026-11-22T23:59", "2026-11-23T15:00"]

    for text in asked:
        schedule.tick(local(text))

    assert ran == [local(asked[0]), local(asked[1]), local(asked[3])]


def test_a_failure_frees_the_tick_and_leaves_the_others_alone(ran):
    def fail(at):
        ran.append("坏")
        raise ValueError

    schedule.every("坏", seconds=5)(fail)
    schedule.every("好", seconds=5)(ran.append)

    schedule.tick(NOON)
    schedule.tick(NOON + timedelta(seconds=30))
    schedule.tick(NOON + timedelta(seconds=61))

    assert ran.count("坏") == 2
    assert len(ran) == 5
    assert not ScheduleSlot.objects.filter(name="坏").exists()


def test_old_ticks_are_forgotten(ran):
    schedule.every("示例", seconds=5)(ran.append)

    for number in range(40):
        schedule.tick(NOON + timedelta(seconds=5 * number))

    assert ScheduleSlot.objects.count() <= 12
