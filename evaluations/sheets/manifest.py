"""What a score book carries with it unseen: whose it is, of what, and what stood in it, signed."""

import base64
import binascii
import json
import re
import zlib
from dataclasses import asdict, dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

from portal.errors import Refused

SHEET = "_校验"
SALT = "evaluations.score-book"
VERSION = 1
PIECE = 30_000  # characters a cell takes without trouble
NO_BOOK = "这不是门户导出的打分工作簿，没有导入任何内容。请用“导出打分工作簿”得到的文件。"
FORGED = "工作簿里的校验信息被改动过，不能确认来源，没有导入任何内容。请重新导出后再填。"
BOMB = 20_000_000
PIECES = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True)
class Line:
    """An item's row on its sheet and what its three cells said when it was exported."""

    row: int
    indicator: int
    code: str
    kind: str
    said: tuple


@dataclass(frozen=True)
class Part:
    """One unit's sheet."""

    task: int
    edition: int
    version: int  # of the score sheet; 0 where none was begun
    sheet: str
    unit: str
    lines: tuple


@dataclass(frozen=True)
class Manifest:
    """The whole book."""

    round: int
    person: int
    made_at: str
    parts: tuple

    def part(self, task):
        return next((each for each in self.parts if each.task == task), None)


def key_of(part):
    """What a sheet is known by, whatever it is called."""
    return f"kx-{part.task}"


def pieces(manifest):
    """The cells of the hidden sheet: a head, the packed text, its signature."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    cut = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    return [f"score-book {VERSION} {len(cut)}", *cut, signature(packed)]


def signature(packed):
    """HMAC-SHA256 under a key derived from the portal's secret."""
    return salted_hmac(SALT, packed, algorithm="sha256").hexdigest()


def opened(cells):
    """The manifest of a book's hidden cells, or Refused."""
    head = (cells[0] if cells else "").split()
    if len(head) != 3 or head[:2] != ["score-book", str(VERSION)] or not PIECES.fullmatch(head[2]):
        raise Refused(NO_BOOK)
    count = int(head[2])
    packed, signed = "".join(cells[1 : count + 1]), cells[count + 1 : count + 2]
    if not signed or not constant_time_compare(signature(packed), signed[0]):
        raise Refused(FORGED)
    return _parsed(packed)


def _parsed(packed):
    try:
        text = zlib.decompressobj().decompress(base64.b64decode(packed), BOMB)
        told = json.loads(text)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise Refused(FORGED) from error
    parts = tuple(_part(each) for each in told.pop("parts"))
    return Manifest(**told, parts=parts)


def _part(told):
    lines = tuple(Line(**each | {"said": tuple(each["said"])}) for each in told.pop("lines"))
    return Part(**told, lines=lines)
