"""Lists on paper: the line that says who took which, and the job that sets a long one."""

from django.db import transaction

from portal import jobs
from portal.audit import record


@transaction.atomic
def ask_print(kind, pk, title, *, actor, at):
    """Have a long list set in the background; returns its job."""
    payload = {"kind": kind, "pk": pk}
    job = jobs.start("units.print_list", user=actor, label=f"打印{title}", payload=payload)
    record(actor=actor, action="list.ask_print", target=job, at=at, after={"表": title})
    return job


@transaction.atomic
def note_print(title, rows, *, actor, at):
    """The audit line of a list that has been taken as PDF."""
    record(
        actor=actor,
        action="list.print",
        target=actor.region or actor,
        at=at,
        after={"表": title, "行数": rows},
    )
