"""What is made from a file after it came in: viewing copy, thumbnail, and its look-alikes."""

import tempfile

from django.conf import settings
from django.db import transaction

from evaluations.models import Evidence, PictureKey
from evaluations.rules import picture_likeness as likeness
from portal import files
from portal.errors import Refused
from portal.intake import asking

JPEG = "image/jpeg"


ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
}


def derive_evidence(evidence, *, at):
    """Make and keep what pages show of a file; one that can't be shown is marked as seen to."""
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = files.path_of(evidence.sha256)
        try:
            made = asking.derive(path, ending_of(evidence), evidence.title, folder)
        except Refused:
            made = {}
        stored = {name: _prepared(evidence, name, made, at) for name in ("viewing", "thumbnail")}
    marks = {name: made.get(name, "") for name in ("picture_hash", "picture_tones")}
    keep_derived(evidence, stored, marks, at=at)


def ending_of(evidence):
    """How files of this kind end, whatever this one is called."""
    return ENDINGS.get(evidence.file.media_type, ".docx")


def _prepared(evidence, name, made, at):
    """A derived picture put on disk, its row unsaved; None where there is none to make."""
    if name not in made:
        return None
    return files.prepare(
        made[name],
        name=f"{evidence.title}.{name}.jpg",
        media_type=JPEG,
        owner=evidence.uploaded_by,
        at=at,
    )


@transaction.atomic
def keep_derived(evidence, stored, marks, *, at):
    """Write down what was made. No audit line: nobody did anything."""
    held = Evidence.objects.select_for_update().filter(pk=evidence.pk, derived_at=None).first()
    if held is None:
        return
    for each in filter(None, stored.values()):
        each.save()
    Evidence.objects.filter(pk=held.pk).update(derived_at=at, **marks, **stored)
    PictureKey.objects.bulk_create(
        PictureKey(evidence=held, key=key) for key in likeness.keys_of(marks["picture_hash"])
    )
    for name, value in marks.items():
        setattr(evidence, name, value)


@transaction.atomic
def join_look_alikes(evidence):
    """Put a picture into the group of those it looks like; groups that meet become one.

    Asked after the hash is committed: of two pictures at once, one at least sees the other.
    """
    near = look_alikes_of(evidence)
    if not near:
        return
    groups = {each.look_group for each in near if each.look_group} | {evidence.look_group or 0}
    group = min([each for each in groups if each] or [min(each.pk for each in near)])
    merged = Evidence.objects.filter(look_group__in=groups - {0, group})
    merged.update(look_group=group)
    Evidence.objects.filter(pk__in=[evidence.pk, *(each.pk for each in near)]).update(
        look_group=group
    )


def look_alikes_of(evidence, within=None):
    """The same file, and pictures whose hash is near, of those in `within`, where given."""
    rows = Evidence.objects.all() if within is None else within
    same = Evidence.objects.filter(sha256=evidence.sha256).values_list("pk", flat=True)
    found = {*same, *_near(evidence)} - {evidence.pk}
    return list(rows.filter(pk__in=found)) if found else []


def _near(evidence):
    """Keys of pictures that look like this one; two plain index lookups beat one clever query."""
    if not evidence.picture_hash:
        return []
    met = PictureKey.objects.filter(key__in=likeness.near_keys(evidence.picture_hash))
    found = met.values_list("evidence", "evidence__picture_hash", "evidence__picture_tones")
    return [
        pk
        for pk, picture_hash, tones in found
        if likeness.is_near(picture_hash, evidence.picture_hash)
        and likeness.tones_agree(tones, evidence.picture_tones)
    ]
