"""Taking the audit log away is itself written into it."""

from django.db import transaction

from portal import jobs
from portal.audit import record

JOB = "portal.export_audit"


@transaction.atomic
def ask_audit_export(query, words, *, actor, at):
    """Have the log as filtered written in the background; returns its job."""
    job = jobs.start(JOB, user=actor, label="导出审计记录", payload={"query": query})
    record(actor=actor, action="audit.ask_export", target=job, at=at, after={"筛选": words})
    return job


@transaction.atomic
def note_audit_export(job, words, rows, *, actor, at):
    """The line that says the log has been taken, how much of it."""
    after = {"筛选": words, "行数": rows}
    record(actor=actor, action="audit.export", target=job, at=at, after=after)
