"""Where the words of a certificate stand and how large: names shrink, then break where one would.

Lengths are millimetres on A4 landscape, sizes are points.
"""

from dataclasses import dataclass

EM = 0.3528  # millimetres of a full-width character, a point of size
LINE = 217  # the width text may take
UNIT_STEPS = (25, 22, 19)
TITLE_STEPS = (30, 27, 24, 21)
SEAL, GAP, SEALS_WIDTH, RIGHT, SEAL_BOTTOM = 42, 4, 134, 257, 179
SEAT = ("苏木", "街道", "自治旗", "自治区", "镇", "乡", "市", "旗", "县", "区", "州", "盟", "省")
ENDS = (*SEAT, "委员会", "公司", "集团", "总局", "大学", "委", "局", "厅", "部", "）")
NEVER_FIRST = set("，。、；：）》”’!？·")


@dataclass(frozen=True)
class Set:
    """Lines of text and their size."""

    lines: list
    size: float


@dataclass(frozen=True)
class Seat:
    """Where a department's name stands, and its seal."""

    lines: list
    left: float
    top: float
    width: float
    size: float
    seal_left: float
    seal_size: float
    seal: object = None


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on one certificate, placed."""

    heading: str
    number: str
    unit_name: str
    unit: Set
    text: str
    text_size: float
    title: Set
    closing: str
    document_no: str
    issuers: list
    seals_width: float
    date: str


def ems(text):
    """How wide a text is, in full-width characters."""
    return sum(0.55 if each.isascii() else 1 for each in text)


def fitted(text, steps, width=LINE, spacing=0.0, tail=0):
    """The text at the first size at which it fits a line; else on two lines, as large as can be."""
    wide = ems(text) + tail
    for size in steps:
        if wide * (size * EM + spacing) <= width:
            return Set([text], size)
    lines = halved(text)
    longest = max(ems(each) for each in lines) + tail
    size = min(steps[-1], (width / longest - spacing) / EM)
    return Set(lines, max(8, int(size * 2) / 2))


def shrunk(text, size, width=LINE, indent=0):
    """The size at which a text fits its line."""
    return min(size, int(2 * width / ((ems(text) + indent) * EM)) / 2)


def halved(text):
    """Two lines, broken near the middle after a place or an office where there is one."""
    middle = len(text) / 2
    allowed = [n for n in range(1, len(text)) if text[n] not in NEVER_FIRST]
    allowed = [n for n in allowed if not (text[n - 1].isascii() and text[n].isascii())] or allowed
    near = [n for n in allowed if abs(n - middle) <= len(text) / 5]
    good = [n for n in near if text[:n].endswith(ENDS) and not _splits(text, n)]
    at = min(good or near or allowed or [1], key=lambda n: abs(n - middle))
    return [text[:at], text[at:]]


def _splits(text, at):
    """市|委 and 旗|委 are one word; so are 自治|旗 and the like."""
    return text[at] in "委政府" or text[at : at + 2] in ("人民", "党委")


def office_lines(name, most):
    """A department's name on lines of `most` characters: after its place, or in halves."""
    if len(name) <= most - 2:
        return [name]
    cuts = [n for n in range(2, len(name) - 1) if name[:n].endswith((*SEAT, "委"))]
    cuts = [n for n in cuts if not _splits(name, n)]
    fair = [n for n in cuts if max(n, len(name) - n) <= most]
    if fair:
        at = min(fair, key=lambda n: max(n, len(name) - n))
        return [name[:at], name[at:]]
    if len(name) <= 2 * most:
        return halved(name)
    third = -(-len(name) // 3)
    return [name[n : n + third] for n in range(0, len(name), third)]


def seats(issuers):
    """Places for the departments in order, ending at the right edge; six stand on a line."""
    count = max(len(issuers), 1)
    size = min(SEAL, (SEALS_WIDTH - GAP * (count - 1)) / count)
    width = size * count + GAP * (count - 1)
    start = RIGHT - width
    return [
        _seat(each, start + number * (size + GAP), size) for number, each in enumerate(issuers)
    ], width


def _seat(issuer, left, size):
    width = size + min(6, GAP + 2)
    lines = office_lines(issuer.name, 10)
    longest = max(ems(each) for each in lines)
    font = min(12.5, int(2 * width / (longest * EM)) / 2)
    top = SEAL_BOTTOM - size / 2 - 3.5 * len(lines)
    return Seat(
        lines=lines,
        left=round(left - (width - size) / 2, 2),
        top=round(top, 2),
        width=round(width, 2),
        size=max(font, 6),
        seal_left=left,
        seal_size=size,
        seal=issuer.seal,
    )


def sheet_of(certificate, issuers, date):
    """The placed words of a certificate; `issuers` have a name and a seal."""
    placed, width = seats(issuers)
    return Sheet(
        heading=certificate.heading,
        number=certificate.number,
        unit_name=certificate.unit_name,
        unit=fitted(certificate.unit_name, UNIT_STEPS, tail=1),
        text=certificate.text,
        text_size=shrunk(certificate.text, 19, indent=2),
        title=fitted(certificate.title, TITLE_STEPS, width=250, spacing=0.9),
        closing=certificate.closing,
        document_no=certificate.document_no,
        issuers=placed,
        seals_width=round(max(width, 60), 2),
        date=date,
    )
