"""Where the words of a certificate stand and how large: names shrink, then break where one would.

Lengths are millimetres on A4 landscape, sizes are points.
"""

from dataclasses import dataclass

EM = 0.3528  # millimetres of a full-width character, a point of size
LINE = 217  # the width text may take
UNIT_STEPS = (25, 22, 19)
TITLE_STEPS = (30, 27, 24, 21)
SEAL, GAP, SEAL_BOTTOM = 42, 4, 179
RIGHT, WIDTH = 257, 134  # of the seals, up to three
FAR_RIGHT, FAR_WIDTH = 274, 158  # of more than three
DATE_WIDTH = 84
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
    date: str
    date_left: float


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
    """市|委 is one word, and so is 委|员会."""
    return text[at] in "委员政府" or text[at : at + 2] in ("人民", "党委")


def office_lines(name, width):
    """A department's name on the lines that suit its place, and their size: after its region or
    its committee where that fits, otherwise evenly on as few lines as there are."""
    cuts = [n for n in range(2, len(name) - 1) if name[:n].endswith((*SEAT, "委员会", "委"))]
    cuts = [n for n in cuts if not _splits(name, n)]
    tries = [[name]] if len(name) <= 8 else []
    tries += [[name[:n], name[n:]] for n in cuts]
    tries += [halved(name)] if len(name) > 8 else []
    if len(name) > 16:
        tries += [[*halved(name[:n]), name[n:]] for n in cuts]
    sized = [(_office_size(lines, width), lines) for lines in tries or [[name]]]
    most = max(size for size, _ in sized)
    # of what is large enough, the first: a break after the place reads best
    return next((lines, size) for size, lines in sized if size >= min(most, 9))


def _office_size(lines, width):
    longest = max(ems(each) for each in lines)
    return min(12.5, int(2 * width / (longest * EM)) / 2)


def seats(issuers):
    """Places for the departments in order, ending at the right edge, and where their middle is.

    Names are alike in size; more than three departments move closer and further to the right.
    """
    count = max(len(issuers), 1)
    right, most = (RIGHT, WIDTH) if count <= 3 else (FAR_RIGHT, FAR_WIDTH)
    size = min(SEAL, (most - GAP * (count - 1)) / count)
    width = size * count + GAP * (count - 1)
    # beyond the last seal there is room; between two there is only the gap
    room = size + (GAP - 1 if count > 1 else 12)
    placed = [office_lines(each.name, room) for each in issuers]
    font = max(min((font for _, font in placed), default=12.5), 6)
    lefts = [right - width + number * (size + GAP) for number in range(len(issuers))]
    found = [
        _seat(each, lines, left, size, room, font)
        for each, (lines, _), left in zip(issuers, placed, lefts, strict=True)
    ]
    return found, right - width / 2


def _seat(issuer, lines, left, size, room, font):
    return Seat(
        lines=lines,
        left=round(left - (room - size) / 2, 2),
        top=round(SEAL_BOTTOM - size / 2 - 3.5 * len(lines), 2),
        width=round(room, 2),
        size=font,
        seal_left=left,
        seal_size=size,
        seal=issuer.seal,
    )


def sheet_of(certificate, issuers, date):
    """The placed words of a certificate; `issuers` have a name and a seal."""
    placed, middle = seats(issuers)
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
        date=date,
        date_left=round(middle - DATE_WIDTH / 2, 2),
    )
