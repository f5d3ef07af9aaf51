"""What Celery beat sends in the server deployment; the embedded worker does the same by itself."""

from celery import shared_task
from django.utils import timezone

from portal import files, jobs


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
