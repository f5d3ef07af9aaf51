"""Lists of 行政区划 as files: read them, and say in sentences what is wrong with them."""

import csv
import io
from dataclasses import dataclass

from portal.errors import Refused
from portal.models import Region

COLUMNS = ["code", "name", "level", "parent_code"]
LEVELS = {
    "省级": Region.Level.PROVINCE,
    "地级": Region.Level.CITY,
    "县级": Region.Level.COUNTY,
    "乡级": Region.Level.TOWNSHIP,
    "村级": Region.Level.VILLAGE,
}
RANK = {level: rank for rank, level in enumerate(Region.Level)}
LEVEL_WORDS = {level: word for word, level in LEVELS.items()}
NOTHING_DONE = "没有导入任何一行。"
SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Line:
    """One line of a list, with the place it was read from."""

    place: str
    code: str
    name: str
    level: str
    parent_code: str


def parse(name, content):
    """The lines of one CSV file; a file that is no such list is refused."""
    reader = csv.reader(io.StringIO(_text(name, content), newline=""))
    try:
        rows = list(reader)
    except csv.Error:
        raise Refused(f"文件“{name}”第 {reader.line_num} 行读不出来。{NOTHING_DONE}") from None
    heads = [head.strip() for head in rows[0]] if rows else []
    missing = [column for column in COLUMNS if column not in heads]
    if missing:
        raise Refused(
            f"文件“{name}”第 1 行缺少列 {'、'.join(missing)}，"
            f"需要 {'、'.join(COLUMNS)} 四列。{NOTHING_DONE}"
        )
    places = [heads.index(column) for column in COLUMNS]
    numbered = ((number, row) for number, row in enumerate(rows[1:], start=2) if any(row))
    return [_line(name, number, row, places) for number, row in numbered]


def _text(name, content):
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(f"文件“{name}”是 Excel 工作簿，请另存为 CSV 后再导入。{NOTHING_DONE}")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"文件“{name}”的文字编码认不出，请另存为 UTF-8 编码的 CSV。{NOTHING_DONE}")


def _line(name, number, row, places):
    cells = [row[place].strip() if place < len(row) else "" for place in places]
    code, title, level, parent = cells
    return Line(f"“{name}”第 {number} 行", code, title, LEVELS.get(level, level), parent)


def faults(lines, known_levels):
    """Sentences saying what is wrong, in the order of the lines; empty if nothing is.

    `known_levels` gives the level of each code that is loaded already.
    """
    first, found = {}, []
    for line in lines:
        earlier = first.setdefault(line.code, line)
        found += _faults_alone(line) or _faults_with(line, earlier)
    levels = known_levels | {code: line.level for code, line in first.items()}
    for line in first.values():
        if line.level in RANK:
            found += _faults_above(line, levels)
    return found


def _faults_alone(line):
    if not (len(line.code) == 12 and line.code.isascii() and line.code.isdigit()):
        return [f"{line.place}：区划代码“{line.code}”不是 12 位数字。"]
    if not line.name:
        return [f"{line.place}：名称为空。"]
    if len(line.name) > 60:
        return [f"{line.place}：名称超过 60 个字。"]
    if line.level not in RANK:
        return [f"{line.place}：层级“{line.level}”认不出，应为{'、'.join(LEVELS)}之一。"]
    return []


def _faults_with(line, earlier):
    same = (line.name, line.level, line.parent_code)
    if same == (earlier.name, earlier.level, earlier.parent_code):
        return []
    return [
        f"{line.place}：代码 {line.code} 与{earlier.place}重复，而内容不同"
        f"（“{line.name}”与“{earlier.name}”）。"
    ]


def _faults_above(line, levels):
    if not line.parent_code:
        if line.level == Region.Level.PROVINCE:
            return []
        return [f"{line.place}：“{line.name}”没有上级代码，只有省级可以没有上级。"]
    above = levels.get(line.parent_code)
    if above is None:
        return [f"{line.place}：“{line.name}”的上级代码 {line.parent_code} 不存在。"]
    if above in RANK and RANK[above] >= RANK[line.level]:
        words = LEVEL_WORDS[line.level], LEVEL_WORDS[above]
        return [f"{line.place}：“{line.name}”是{words[0]}，上级却是{words[1]}，层级颠倒。"]
    return []


def refusal(found, count_word="处"):
    """The one sentence that carries all faults, the first twenty in full."""
    shown = "\n".join(found[:SHOWN_FAULTS])
    more = f"\n另有 {len(found) - SHOWN_FAULTS} 处未列出。" if len(found) > SHOWN_FAULTS else ""
    return Refused(f"名单有 {len(found)} {count_word}问题，{NOTHING_DONE}\n{shown}{more}")
