"""The daily clock: apps register duties; a run does what is due, a dry run lists just that.

A duty is a function(on, at) that does what is due on that day or has been left over from earlier
ones, and yields an `Effect` for each thing done. It finds nothing left the second time.
"""

import logging
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.models import ClockMark, ClockRun

log = logging.getLogger("portal.clock")
DUTIES = {}


@dataclass(frozen=True)
class Effect:
    """One thing the clock did: to what, in words."""

    target: str
    text: str
    duty: str = ""

    def plain(self):
        """As JSON has it."""
        return {"duty": self.duty, "target": self.target, "text": self.text}


@dataclass(frozen=True)
class Duty:
    """A name, a label, a place in the order, and the function that does it."""

    name: str
    label: str
    position: int
    function: object


def duty(name, label, *, position=50):
    """Register a duty; smaller positions come first."""

    def register(function):
        DUTIES[name] = Duty(name, label, position, function)
        return function

    return register


def load():
    """Import every module the settings name, so that it registers itself."""
    for name in settings.CLOCK:
        import_module(name)


def run(on, at, *, say=None):
    """Do all that is due on that day, each duty in a transaction of its own; returns the row."""
    row = ClockRun.objects.create(on=on, started_at=at)
    _attempt_all(row, at, say)
    row.finished_at = timezone.now()
    row.save()
    return row


@transaction.atomic
def rehearse(on, at, *, say=None):
    """Do the same and take all of it back: says what a run would do; returns a row not kept."""
    row = ClockRun(on=on, started_at=at)
    _attempt_all(row, at, say)
    transaction.set_rollback(True)
    return row


def _attempt_all(row, at, say):
    for each in _in_order():
        _attempt(each, row, at, say)


def _in_order():
    return sorted(DUTIES.values(), key=lambda each: each.position)


def _attempt(each, row, at, say):
    """One duty's trouble is not another's: it is written down and the next one begins.

    What a duty did is said once it has done all: of one that failed nothing has happened.
    """
    effects = []
    try:
        count = _do(each, row.on, at, effects.append if say else _silent)
    except Exception as error:
        log.exception("duty %s failed", each.name)
        row.failures[each.label] = str(error).partition("\n")[0][:200]
        return
    if count:
        row.counts[each.label] = count
    for effect in effects:
        say(effect)


def _silent(effect):
    """Nobody listens: nothing is kept."""


@transaction.atomic
def _do(each, on, at, say):
    """Two machines at once take turns; the second finds nothing left."""
    ClockMark.objects.get_or_create(duty=each.name, key="", defaults={"at": at})
    ClockMark.objects.select_for_update().get(duty=each.name, key="")
    count = 0
    for effect in each.function(on, at):
        count += 1
        say(Effect(effect.target, effect.text, each.label))
    return count


def unmarked(name, keys, at):
    """Those keys that this duty had not done before; from now on it has. Inside a duty only."""
    keys = list(dict.fromkeys(keys))
    known = set()
    for start in range(0, len(keys), 500):
        marks = ClockMark.objects.filter(duty=name, key__in=keys[start : start + 500])
        known.update(marks.values_list("key", flat=True))
    fresh = [key for key in keys if key not in known]
    ClockMark.objects.bulk_create([ClockMark(duty=name, key=key, at=at) for key in fresh])
    return fresh
