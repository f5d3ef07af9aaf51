"""The lists of the register, taken away."""

from functools import partial

from django.db import transaction

from portal import jobs
from portal.operations.exports import note_asked, note_taken

note_export = partial(note_taken, action="register.export")


@transaction.atomic
def ask_export(title, payload, *, actor, at):
    """Have a large workbook written in the background; returns its job."""
    job = jobs.start("units.export_register", user=actor, label=f"导出{title}", payload=payload)
    return note_asked(title, job, action="register.ask_export", actor=actor, at=at)
