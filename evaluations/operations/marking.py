"""How a unit's self-check of the year went, told to the floor below, where its titles show it."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from evaluations.models import SelfCheck
from units.models import SelfCheckMark
from units.operations.settling import mark_self_checks, unmark_missing

State = SelfCheckMark.State


def mark_handed_in(check, *, at):
    """In time, or late where the round had to give it more time; `check` has just been sealed."""
    in_time = at < check.round.due_at
    _mark([check], State.ON_TIME if in_time else State.LATE, timezone.localdate(at), at)


def mark_missing(round, *, at):
    """At the end of a round: those who handed in neither here nor elsewhere that year."""
    known = SelfCheckMark.objects.filter(year=round.year).values("unit")
    left = round.checks.open().exclude(unit__in=known).select_related("round")
    _mark(left, State.MISSING, None, at)


def mark_overdue(*, at):
    """Those overdue in rounds that go on, as missing until they come in late; yields each new."""
    known = SelfCheckMark.objects.filter(unit=OuterRef("unit"), year=OuterRef("round__year"))
    rows = SelfCheck.objects.open().with_late(at).filter(~Exists(known), late=True)
    rows = rows.select_related("unit", "round").order_by("round__due_at", "pk")
    found = {(each.unit_id, each.round.year): each for each in rows}  # one mark a unit and year
    _mark(found.values(), State.MISSING, None, at)
    return list(found.values())


def forget_missing(round):
    """A round that was given more time: nobody is missing in it before that is over."""
    unmark_missing(round.checks.open().values("unit"), round.year)


def _mark(checks, state, on, at):
    marks = [
        SelfCheckMark(
            unit_id=check.unit_id,
            year=check.round.year,
            state=state,
            due_on=timezone.localdate(check.due_at),
            handed_in_on=on,
        )
        for check in checks
    ]
    mark_self_checks(marks, at=at)
