"""What hangs on a title when it ends: 复验, 整改 and requests end with it or go over to another."""

from portal.audit import record
from units.lifecycles import EXIT_REQUEST, RECTIFICATION, REVERIFICATION
from units.models import ExitRequest, Rectification, Reverification


def end_follow_up(title, *, actor, at, note):
    """Close what is open about a title that is no more."""
    for table, row in open_about(title):
        table.perform("end", row, actor=actor, at=at, note=note)


def open_about(title):
    """(table, row) of everything undecided about a title."""
    requests = title.exit_requests.filter(state=ExitRequest.State.ASKED)
    for table, rows in (
        (REVERIFICATION, title.reverifications.open()),
        (RECTIFICATION, title.rectifications.open()),
        (EXIT_REQUEST, requests),
    ):
        yield from ((table, each) for each in rows.select_related("designation__unit__region"))


def hand_over_follow_up(title, follower, *, actor, at):
    """An open 复验 or 整改 goes on under the title that takes over, unless that has its own."""
    for rows in (title.reverifications.open(), title.rectifications.open()):
        for row in rows:
            if not type(row).objects.open().filter(designation=follower).exists():
                _hand_over(row, title, follower, actor, at)


def _hand_over(row, title, follower, actor, at):
    type(row).objects.filter(pk=row.pk).update(designation=follower)
    row.designation = follower
    record(
        actor=actor,
        action=FOLLOWS[type(row)],
        target=row,
        at=at,
        before={"单位": str(title.unit)},
        after={"单位": str(follower.unit)},
    )


FOLLOWS = {Reverification: "reverification.follow", Rectification: "rectification.follow"}
