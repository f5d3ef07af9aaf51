"""Large files in pieces: announced, sent, finished; each answer says how far it is."""

import re

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.models import Upload
from evaluations.operations import uploads as act
from evaluations.views.item_evidence import FILLERS, fetch_item, told
from portal import pieces
from portal.errors import Refused
from portal.gate import roles_only

DIGEST = re.compile(r"[0-9a-fA-F]{64}")
NO_SIZE = "没有说明文件的大小，没有开始上传。请重新选择文件。"


def fetch(request, code):
    """An upload of one's own, or 404."""
    rows = Upload.objects.visible_to(request.user)
    rows = rows.select_related("check_form__round__region", "check_form__edition", "indicator")
    return get_object_or_404(rows.select_related("check_form__unit__region"), code=code)


def standing(upload, status=200, **more):
    """How far an upload is."""
    said = {
        "url": reverse("evaluations:upload", args=[upload.code]),
        "offset": pieces.received(upload),
        "size": upload.size,
    }
    return JsonResponse(
        {**said, "piece": pieces.PIECE, "done": bool(upload.evidence_id), **more}, status=status
    )


def refused(refusal, **more):
    return JsonResponse({"detail": str(refusal), **more}, status=409)


@require_POST
@roles_only(*FILLERS)
def upload_start(request, pk, indicator):
    """Announce a file for an item."""
    check, indicator = fetch_item(request, pk, indicator)
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > 15:
        return refused(NO_SIZE)
    try:
        upload = act.start_upload(
            check,
            indicator,
            key=request.POST.get("key", "").replace("\0", "")[:64],
            name=request.POST.get("name", "")[:1000],
            size=int(size),
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return refused(refusal)
    return standing(upload)


@require_http_methods(["GET", "PUT", "DELETE"])
@roles_only(*FILLERS)
def upload(request, code):
    """GET says how far it is, PUT brings the next piece, DELETE forgets it."""
    upload = fetch(request, code)
    if request.method == "PUT":
        return _put(request, upload)
    if request.method == "DELETE":
        act.drop_upload(upload)
        return HttpResponse(status=204)
    return standing(upload)


def _put(request, upload):
    offset, length = request.headers.get("Upload-Offset", ""), request.META.get("CONTENT_LENGTH")
    if not offset.isdecimal() or not str(length or "").isdecimal():
        return refused(NO_SIZE, offset=pieces.received(upload))
    try:
        act.append_piece(upload, request, offset=int(offset[:15]), length=int(length))
    except pieces.Misplaced as misplaced:
        return refused(misplaced, offset=misplaced.offset)
    except Refused as refusal:
        return refused(refusal)
    return standing(upload)


@require_POST
@roles_only(*FILLERS)
def upload_finish(request, code):
    """All is there: examine it and put it under the item."""
    upload = fetch(request, code)
    sha256 = request.POST.get("sha256", "")
    if sha256 and not DIGEST.fullmatch(sha256):
        return refused(pieces.CHANGED.format(upload.name))
    try:
        act.finish_upload(upload, sha256=sha256, actor=request.user, at=timezone.now())
    except pieces.Misplaced as misplaced:
        return refused(misplaced, offset=misplaced.offset)
    except Refused as refusal:
        return refused(refusal, over=not Upload.objects.filter(pk=upload.pk).exists())
    return told(request, upload.check_form, upload.indicator)
