"""File intake: name cleaned, hashed, fsynced, stored once under its content, swept if orphaned."""

import fcntl
import hashlib
import os
import re
import shutil
import unicodedata
import uuid
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from django.conf import settings

from portal.errors import Refused
from portal.models import StoredFile

CHUNK = 1024 * 1024
LOOK_EVERY = 8 * CHUNK  # how much is written between two looks at the free space
LONGEST = 120
DAY = 24 * 3600
FULL = "服务器磁盘空间不足，文件没有保存。请联系系统管理员清理磁盘后再试。"
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, bidi, surrogates, unassigned
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def keep(content, *, name, media_type, owner, at):
    """Store bytes, a path or a stream and its row. Call it before the transaction of the act."""
    stored = prepare(content, name=name, media_type=media_type, owner=owner, at=at)
    stored.save()
    return stored


def prepare(content, *, name, media_type, owner, at):
    """Put the content safely on disk; the row is returned unsaved, for the act's transaction."""
    sha256, size = put(content)
    return StoredFile(
        name=clean_name(name),
        media_type=media_type,
        size=size,
        sha256=sha256,
        owner=owner,
        created_at=at,
    )


def put(content):
    """Write the content to its place and return (SHA-256, size). A half file is never left."""
    part = folder("tmp") / f"{uuid.uuid4().hex}.part"
    try:
        with reading(content) as source:
            sha256, size = copy(source, part)
        settle(part, path_of(sha256))
    except OSError as error:
        raise Refused(FULL) from error
    finally:
        part.unlink(missing_ok=True)
    return sha256, size


@contextmanager
def reading(content):
    """A binary stream over bytes, a path, or what is one already."""
    if isinstance(content, bytes):
        content = BytesIO(content)
    if isinstance(content, (str, Path)):
        with open(content, "rb") as stream:
            yield stream
    else:
        content.seek(0)
        yield content


def copy(source, part):
    """Copy to a new file, hashing on the way, down to the platter."""
    digest, size = hashlib.sha256(), 0
    with open(part, "xb") as target:
        while chunk := source.read(CHUNK):
            if size % LOOK_EVERY == 0:
                check_reserve()
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def check_reserve():
    """Refuse while the disk's free space is below what the portal itself needs to go on."""
    disk = shutil.disk_usage(settings.MEDIA_ROOT)
    floor = min(settings.FILE_RESERVE_BYTES, disk.total * settings.FILE_RESERVE_SHARE)
    if disk.free < floor:
        raise Refused(FULL)


def settle(part, place):
    """Give a finished file its place; equal content is stored once and counts as fresh again."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with placing(fcntl.LOCK_SH):
        if place.exists():
            os.utime(place)
        else:
            os.replace(part, place)
            sync_folder(place.parent)


def sync_folder(path):
    """Make a rename survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def placing(mode):
    """Keeps the sweeper from taking away what is being put down."""
    with open(folder("tmp") / "lock", "ab") as lock:
        fcntl.flock(lock, mode)
        yield


def folder(name):
    path = Path(settings.MEDIA_ROOT) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(sha256):
    """Where content with this digest lies."""
    return Path(settings.MEDIA_ROOT) / "by-content" / sha256[:2] / sha256[2:4] / sha256


def clean_name(name):
    """A file name fit to be shown and sent: no path, nothing invisible, at most 120 characters."""
    text = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(each for each in text if unicodedata.category(each) not in HIDDEN)
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    if RESERVED.match(text):
        text = f"_{text}"
    return shortened(text) or "未命名"


def shortened(text):
    """Cut from the stem, so that the extension stays."""
    stem, dot, extension = text.rpartition(".")
    if len(text) <= LONGEST:
        return text
    if not dot or len(extension) > 10:
        return text[:LONGEST].rstrip(" .")
    return stem[: LONGEST - len(extension) - 1].rstrip(" .") + dot + extension


def sweep(at):
    """Remove half files and files without a row, both older than a day; say how many."""
    old = at.timestamp() - DAY
    parts = [path for path in folder("tmp").glob("*.part") if path.stat().st_mtime < old]
    for path in parts:
        path.unlink(missing_ok=True)
    stored = folder("by-content").glob("*/*/*")
    return len(parts) + sum(sweep_one(path, old) for path in stored)


def sweep_one(path, old):
    """Remove one stored file if nobody has known it for a day."""
    if path.stat().st_mtime >= old or StoredFile.objects.filter(sha256=path.name).exists():
        return False
    with placing(fcntl.LOCK_EX):
        if path.stat().st_mtime >= old:
            return False
        path.unlink()
    return True
