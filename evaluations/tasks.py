"""Background work of this floor: bodies without opinions, one operation each."""

from celery import shared_task
from django.utils import timezone

from evaluations.models import Evidence
from evaluations.operations.deriving import derive_evidence, join_look_alikes
from portal import jobs


@shared_task(name="evaluations.derive_evidence")
def derive(*, job_id):
    """Make the viewing copy and thumbnail of a file, and find what it looks like."""
    with jobs.running(job_id) as job:
        rows = Evidence.objects.select_related("file", "uploaded_by")
        evidence = rows.filter(pk=job.payload["evidence"]).first()
        if evidence and not evidence.derived_at:
            derive_evidence(evidence, at=timezone.now())
        if evidence:
            with job.effects():
                join_look_alikes(evidence)
