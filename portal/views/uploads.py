"""Large files in pieces, whatever for: announced, sent, finished; each answer says how far."""

import re
from dataclasses import dataclass
from types import ModuleType

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from portal import pieces
from portal.errors import Refused

DIGEST = re.compile(r"[0-9a-fA-F]{64}")
NO_SIZE = "没有说明文件的大小，没有开始上传。请重新选择文件。"


@dataclass(frozen=True)
class Sending:
    """How an app's large files come in. Its views find the rows, its operations keep the files.

    `made` is the column that names what became of a finished upload.
    """

    act: ModuleType  # start_upload, append_piece, finish_upload, drop_upload
    address: str  # of one upload
    made: str

    def start(self, request, *place):
        """Announce a file for a place."""
        size = request.POST.get("size", "")
        if not size.isdecimal() or len(size) > 15:
            return _refused(NO_SIZE)
        told = {
            "key": request.POST.get("key", "").replace("\0", "")[:64],
            "name": request.POST.get("name", "")[:1000],
            "size": int(size),
        }
        try:
            found = self.act.start_upload(*place, **told, actor=request.user, at=timezone.now())
        except Refused as refusal:
            return _refused(refusal)
        return self._standing(found)

    def go_on(self, request, found):
        """GET says how far it is, PUT brings the next piece, DELETE forgets it."""
        if request.method == "PUT":
            return self._put(request, found)
        if request.method == "DELETE":
            self.act.drop_upload(found)
            return HttpResponse(status=204)
        return self._standing(found)

    def _put(self, request, found):
        offset = request.headers.get("Upload-Offset", "")
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if not offset.isdecimal() or not length.isdecimal():
            return _refused(NO_SIZE, offset=pieces.received(found))
        try:
            self.act.append_piece(found, request, offset=int(offset[:15]), length=int(length))
        except pieces.Misplaced as misplaced:
            return _refused(misplaced, offset=misplaced.offset)
        except Refused as refusal:
            return _refused(refusal)
        return self._standing(found)

    def finish(self, request, found):
        """All is there: have it examined and kept. The answer to a refusal, None if it is kept."""
        sha256 = request.POST.get("sha256", "")
        if sha256 and not DIGEST.fullmatch(sha256):
            return _refused(pieces.CHANGED.format(found.name))
        try:
            self.act.finish_upload(found, sha256=sha256, actor=request.user, at=timezone.now())
        except pieces.Misplaced as misplaced:
            return _refused(misplaced, offset=misplaced.offset)
        except Refused as refusal:
            return _refused(refusal, over=not type(found).objects.filter(pk=found.pk).exists())
        return None

    def _standing(self, found):
        return JsonResponse(
            {
                "url": reverse(self.address, args=[found.code]),
                "offset": pieces.received(found),
                "size": found.size,
                "piece": pieces.PIECE,
                "done": bool(getattr(found, f"{self.made}_id")),
            }
        )


def _refused(refusal, **more):
    return JsonResponse({"detail": str(refusal), **more}, status=409)
