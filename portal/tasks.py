"""What Celery beat sends in the server deployment; the embedded worker does the same by itself."""

from tempfile import TemporaryFile

from celery import shared_task
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from portal import clock, files, jobs
from portal.exports import AUDIT_SHEET
from portal.filters.audit import AuditFilter, filter_words
from portal.models import AuditEvent
from portal.operations import news
from portal.operations.audit import note_audit_export
from portal.workbooks import XLSX, write_workbook


@shared_task(name="portal.sweep")
def sweep():
    """Ring for jobs whose time has come, that nobody came for, or whose worker fell silent."""
    jobs.sweep(timezone.now())


@shared_task(name="portal.tick")
def tick():
    """Run the schedules that are due; two beats make a tick happen once."""
    jobs.tick(timezone.now())


@shared_task(name="portal.sweep_files")
def sweep_files(*, job_id):
    """Take away files nobody knows and halves of files."""
    with jobs.running(job_id) as job:
        removed = files.sweep(timezone.now())
        job.finish(f"移除 {removed} 个无主文件。")


@shared_task(name="portal.run_clock")
def run_clock(*, job_id):
    """Do what falls due today; what failed is named, and the whole tried again."""
    with jobs.running(job_id) as job:
        at = timezone.now()
        row = clock.run(timezone.localdate(at), at)
        if row.failures:
            raise RuntimeError("；".join(row.failures))
        job.finish(f"办理 {sum(row.counts.values())} 项到期事项。")


@shared_task(name="portal.send_news")
def send_news(*, job_id):
    """Send what is due, a person and a channel at a time."""
    with jobs.running(job_id) as job:
        news.give_up_silent(timezone.now())
        groups = news.due_groups(timezone.now())
        sent = 0
        for done, ((channel, user_id, _), ids) in enumerate(groups.items(), 1):
            sent += news.send_group(channel, user_id, ids, timezone.now())
            job.progress(done, len(groups))
        job.finish(f"发出 {sent} 条消息。")


@shared_task(name="portal.export_audit")
def export_audit(*, job_id):
    """Write the audit log as filtered, if the requester may still read it, and note that."""
    with jobs.running(job_id) as job, TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        at, user = timezone.now(), job.requested_by
        filterset = audit_filter(user, job.payload["query"])
        total = filterset.qs.count()
        rows = write_audit(file, filterset, user, at, lambda done: job.progress(done, total))
        job.keep("审计记录.xlsx", file, XLSX)
        with job.effects():
            note_audit_export(job.job, filter_words(filterset), rows, actor=user, at=at)
            job.finish(f"共 {rows} 行，可以下载。")


def audit_filter(user, query):
    """The lines a query string asks for, of those this person may read now."""
    visible = AuditEvent.objects.visible_to(user).order_by("-pk")
    return AuditFilter(QueryDict(query), queryset=visible)


def write_audit(file, filterset, user, at, progress):
    """The workbook of the audit log; returns how many lines it has."""
    return write_workbook(
        file,
        sheet="审计记录",
        title=f"{settings.COMMISSION_NAME}审计记录",
        columns=AUDIT_SHEET,
        rows=filterset.qs.iterator(chunk_size=1000),
        facts=[("筛选", filter_words(filterset))],
        exporter=f"{user.name}（{user.get_role_display()}）",
        at=at,
        progress=progress,
    )
