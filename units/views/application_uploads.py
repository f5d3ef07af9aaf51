"""Large files of an application in pieces: announced, sent, finished; each answer says how far."""

import re

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal import pieces
from portal.errors import Refused
from portal.gate import roles_only
from units.models import ApplicationUpload
from units.operations import application_files as act
from units.views.application_files import FILLERS, fetch_material, told

DIGEST = re.compile(r"[0-9a-fA-F]{64}")
NO_SIZE = "没有说明文件的大小，没有开始上传。请重新选择文件。"


def standing(upload):
    """How far an upload is."""
    said = {
        "url": reverse("units:application-upload", args=[upload.code]),
        "offset": pieces.received(upload),
        "size": upload.size,
    }
    return JsonResponse({**said, "piece": pieces.PIECE, "done": bool(upload.made_id)})


def refused(refusal, **more):
    return JsonResponse({"detail": str(refusal), **more}, status=409)


@require_POST
@roles_only(*FILLERS)
def start(request, pk, requirement=None):
    """Announce a file."""
    obj, material = fetch_material(request, pk, requirement)
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > 15:
        return refused(NO_SIZE)
    try:
        made = act.start_upload(
            obj,
            material.requirement,
            key=request.POST.get("key", "").replace("\0", "")[:64],
            name=request.POST.get("name", "")[:1000],
            size=int(size),
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return refused(refusal)
    return standing(made)


def fetch(request, code):
    """An upload of one's own, or 404."""
    rows = ApplicationUpload.objects.visible_to(request.user)
    rows = rows.select_related("application__unit", "requirement")
    return get_object_or_404(rows, code=code)


@require_http_methods(["GET", "PUT", "DELETE"])
@roles_only(*FILLERS)
def upload(request, code):
    """GET says how far it is, PUT brings the next piece, DELETE forgets it."""
    found = fetch(request, code)
    if request.method == "PUT":
        return _put(request, found)
    if request.method == "DELETE":
        act.drop_upload(found)
        return HttpResponse(status=204)
    return standing(found)


def _put(request, found):
    offset, length = request.headers.get("Upload-Offset", ""), request.META.get("CONTENT_LENGTH")
    if not offset.isdecimal() or not str(length or "").isdecimal():
        return refused(NO_SIZE, offset=pieces.received(found))
    try:
        act.append_piece(found, request, offset=int(offset[:15]), length=int(length))
    except pieces.Misplaced as misplaced:
        return refused(misplaced, offset=misplaced.offset)
    except Refused as refusal:
        return refused(refusal)
    return standing(found)


@require_POST
@roles_only(*FILLERS)
def finish(request, code):
    """All is there: examine it and keep it."""
    found = fetch(request, code)
    sha256 = request.POST.get("sha256", "")
    if sha256 and not DIGEST.fullmatch(sha256):
        return refused(pieces.CHANGED.format(found.name))
    try:
        act.finish_upload(found, sha256=sha256, actor=request.user, at=timezone.now())
    except pieces.Misplaced as misplaced:
        return refused(misplaced, offset=misplaced.offset)
    except Refused as refusal:
        return refused(refusal, over=not ApplicationUpload.objects.filter(pk=found.pk).exists())
    material = fetch_material(request, found.application_id, found.requirement_id)[1]
    return told(request, material)
