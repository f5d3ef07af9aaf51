"""Text with delimiters: CSV as offices save it, and what is pasted from a sheet."""

import csv
import io
import re

from portal.errors import Refused
from portal.workbooks.package import NOTHING

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DELIMITERS = (",", "\t", ";", "，", "|")


def decoded(raw, name):
    """The text of a file in whichever encoding it was saved."""
    encodings = [code for bom, code in BOMS if raw.startswith(bom)] or _guesses(raw)
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return CONTROLS.sub("", text)
    raise Refused(
        f"“{name}”认不出文字编码或不是文本，{NOTHING}请用 WPS 或 Excel 打开并另存为 .xlsx。"
    )


def _guesses(raw):
    if b"\0" not in raw:
        return ["utf-8", "gb18030"]
    little = raw[1::2].count(0) > raw[::2].count(0)  # commas and line ends have an empty high byte
    return ["utf-16-le" if little else "utf-16-be"]


def delimiter_of(text):
    """The delimiter that cuts the first lines into equally many parts, and most of them."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    return max(DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines, mark):
    counts = [len(next(csv.reader([line], delimiter=mark), [])) - 1 for line in lines]
    steady = sum(1 for count in counts if count and count == counts[0])
    return (steady > len(lines) / 2, sum(1 for count in counts if count), sum(counts))


def rows_of(text, name, limits, delimiter=None):
    """[row number, values, {}] of each line that holds anything. Everything stays text."""
    csv.field_size_limit(limits.size)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or delimiter_of(text))
    kept = 0
    try:
        for number, line in enumerate(lines, 1):
            values = _values(line, number, name, limits)
            if values:
                kept += 1
                _check_rows(kept, name, limits)
                yield [number, values, {}]
    except csv.Error as error:
        raise Refused(
            f"“{name}”第 {lines.line_num} 行附近引号不成对，{NOTHING}请改正后再传。"
        ) from error


def _values(line, number, name, limits):
    values = [cell.strip() or None for cell in line]
    while values and values[-1] is None:
        values.pop()
    if len(values) > limits.columns:
        raise Refused(
            f"“{name}”第 {number} 行有 {len(values)} 列，超过 {limits.columns} 列，{NOTHING}"
        )
    longest = max((len(cell) for cell in values if cell), default=0)
    if longest > limits.cell_chars:
        raise Refused(
            f"“{name}”第 {number} 行有一格 {longest} 个字，超过 {limits.cell_chars} 个，{NOTHING}"
        )
    return values


def _check_rows(kept, name, limits):
    if kept > limits.rows:
        raise Refused(f"“{name}”超过 {limits.rows} 行，{NOTHING}请分成几个文件再传。")
