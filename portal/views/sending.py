"""Bytes of a file on their way out: never kept by the browser, never run, in parts if asked."""

import re

from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from portal import files
from portal.views.files import HEADERS

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$")


def send(request, path, *, name, media_type, attachment=False):
    """A file as an attachment or in the page; of a video only the part that is asked for."""
    size = path.stat().st_size
    asked = request.headers.get("Range", "")
    bounds = _bounds(asked, size) if asked else None
    heads = {**HEADERS, "Accept-Ranges": "bytes"}
    if asked and bounds is None:
        return HttpResponse(status=416, headers={**heads, "Content-Range": f"bytes */{size}"})
    first, last = bounds or (0, size - 1)
    body = Part(path, first, last - first + 1)
    response = FileResponse(body, content_type=media_type, headers=heads)
    response.headers["Content-Disposition"] = content_disposition_header(attachment, name)
    response.headers["Content-Length"] = str(last - first + 1)
    if bounds:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def send_stored(stored):
    """A stored file as an attachment, once the caller has looked who asks; 404 if it is gone."""
    place = files.path_of(stored.sha256)
    if not place.exists():
        raise Http404
    return FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
        headers=HEADERS,
    )


def send_bytes(content, *, name, media_type="image/jpeg"):
    """A picture that was made for this answer."""
    response = HttpResponse(content, content_type=media_type, headers=HEADERS)
    response.headers["Content-Disposition"] = content_disposition_header(False, name)
    return response


def _bounds(asked, size):
    """(first, last) byte of a single range within the file, or None."""
    found = RANGE.match(asked.strip())
    if not found or not any(found.groups()):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end) if end else size - 1, size - 1)
    return (first, last) if first <= last else None


class Part:
    """A stretch of a file, as FileResponse reads it and closes it."""

    def __init__(self, path, first, length):
        self.file, self.left = path.open("rb"), length
        self.file.seek(first)

    def read(self, size=-1):
        """The next bytes of the stretch."""
        wanted = self.left if size < 0 else min(size, self.left)
        got = self.file.read(wanted)
        self.left -= len(got)
        return got

    def close(self):
        self.file.close()
