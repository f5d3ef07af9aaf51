"""Background work of the first floor; each body only calls what others decide."""

from tempfile import TemporaryFile

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal import jobs
from units.operations.export import note_export
from units.sheets import XLSX, export_of_job


@shared_task(name="units.export_register")
def export_register(*, job_id):
    """Write a list the requester may see now, which may be less than when they asked."""
    with jobs.running(job_id) as job, TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        export, at = export_of_job(job), timezone.now()
        total = export.count()
        job.progress(0, total)
        rows = export.write(file, at=at, progress=lambda done: job.progress(done, total))
        job.keep(export.file_name, file, XLSX)
        with job.effects():
            note_export(export.title, export.words(), rows, actor=job.requested_by, at=at)
            job.finish(f"共 {rows} 行，可以下载。")
