"""Reminders by the clock: which are due today. Each is a job with a key, so it happens once."""

from datetime import timedelta

from django.utils import timezone

from evaluations.models import SelfCheckRound
from evaluations.operations.calls import DAYS_BEFORE
from portal import jobs


def ask_reminders(at):
    """Start the jobs for rounds, and for units with time of their own, that are due soon."""
    running = SelfCheckRound.objects.filter(closed_at=None, opens_at__lte=at)
    for round in running:
        for day in _due_days(round, at):
            _ask(round, day, at)


def _due_days(round, at):
    """The days on which somebody of the round who has not handed in is due, none of them past."""
    own = round.checks.open().filter(extended_to__gt=max(round.due_at, at))
    moments = [round.due_at, *own.order_by().values_list("extended_to", flat=True).distinct()]
    return sorted({timezone.localdate(each) for each in moments if each > at})


def _ask(round, day, at):
    """The reminder that fits today: a day missed by the machine is made up for, not doubled."""
    today, opened = timezone.localdate(at), timezone.localdate(round.opens_at)
    fitting = [n for n in DAYS_BEFORE if today >= day - timedelta(days=n) >= opened]
    if fitting:
        jobs.start(
            "evaluations.remind_round",
            user=None,
            label=f"提醒：{round}",
            key=f"remind {round.pk} {day:%Y%m%d} {min(fitting)}",
            payload={"round": round.pk, "day": day.isoformat()},
        )
