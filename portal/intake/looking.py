"""One file looked at: its kind by content, then by the module that knows that kind."""

from dataclasses import asdict

from portal.errors import Refused
from portal.intake import kinds, packages, pdfs, pictures, videos
from portal.intake.kinds import HEAD, kind_of

BY_KIND = {"image": pictures, "pdf": pdfs, "package": packages, "video": videos}
ALL = {each.ending: each for each in vars(kinds).values() if isinstance(each, kinds.Kind)}


def look(path, name, limits):
    """What a file is, as plain values, or Refused."""
    head, size = beginning(path)
    if size == 0:
        raise Refused(f"“{name}”是空文件（0 字节），{kinds.NOTHING}请重新选择文件。")
    kind = kind_of(head, name)
    facts = BY_KIND[kind.kind].look(path, kind, name, limits)
    kind = facts.pop("kind", kind)
    return {**facts, **asdict(kind), "size": size}


def beginning(path):
    with open(path, "rb") as file:
        head = file.read(HEAD)
        return head, file.seek(0, 2)


def is_light(path, name):
    """A JPEG of the size browsers send: looking at it costs less than starting a child."""
    head, size = beginning(path)
    return head.startswith(b"\xff\xd8\xff") and size <= 3 * 1024 * 1024 and _is_small(head)


def _is_small(head):
    """Its frame header lies near its beginning and says at most 8 megapixels."""
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if marker in (0xC0, 0xC1, 0xC2):
            down, across = (int.from_bytes(head[at + n : at + n + 2], "big") for n in (5, 7))
            return across * down <= 8_000_000
        at += 2 + length
    return False


def derive(path, ending, name, limits):
    """{viewing, thumbnail: bytes; picture_hash: text} of a file that was looked at before."""
    kind = ALL[ending]
    module = BY_KIND.get(kind.kind, packages)
    return module.derive(path, kind, name, limits)
