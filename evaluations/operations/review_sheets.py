"""The lines that say who took which review sheets away, and the job that writes large ones."""

from django.db import transaction

from portal import jobs
from portal.audit import record


@transaction.atomic
def note_review_sheets(round, units, *, actor, at):
    """The audit line of review sheets that have been taken."""
    record(actor=actor, action="reviewsheet.export", target=round, at=at, after={"units": units})


@transaction.atomic
def ask_review_sheets(round, *, actor, at):
    """Have the review sheets of a round written in the background; returns the job."""
    job = jobs.start(
        "evaluations.export_review_sheets",
        user=actor,
        label=f"导出评审表 {round}",
        payload={"round": round.pk},
    )
    record(actor=actor, action="reviewsheet.ask_export", target=round, at=at)
    return job
