"""What an application is printed as: the receipt, and 推荐审批表 to be stamped."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import files
from portal.gate import roles_only
from portal.views.files import HEADERS
from units.access import clerk_of_unit
from units.approval_docx import approval_docx
from units.approval_form import approval_form, is_draft
from units.materials import stamped_of
from units.models import Application, Submission
from units.operations.application_files import may_add_scan
from units.operations.application_prints import approval_pdf
from units.submissions import digest
from units.views.applications import READERS, fetch

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fetch_receipt(request, code):
    """A submission in sight, or 404."""
    rows = Submission.objects.visible_to(request.user).select_related(
        "application__batch__region",
        "application__batch__kind",
        "application__unit",
        "submitted_by",
        "pdf",
    )
    return get_object_or_404(rows, code=code)


@require_safe
@roles_only(*READERS)
def receipt(request, code):
    """回执: what was handed in when, and the digest that proves it."""
    made = fetch_receipt(request, code)
    obj = made.application
    newest = obj.receipt_no == made.receipt_no and obj.state not in Application.OPEN
    stands = newest and obj.state != Application.State.WITHDRAWN
    own = clerk_of_unit(request.user, obj)
    context = {
        "made": made,
        "application": obj,
        "content": made.content,
        "sound": digest(made.content) == made.sha256,
        "stands": stands,
        "may_add_scan": stands and own and may_add_scan(request.user, obj),
        "scans": stamped_of(obj).count,
        "title": "申报回执",
        "section": "applications",
        "trail": ((str(obj), obj.get_absolute_url()),),
    }
    return render(request, "units/receipt.html", context)


@require_safe
@roles_only(*READERS)
def receipt_pdf(request, code):
    """The receipt to keep; until it is printed, back to its page."""
    made = fetch_receipt(request, code)
    if made.pdf is None:
        messages.error(request, "回执的 PDF 还在生成，通常几秒钟，请稍后再下载。")
        return redirect(made)
    return FileResponse(
        open(files.path_of(made.pdf.sha256), "rb"),
        as_attachment=True,
        filename=made.pdf.name,
        content_type=made.pdf.media_type,
        headers=HEADERS,
    )


@require_safe
@roles_only(*READERS)
def form_pdf(request, pk):
    """推荐审批表 as PDF."""
    form = _form(request, pk)
    return _download(approval_pdf(form), f"{form.file_name}.pdf", "application/pdf")


@require_safe
@roles_only(*READERS)
def form_docx(request, pk):
    """推荐审批表 as a Word document."""
    form = _form(request, pk)
    return _download(approval_docx(form), f"{form.file_name}.docx", DOCX)


def _form(request, pk):
    """For the unit itself while it writes, the draft; for everybody else what was handed in."""
    obj = fetch(request, pk)
    own = clerk_of_unit(request.user, obj)
    today = timezone.localdate(request.arrived_at)
    return approval_form(obj, draft=own and is_draft(obj), on=today)


def _download(content, name, media_type):
    response = HttpResponse(content, content_type=media_type, headers=HEADERS)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
