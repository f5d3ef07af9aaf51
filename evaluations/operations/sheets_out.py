"""The lines that say who took which list away, and the job that writes a large one."""

from django.db import transaction

from portal import jobs
from portal.audit import record


@transaction.atomic
def note_sheet(title, words, rows, *, actor, at):
    """The audit line of a list that has been taken: which, filtered how, how many rows."""
    record(
        actor=actor,
        action="selfcheck.export",
        target=actor.region or actor,
        at=at,
        after={"表": title, "筛选": words, "行数": rows},
    )


@transaction.atomic
def ask_sheet(title, payload, *, actor, at):
    """Have a large list written in the background; returns its job."""
    job = jobs.start(
        "evaluations.export_self_checks", user=actor, label=f"导出{title}", payload=payload
    )
    record(actor=actor, action="selfcheck.ask_export", target=job, at=at, after={"表": title})
    return job
