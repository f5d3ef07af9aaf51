"""The lists of self-checks and the results of rounds, taken away."""

from functools import partial

from django.db import transaction

from portal import jobs
from portal.operations.exports import note_asked, note_taken

note_results = partial(note_taken, action="inspectionround.export")
note_sheet = partial(note_taken, action="selfcheck.export")


@transaction.atomic
def ask_sheet(title, payload, *, actor, at):
    """Have a large list written in the background; returns its job."""
    name = "evaluations.export_self_checks"
    job = jobs.start(name, user=actor, label=f"导出{title}", payload=payload)
    return note_asked(title, job, action="selfcheck.ask_export", actor=actor, at=at)
