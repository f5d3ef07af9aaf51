"""What happens by the clock. Apps register functions; a (name, slot) row makes each tick one."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from portal.models import ScheduleSlot

log = logging.getLogger("portal.jobs")
SCHEDULES = {}
REST_SECONDS = 60  # a schedule that failed is left alone for a while
_rests_until = {}


@dataclass(frozen=True)
class Schedule:
    """A name, when, and a short function(at). Long work belongs into a job it starts."""

    name: str
    function: object
    seconds: int = 0
    daily: str = ""  # "03:30", local time; caught up when the machine slept through it

    def slot(self, at):
        """The name of the tick that `at` falls into."""
        if self.seconds:
            return f"{int(at.timestamp()) // self.seconds:020d}"
        return self._day(at).isoformat()

    def stale_slot(self, at):
        """Ticks named below this one are old enough to be forgotten."""
        if self.seconds:
            return f"{int(at.timestamp()) // self.seconds - 10:020d}"
        return (self._day(at) - timedelta(days=10)).isoformat()

    def _day(self, at):
        hour, minute = map(int, self.daily.split(":"))
        since_midnight = timedelta(hours=hour, minutes=minute)
        return (timezone.localtime(at).replace(tzinfo=None) - since_midnight).date()


def every(name, *, seconds=0, daily=""):
    """Register `function(at)` to run each `seconds`, or each day at `daily` ("HH:MM")."""

    def register(function):
        SCHEDULES[name] = Schedule(name, function, seconds, daily)
        return function

    return register


def load():
    """Import every module the settings name, so that it registers itself."""
    for name in settings.SCHEDULES:
        import_module(name)


def tick(at):
    """Run what is due. One schedule's trouble is not another's."""
    for schedule in list(SCHEDULES.values()):
        if _rests_until.get(schedule.name, at) <= at:
            run_guarded(schedule, at)


def run_guarded(schedule, at):
    """Run one schedule; a failure frees its slot again, and it rests for a minute."""
    try:
        run_once(schedule, at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: nobody's fault
    except Exception:
        _rests_until[schedule.name] = at + timedelta(seconds=REST_SECONDS)
        log.exception("schedule %s failed", schedule.name)


def run_once(schedule, at):
    """Take the slot and run, in one transaction: both happen, or neither."""
    slots = ScheduleSlot.objects.filter(name=schedule.name)
    slot = schedule.slot(at)
    if slots.filter(slot__gte=slot).exists():
        return
    with transaction.atomic():
        if not take(schedule, slot, at):
            return
        slots.filter(slot__lt=schedule.stale_slot(at)).delete()
        schedule.function(at)


def take(schedule, slot, at):
    """Is this tick ours? The unique row says so to exactly one clock."""
    try:
        with transaction.atomic():
            ScheduleSlot.objects.create(name=schedule.name, slot=slot, taken_at=at)
    except IntegrityError:
        return False
    return True
