"""The bytes of a piece of evidence: each fetch looks anew whether this person may see it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.access import may_take_original
from evaluations.models import Evidence
from portal import files, watermarks
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.page_pictures import page_picture
from portal.views.sending import send, send_bytes

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK, R.ASSESSOR)


def fetch(request, code):
    """A piece of evidence in sight, or 404."""
    visible = Evidence.objects.visible_to(request.user)
    rows = visible.select_related("unit__region", "file", "viewing", "thumbnail")
    return get_object_or_404(rows.select_related("accepted_by", "uploaded_by"), code=code)


@require_safe
@roles_only(*READERS)
def evidence_thumb(request, code):
    """The small picture in lists."""
    evidence = fetch(request, code)
    return _sent(request, evidence.thumbnail)


@require_safe
@roles_only(*READERS)
def evidence_view(request, code):
    """The viewing copy of a picture, or a video, in parts."""
    evidence = fetch(request, code)
    if evidence.kind == Evidence.Kind.VIDEO:
        return _sent(request, evidence.file)
    if evidence.viewing and watermarks.is_wanted():
        return send_bytes(_marked(request, evidence.viewing), name=evidence.viewing.name)
    return _sent(request, evidence.viewing)


@require_safe
@roles_only(*READERS)
def evidence_page(request, code, number):
    """One page of a PDF as a picture."""
    evidence = fetch(request, code)
    if evidence.kind != Evidence.Kind.PDF or not 1 <= number <= (evidence.pages or 0):
        raise Http404
    try:
        path = page_picture(evidence.sha256, number, evidence.title)
    except Refused as refusal:
        raise Http404 from refusal
    content = path.read_bytes()
    if watermarks.is_wanted():
        content = watermarks.marked(path, watermarks.words(request.user, timezone.now()))
    return send_bytes(content, name=f"{evidence.title}-{number}.jpg")


@require_safe
@roles_only(*READERS)
def evidence_file(request, code):
    """The original, as an attachment, for those who may have it."""
    evidence = fetch(request, code)
    if not may_take_original(request.user, evidence):
        raise Http404
    return _sent(request, evidence.file, attachment=True)


def _marked(request, stored):
    text = watermarks.words(request.user, timezone.now())
    return watermarks.marked(files.path_of(stored.sha256), text)


def _sent(request, stored, attachment=False):
    if stored is None:
        raise Http404
    return send(
        request,
        files.path_of(stored.sha256),
        name=stored.name,
        media_type=stored.media_type,
        attachment=attachment,
    )
