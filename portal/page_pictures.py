"""Pages of PDFs as pictures, drawn when first asked for and kept for a week."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from portal import files
from portal.intake import asking

WIDTH = 1400
WEEK = 7 * 24 * 3600


def page_picture(sha256, number, title):
    """Where the picture of this page of a stored PDF lies; Refused if it can't be drawn."""
    place = files.folder("pages") / sha256 / f"{number}.jpg"
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            source = files.path_of(sha256)
            made = asking.page(source, number, WIDTH, title, folder)
            half = place.with_name(f"{number}.{os.getpid()}.half")
            half.write_bytes(Path(made).read_bytes())
            os.replace(half, place)
    return place


def sweep_pages(at):
    """Forget pictures nobody asked for lately; they are drawn again when wanted. Says how many."""
    old = at.timestamp() - WEEK
    stale = [path for path in files.folder("pages").glob("*/*") if path.stat().st_mtime < old]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
