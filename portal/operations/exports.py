"""The lines that say who took which list away, or had a large one written."""

from django.db import transaction

from portal.audit import record


@transaction.atomic
def note_taken(title, words, rows, *, action, actor, at):
    """The audit line of a list that has been taken: which, filtered how, how many rows."""
    record(
        actor=actor,
        action=action,
        target=actor.region or actor,
        at=at,
        after={"表": title, "筛选": words, "行数": rows},
    )


@transaction.atomic
def note_asked(title, job, *, action, actor, at):
    """The audit line of a job that is to write a large list; returns the job."""
    record(actor=actor, action=action, target=job, at=at, after={"表": title})
    return job
