"""Large files in pieces: start → pieces at their offset → finish. A lost line costs nothing.

How much has arrived is the length of the partial file; no row is written for a piece. What is
done with a whole file is the business of the app whose table the upload is of.
"""

import fcntl
import hashlib
import os
from contextlib import contextmanager

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


def refuse_empty(name, size):
    """A file of no bytes is nobody's file."""
    if size < 1:
        raise Refused(f"“{name}”是空文件（0 字节），没有保存这个文件。请重新选择文件。")


def part_of(upload):
    """Where the pieces of an upload gather."""
    return files.folder(upload.PLACE) / upload.code


def received(upload):
    """How many bytes have arrived."""
    try:
        return part_of(upload).stat().st_size
    except FileNotFoundError:
        return 0


def append_piece(upload, stream, *, offset, length):
    """Write a piece at its place; what arrived before the line broke stays. Returns the length."""
    if length > PIECE or offset + length > upload.size:
        raise Misplaced(received(upload))
    files.check_reserve()
    with held(upload) as part:
        if part.tell() != offset:
            raise Misplaced(part.tell())
        _pour(stream, part, length)
        return part.tell()


@contextmanager
def held(upload):
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


def refuse_unfinished(upload, part):
    """Go on sending, where not all of it is there yet; what is there is put down safely."""
    if part.tell() != upload.size:
        raise Misplaced(part.tell())
    os.fsync(part.fileno())


def digest_of(upload, sha256):
    """The digest of what has arrived; Refused where it isn't that of what was sent."""
    with open(part_of(upload), "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if sha256 and found != sha256.lower():
        raise Refused(CHANGED.format(upload.name))
    return found


def forget(upload):
    """Take away what has arrived of it."""
    part_of(upload).unlink(missing_ok=True)


def silent_since(upload, moment):
    """Has nothing arrived of it since then?"""
    part = part_of(upload)
    return not part.exists() or part.stat().st_mtime < moment.timestamp()


def sweep_lost(model, moment):
    """Take away pieces without a row of that table, untouched since then; say how many."""
    known = set(model.objects.values_list("code", flat=True))
    lost = [path for path in files.folder(model.PLACE).iterdir() if path.name not in known]
    lost = [path for path in lost if path.stat().st_mtime < moment.timestamp()]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
