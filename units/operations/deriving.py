"""What is made from a file after it came in: viewing copy and thumbnail."""

import tempfile

from django.conf import settings
from django.db import transaction

from portal import files
from portal.errors import Refused
from portal.intake import asking
from units.models import ApplicationFile

ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
}
NAMES = ("viewing", "thumbnail")


def derive_file(made, *, at):
    """Make and keep what pages show of a file; one that can't be shown is marked as seen to."""
    stored = made.file
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        ending = ENDINGS.get(stored.media_type, ".docx")
        try:
            found = asking.derive(files.path_of(stored.sha256), ending, stored.name, folder)
        except Refused:
            found = {}
        kept = {name: _prepared(made, name, found[name], at) for name in NAMES if name in found}
    _keep(made, kept, at)


def _prepared(made, name, path, at):
    """A picture put on disk, its row unsaved."""
    title = f"{made.file.name}.{name}.jpg"
    return files.prepare(path, name=title, media_type="image/jpeg", owner=made.added_by, at=at)


@transaction.atomic
def _keep(made, kept, at):
    """Write down what was made. No audit line: nobody did anything."""
    rows = ApplicationFile.objects.select_for_update().filter(pk=made.pk, derived_at=None)
    if not rows.exists():
        return
    for each in kept.values():
        each.save()
    ApplicationFile.objects.filter(pk=made.pk).update(derived_at=at, **kept)
