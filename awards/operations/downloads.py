"""The lines that say who took which certificates away."""

from django.db import transaction

from portal.audit import record


@transaction.atomic
def note_certificate(certificate, *, actor, at):
    """One paper was taken."""
    told = {"编号": certificate.number}
    record(actor=actor, action="certificate.download", target=certificate, at=at, after=told)


@transaction.atomic
def note_issue(issue, kind, *, actor, at):
    """All papers of an issue were taken, in one file."""
    told = {"文件": kind, "份数": issue.count}
    record(actor=actor, action="certificateissue.download", target=issue, at=at, after=told)
