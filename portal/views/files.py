"""Files go out through here only, each time after a look at who asks."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal import files
from portal.gate import roles_only
from portal.models import StoredFile
from portal.views.jobs import EVERYONE

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Content-Encoding": "identity",  # keeps the compressor off: the length stays true
}


@require_safe
@roles_only(*EVERYONE)
def file(request, code):
    """One file as an attachment, streamed."""
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), code=code)
    return FileResponse(
        open(files.path_of(stored.sha256), "rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
        headers=HEADERS,
    )
