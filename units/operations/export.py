"""The lines that say who took which list away, and the job that writes a large one."""

from django.db import transaction

from portal import jobs
from portal.audit import record


@transaction.atomic
def note_export(title, words, rows, *, actor, at):
    """The audit line of a workbook that has been taken: which list, which filter, how many rows."""
    record(
        actor=actor,
        action="register.export",
        target=actor.region or actor,
        at=at,
        after={"表": title, "筛选": words, "行数": rows},
    )


@transaction.atomic
def ask_export(title, payload, *, actor, at):
    """Have a large workbook written in the background; returns its job."""
    job = jobs.start("units.export_register", user=actor, label=f"导出{title}", payload=payload)
    record(actor=actor, action="register.ask_export", target=job, at=at, after={"表": title})
    return job
