"""Background work of the first floor; each body only calls what others decide."""

from tempfile import TemporaryFile

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal import jobs
from portal.errors import Refused
from portal.workbooks import XLSX
from units.models import ApplicationFile, ImportJob
from units.operations import imports
from units.operations.application_prints import attach_receipt, receipt_pdf, receipt_to_print
from units.operations.deriving import derive_file
from units.operations.export import note_export
from units.operations.import_apply import apply_import as apply_list
from units.operations.notices import attach_pdf, notice_pdf, notice_to_print
from units.operations.printing import note_print
from units.prints import KINDS, pdf_bytes
from units.sheets import export_of_job

PDF = "application/pdf"


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


@shared_task(name="units.print_list")
def print_list(*, job_id):
    """Set a long list that the requester may see now."""
    with jobs.running(job_id) as job:
        found = KINDS[job.payload["kind"]].find(job.requested_by, job.payload["pk"])
        if found is None:
            raise Refused("这份名单已不在您能看到的范围内，没有打印。")
        count, at = found.count(), timezone.now()
        job.progress(0, count)
        job.keep(f"{found.title}.pdf", pdf_bytes(found, at), PDF)
        with job.effects():
            note_print(found.title, count, actor=job.requested_by, at=at)
            job.finish(f"共 {count} 行，可以下载。")


@shared_task(name="units.check_import")
def check_import(*, job_id):
    """Compare a long list with the register; the verdicts are kept all together."""
    with jobs.running(job_id) as job:
        listed = ImportJob.objects.get(pk=job.payload["import"])
        person = {"actor": job.requested_by, "at": timezone.now()}
        found = imports.find(listed, progress=job.progress, **person)
        with job.effects():
            imports.keep_findings(listed, *found)
            job.finish("核对完成，请查看结果。", listed.get_absolute_url())


@shared_task(name="units.apply_import")
def apply_import(*, job_id):
    """Write a long list into the register, all of it or nothing."""
    with jobs.running(job_id) as job:
        listed = ImportJob.objects.get(pk=job.payload["import"])
        with job.effects():
            apply_list(listed, actor=job.requested_by, at=timezone.now())
            job.finish("已写入名册。", listed.get_absolute_url())


@shared_task(name="units.derive_application_file")
def derive_application_file(*, job_id):
    """Make the viewing copy and thumbnail of a file of an application."""
    with jobs.running(job_id) as job:
        rows = ApplicationFile.objects.select_related("file", "added_by")
        made = rows.filter(pk=job.payload["file"], derived_at=None).first()
        if made:
            derive_file(made, at=timezone.now())


@shared_task(name="units.print_receipt")
def print_receipt(*, job_id):
    """Print the receipt of an application and put it where its readers find it."""
    with jobs.running(job_id) as job:
        made = receipt_to_print(job.payload["submission"])
        if made:
            stored = job.keep(f"申报回执 {made.receipt_no}.pdf", receipt_pdf(made), PDF)
            with job.effects():
                stored.save()
                attach_receipt(made, stored)
                job.finish("可以下载或打印。", made.get_absolute_url())


@shared_task(name="units.print_notice")
def print_notice(*, job_id):
    """Print a published notice and put it where everybody finds it."""
    with jobs.running(job_id) as job:
        notice = notice_to_print(job.payload["notice"])
        if notice:
            stored = job.keep(f"{notice.title}.pdf", notice_pdf(notice), PDF)
            with job.effects():
                stored.save()
                attach_pdf(notice, stored)
                job.finish("公示已可下载打印。", notice.get_absolute_url())
