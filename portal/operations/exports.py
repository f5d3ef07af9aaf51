"""The lines that say who took which list away, and the job that writes a large one."""

from django.db import transaction

from portal import jobs
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
def ask_written(title, payload, *, job, action, actor, at):
    """Have a large list written by the job of this name; returns it."""
    made = jobs.start(job, user=actor, label=f"导出{title}", payload=payload)
    record(actor=actor, action=action, target=made, at=at, after={"表": title})
    return made
