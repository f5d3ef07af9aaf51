"""A list as PDF: at once where it is short, in the background where it is not."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header

from portal.views.files import HEADERS
from units.operations.printing import ask_print, note_print
from units.prints import AT_ONCE, KINDS, pdf_bytes


def answer_print(request, kind, pk):
    """The PDF, or the page of the job that sets it."""
    found, at = KINDS[kind].find(request.user, pk), timezone.now()
    if found is None:
        raise Http404
    count = found.count()
    if count > AT_ONCE:
        job = ask_print(kind, pk, found.title, actor=request.user, at=at)
        messages.success(request, "名单较长，正在后台排版，完成后会有消息提醒。")
        return redirect(job)
    content = pdf_bytes(found, at)
    note_print(found.title, count, actor=request.user, at=at)
    response = HttpResponse(content, content_type="application/pdf", headers=HEADERS)
    name = f"{found.title}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
