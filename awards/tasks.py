"""Background work of the top floor: bodies without opinions, one operation each."""

from celery import shared_task
from django.utils import timezone

from awards.models import Archive
from awards.operations.archives import build
from awards.packing.whole import packable, plan_of
from portal import jobs
from portal.errors import Refused


@shared_task(name="awards.build_archive")
def build_archive(*, job_id):
    """Make a package of what the requester may see now, which may be less than when they asked."""
    with jobs.running(job_id) as job:
        archive = Archive.objects.for_display().get(pk=job.payload["archive"])
        application = packable(job.requested_by).filter(pk=archive.application_id).first()
        if application is None:
            raise Refused("这份申报已不在您能看到的范围内，没有生成档案包。")
        if archive.file_id is None:
            at = timezone.now()
            plan = plan_of(application, job.requested_by, timezone.localdate(at))
            build(archive, plan, job, at=at)
