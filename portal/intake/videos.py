"""MP4: the boxes are walked to the last byte; there is a picture track and nothing is missing."""

import struct
from datetime import UTC, datetime, timedelta

from portal.errors import Refused
from portal.intake.kinds import NOTHING

BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"mfra", b"sidx"}
BOXES |= {b"styp", b"meta", b"pdin", b"udta", b"emsg", b"prft", b"ssix", b"beam"}
MOST_BOXES = 50_000
MOOV_LIMIT = 32 * 1024 * 1024
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


def look(path, kind, name, limits):
    """When a video was made; Refused if boxes are missing, unknown or cut off."""
    with open(path, "rb") as file:
        found = walk(file, name)
    if b"mdat" not in found or b"moov" not in found:
        raise broken(name)
    head = found[b"moov"]
    if b"vide" not in head:
        raise Refused(f"“{name}”里没有画面，{NOTHING}请选择 MP4 视频。")
    return {"found_on": day_of(head)}


def broken(name):
    return Refused(f"“{name}”不完整或已损坏，放不出来，{NOTHING}请重新选择文件。")


def walk(file, name):
    """{type: first bytes} of the top boxes, which must fill the file exactly."""
    size, found, at = file.seek(0, 2), {}, 0
    for _ in range(MOST_BOXES):
        if at == size:
            return found
        length, kind = _box(file, at, size, name)
        if kind == b"moov":
            file.seek(at)
            found[kind] = file.read(min(length, MOOV_LIMIT))
        else:
            found.setdefault(kind, b"")
        at += length
    raise broken(name)


def _box(file, at, size, name):
    file.seek(at)
    head = file.read(16)
    if len(head) < 8:
        raise broken(name)
    length, kind = struct.unpack(">I4s", head[:8])
    if length == 1 and len(head) == 16:
        length = struct.unpack(">Q", head[8:])[0]
    elif length == 0:
        length = size - at
    if kind not in BOXES or length < 8 or at + length > size:
        raise broken(name)
    return length, kind


def day_of(moov):
    """The day written into the movie's head; many cameras leave it empty."""
    at = moov.find(b"mvhd")
    if at < 0 or len(moov) < at + 16:
        return None
    wide = moov[at + 4] == 1
    seconds = struct.unpack(">Q" if wide else ">I", moov[at + 8 : at + (16 if wide else 12)])[0]
    day = EPOCH + timedelta(seconds=min(seconds, 2**33))
    return day.date().isoformat() if day.year >= 1990 else None


def derive(path, kind, name, limits):
    """Shown by its icon until it plays."""
    return {}
