"""Background work of the top floor: bodies without opinions, one operation each."""

from celery import shared_task
from django.utils import timezone

from awards.models import Archive, CertificateIssue
from awards.operations.archives import build
from awards.operations.certificate_prints import bundle, finish_issue, print_rest
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


@shared_task(name="awards.print_certificates")
def print_certificates(*, job_id):
    """Print what an issue still lacks, then put up the files to take away."""
    with jobs.running(job_id) as job:
        issue = CertificateIssue.objects.get(pk=job.payload["issue"])
        owner, at = job.requested_by, timezone.now()
        job.progress(0, issue.count)
        print_rest(issue, at=at, owner=owner, progress=job.progress)
        files = bundle(issue, at=at, owner=owner)
        with job.effects():
            finish_issue(issue, *files, actor=owner, at=timezone.now())
            job.finish(f"共 {issue.count} 份证书，可以下载。", issue.get_absolute_url())
