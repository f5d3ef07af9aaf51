"""Background work of this floor: bodies without opinions, one operation each."""

from tempfile import TemporaryFile

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date

from evaluations.models import Evidence, SelfCheckRound
from evaluations.operations.calls import remind
from evaluations.operations.deriving import derive_evidence, join_look_alikes
from evaluations.operations.printing import attach_pdf, receipt_pdf, receipt_to_print
from evaluations.operations.review_sheets import note_review_sheets
from evaluations.operations.sheets_out import note_sheet
from evaluations.self_check_sheets import sheet_of_job
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.review_data import review_rows
from portal import jobs
from portal.workbooks import XLSX


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


@shared_task(name="evaluations.print_receipt")
def print_receipt(*, job_id):
    """Print a receipt and put it where its readers find it."""
    with jobs.running(job_id) as job:
        receipt = receipt_to_print(job.payload["receipt"])
        if receipt:
            pdf = receipt_pdf(receipt)
            stored = job.keep(f"自查回执 {receipt.number}.pdf", pdf, "application/pdf")
            with job.effects():
                stored.save()
                attach_pdf(receipt, stored)
                job.finish("可以下载或打印。", receipt.get_absolute_url())


@shared_task(name="evaluations.remind_round")
def remind_round(*, job_id):
    """Remind those who have not handed in, and their officers."""
    with jobs.running(job_id) as job:
        round = SelfCheckRound.objects.select_related("region").get(pk=job.payload["round"])
        if not round.closed_at:
            with job.effects():
                told = remind(round, parse_date(job.payload["day"]), at=timezone.now())
                job.finish(f"已发出 {told} 条提醒。")


@shared_task(name="evaluations.export_self_checks")
def export_self_checks(*, job_id):
    """Write a list the requester may see now, which may be less than when they asked."""
    with jobs.running(job_id) as job, TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        sheet = sheet_of_job(job)
        total = sheet.count()
        job.progress(0, total)
        rows = sheet.write(file, progress=lambda done: job.progress(done, total))
        job.keep(sheet.file_name, file, XLSX)
        with job.effects():
            note_sheet(sheet.title, sheet.words(), rows, actor=job.requested_by, at=timezone.now())
            job.finish(f"共 {rows} 行，可以下载。")


@shared_task(name="evaluations.export_review_sheets")
def export_review_sheets(*, job_id):
    """Write the review sheets of what the requester may see now of a round."""
    with jobs.running(job_id) as job, TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        round, rows = review_rows(job.requested_by, job.payload["round"])
        total, at = rows.count(), timezone.now()
        job.progress(0, total)
        write_review_book(
            file,
            rows,
            round=round,
            author=job.requested_by.name,
            at=at,
            progress=lambda done: job.progress(done, total),
        )
        job.keep(f"{round} 评审表.xlsx", file, XLSX)
        with job.effects():
            note_review_sheets(round, total, actor=job.requested_by, at=at)
            job.finish(f"共 {total} 个单位，可以下载。")
