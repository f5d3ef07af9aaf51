"""What the clock records of titles: that a term comes near its end, and that it has ended.

What a title *is* on a day follows from its dates alone, whether this has run or not; recording
makes the event visible and lets others act on it. The moves of the walker are not counted up, so
that an import can still be taken back after a night.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from portal.audit import line_of, record_all
from portal.bulk import insert_rows
from portal.clock import Effect
from units.lifecycles import DESIGNATION
from units.models import Designation, DesignationEvent
from units.models.designation import Status, due_within, status_q
from units.rules import last_day

AT_ONCE = 10_000  # titles held in memory
EVENT = (
    "designation_id",
    "verb",
    "label",
    "happened_on",
    "state",
    "document_no",
    "note",
    "recorded_at",
)


class Brief(NamedTuple):
    """What the clock reads of a title; an instance of the model costs more than all the rest."""

    pk: int
    title: str
    state: str
    starts_on: date | None
    ends_on: date
    unit_name: str

    def __str__(self):
        return self.title


Brief._meta = Designation._meta  # an audit line asks what it is about
READ = ("pk", "title", "state", "starts_on", "ends_on", "unit__name")


def due_titles(on):
    """Titles near the end of their term that nobody has recorded as such."""
    return Designation.objects.filter(
        status_q(Status.DUE, on, due_within()), state__in=DESIGNATION.steps["due"].source
    )


def expiring(on):
    """Titles whose term is over and that nobody has recorded as expired."""
    return Designation.objects.filter(
        status_q(Status.EXPIRED, on, 0), state__in=DESIGNATION.steps["expire"].source
    )


def mark_due(on, at):
    """Record every title that has come due by `on`; says how many. A second run finds none."""
    return sum(1 for _ in coming_due(on, at))


def mark_expired(on, at):
    """Record every title whose term is over on `on`; says how many. A second run finds none."""
    return sum(1 for _ in running_out(on, at))


def coming_due(on, at):
    """The duty: mark what has come due, and tell of each."""
    near = due_within()
    first_day = lambda title: max(
        title.ends_on - timedelta(days=near + 1), title.starts_on or title.ends_on.min
    )
    return Marking("due", due_titles(on), first_day, at).effects()


def running_out(on, at):
    """The duty: mark what has expired, and tell of each."""
    return Marking("expire", expiring(on), lambda title: title.ends_on, at).effects()


@dataclass(frozen=True)
class Marking:
    """One rule of the clock: a verb, the titles it is for, the day each move counts from."""

    verb: str
    titles: object
    day_of: object
    at: object

    @property
    def step(self):
        return DESIGNATION.steps[self.verb]

    def effects(self):
        """Mark all, at most AT_ONCE in one transaction; yields what was done to each."""
        rows = range(AT_ONCE)
        while len(rows) == AT_ONCE:
            rows = self.mark_some()
            for title in rows:
                words = f"“{title.title}”{self.step.label}，有效期至 {last_day(title.ends_on)}。"
                yield Effect(title.unit_name, words)

    @transaction.atomic
    def mark_some(self):
        """Lock, move and tell. Whoever else runs waits for the lock and then finds nothing."""
        ordered = self.titles.order_by("pk").select_for_update(of=("self",))
        rows = [Brief(*each) for each in ordered.values_list(*READ)[:AT_ONCE]]
        if rows:
            self._move(rows)
            days = {title.pk: self.day_of(title) for title in rows}
            insert_rows(DesignationEvent, EVENT, (self._event(each, days) for each in rows))
            record_all(self._line(each, days) for each in rows)
        return rows

    def _move(self, rows):
        mine = self.titles.filter(pk__gte=rows[0].pk, pk__lte=rows[-1].pk)
        moved = mine.update(state=self.step.target, state_changed_at=self.at)
        if moved != len(rows):  # one came in between the two statements: the next run has it
            raise RuntimeError(f"{moved} titles moved instead of {len(rows)}")

    def _event(self, title, days):
        """As EVENT names it."""
        step = self.step
        return title.pk, self.verb, step.label, days[title.pk], step.target, "", "", self.at

    def _line(self, title, days):
        return line_of(
            actor=None,
            action=f"designation.{self.verb}",
            target=title,
            at=self.at,
            before={"state": title.state},
            after={"state": str(self.step.target), "生效日期": str(days[title.pk])},
        )
