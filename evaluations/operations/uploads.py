"""Large files in pieces: start → pieces at their offset → finish. A lost line costs nothing.

How much has arrived is the length of the partial file; no row is written for a piece.
"""

import fcntl
import hashlib
import os
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from evaluations.intake import receiving
from evaluations.intake.scanning import NotNow
from evaluations.models import AnswerEvidence, Upload
from evaluations.operations.answers import refuse_if_over
from evaluations.operations.citing import UNTOUCHED
from evaluations.operations.evidence import add_evidence, refuse_if_full, refuse_quota
from portal import files
from portal.errors import Refused

PIECE = 1024 * 1024
READ = 64 * 1024
CHANGED = "“{}”在上传途中有改变或没有传完整，没有保存。请重新选择文件。"


class Misplaced(Refused):
    """A piece that does not begin where the last one ended; `offset` is where it should."""

    def __init__(self, offset):
        super().__init__("上传的位置对不上，没有接收这一段，将从已收到的地方继续。")
        self.offset = offset


@transaction.atomic
def start_upload(check, indicator, *, key, name, size, actor, at):
    """Announce a file; the same key again gives the same upload."""
    known = Upload.objects.filter(created_by=actor, key=key).first()
    if known:
        return known
    name = files.clean_name(name)
    receiving.refuse_size(size, name)
    if size < 1:
        raise Refused(f"“{name}”是空文件（0 字节），没有保存这个文件。请重新选择文件。")
    refuse_if_over(check, actor, at, UNTOUCHED)
    refuse_if_full(check, indicator)
    refuse_quota(check.unit, size + on_the_way(check.unit))
    return Upload.objects.create(
        key=key,
        check_form=check,
        indicator=indicator,
        name=name,
        size=size,
        created_by=actor,
        created_at=at,
    )


def on_the_way(unit):
    """Bytes that were announced for a unit and have not been handed over."""
    pending = Upload.objects.pending().filter(check_form__unit=unit)
    return pending.aggregate(sum=Sum("size"))["sum"] or 0


def part_of(upload):
    """Where the pieces of an upload gather."""
    return files.folder("uploads") / upload.code


def received(upload):
    """How many bytes have arrived."""
    try:
        return part_of(upload).stat().st_size
    except FileNotFoundError:
        return 0


def append_piece(upload, stream, *, offset, length):
    """Write a piece at its place; what arrived before the line broke stays. Returns the length."""
    if upload.evidence_id or length > PIECE or offset + length > upload.size:
        raise Misplaced(received(upload))
    files.check_reserve()
    with _held(upload) as part:
        if part.tell() != offset:
            raise Misplaced(part.tell())
        _pour(stream, part, length)
        return part.tell()


@contextmanager
def _held(upload):
    """The partial file at its end, for one writer at a time."""
    try:
        with open(part_of(upload), "ab") as part:
            fcntl.flock(part, fcntl.LOCK_EX)
            part.seek(0, os.SEEK_END)
            yield part
    except OSError as error:
        raise Refused(files.FULL) from error


def _pour(stream, part, length):
    while length and (got := stream.read(min(READ, length))):
        part.write(got)
        length -= len(got)
    part.flush()


def finish_upload(upload, *, sha256, actor, at):
    """Examine the whole file and cite it; asked again, it gives what it gave the first time."""
    if upload.evidence_id:
        return _citation(upload)
    with _held(upload) as part:
        upload.refresh_from_db(fields=["evidence"])
        if upload.evidence_id:
            part_of(upload).unlink(missing_ok=True)  # opening it has made it anew
            return _citation(upload)
        if part.tell() != upload.size:
            raise Misplaced(part.tell())
        os.fsync(part.fileno())
        return _taken_in(upload, sha256, actor, at)


def _taken_in(upload, sha256, actor, at):
    part, name = part_of(upload), upload.name
    try:
        found = _digest(part)
        if sha256 and found != sha256.lower():
            raise Refused(CHANGED.format(name))
        received = receiving.settle(part, found, name=name, owner=actor, at=at)
        return _cited(upload, received, actor, at)
    except NotNow:
        raise
    except Refused:
        drop_upload(upload)
        raise


def _digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def _cited(upload, received, actor, at):
    citation = add_evidence(upload.check_form, upload.indicator, received, actor=actor, at=at)
    Upload.objects.filter(pk=upload.pk).update(evidence=citation.evidence)
    part_of(upload).unlink(missing_ok=True)
    return citation


def _citation(upload):
    rows = AnswerEvidence.objects.select_related("answer", "evidence")
    found = rows.filter(
        answer__check_form=upload.check_form_id,
        answer__indicator=upload.indicator_id,
        evidence=upload.evidence_id,
    ).first()
    if found is None:
        raise Refused(f"“{upload}”上传后已从本项移除，没有再次添加。")
    return found


@transaction.atomic
def drop_upload(upload):
    """Forget an upload and what has arrived of it. Nobody's act: nothing had been kept."""
    part_of(upload).unlink(missing_ok=True)
    Upload.objects.filter(pk=upload.pk).delete()


def sweep_uploads(at):
    """Forget uploads nobody went on with, and pieces without a row; say how many."""
    old = at - timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)
    silent = [each for each in Upload.objects.filter(created_at__lt=old) if _is_silent(each, old)]
    for each in silent:
        drop_upload(each)
    known = set(Upload.objects.values_list("code", flat=True))
    lost = [path for path in files.folder("uploads").iterdir() if path.name not in known]
    lost = [path for path in lost if path.stat().st_mtime < old.timestamp()]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(silent) + len(lost)


def _is_silent(upload, old):
    part = part_of(upload)
    return not part.exists() or part.stat().st_mtime < old.timestamp()
