"""A score book that came back: which sheet is whose, what its boxes say, and what is wrong."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from evaluations.rules.items import score_fault
from evaluations.sheets import manifest as signed
from evaluations.sheets.cells import LONGEST, NO, YES, number_text, plain_text
from evaluations.sheets.score_book import GUIDE, KEY, REASON, TOP, TOTAL, VALUE
from portal.errors import Refused
from portal.workbooks.table import Fault, reference

NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,10})?")
INPUTS = (VALUE + 1, REASON + 1, REASON + 2)  # columns as a sheet counts them
MOST_SHOWN = 20


@dataclass
class Reading:
    """What was read: per unit the cells by indicator, faults that forbid, notes that tell."""

    mine: dict = field(default_factory=dict)  # task → {indicator: (value, reason, comment)}
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def manifest_of(table):
    """The signed manifest of a book, or Refused."""
    hidden = next((each for each in table.sheets if _is_manifest(each)), None)
    if hidden is None:
        raise Refused(signed.NO_BOOK)
    by_row = {row.number: str(row.at(1) or "") for row in hidden.rows}
    return signed.opened([by_row.get(number, "") for number in range(1, max(by_row) + 1)])


def _is_manifest(sheet):
    return bool(sheet.rows) and str(sheet.rows[0].at(1) or "").startswith("score-book ")


def read_parts(table, manifest, items, tasks):
    """Read the sheets of units still assigned; `items` maps indicator keys to rules of items."""
    reading = Reading()
    found = _sheets_by_task(table, manifest, reading)
    for part in manifest.parts:
        if part.task in found and part.task in tasks:
            _read_part(found[part.task], part, items, reading)
    return reading


def _sheets_by_task(table, manifest, reading):
    """task → sheet; sheets that are strange, doubled, renamed or missing are told of."""
    by_key = {signed.key_of(part): part for part in manifest.parts}
    by_name = {part.sheet: part for part in manifest.parts}
    found = {}
    for sheet in table.sheets:
        if sheet.name == GUIDE or _is_manifest(sheet):
            continue
        part = by_key.get(_key_in(sheet)) or (not _key_in(sheet) and by_name.get(sheet.name))
        if not part:
            reading.notes.append(f"“{sheet.name}”表不是导出时的表，没有读取。")
        elif part.task in found:
            told = (
                f"“{found[part.task].name}”和“{sheet.name}”两张表都是“{part.unit}”的，请删去一张。"
            )
            reading.faults.append(Fault(sheet.name, 1, 1, told))
        else:
            found[part.task] = sheet
            _note_sheet(sheet, part, reading)
    for part in manifest.parts:
        if part.task not in found:
            reading.notes.append(f"缺少“{part.sheet}”表，“{part.unit}”的分数不导入。")
    return found


def _key_in(sheet):
    first = next((row for row in sheet.rows if row.number == TOP + 1), None)
    return str(first.at(KEY + 1) or "") if first else ""


def _note_sheet(sheet, part, reading):
    if sheet.name != part.sheet:
        reading.notes.append(f"“{part.sheet}”表被改名为“{sheet.name}”，仍按“{part.unit}”读取。")
    if not sheet.protected:
        reading.notes.append(f"“{sheet.name}”表的保护已被取消；各行都在原处，照常读取。")


def _read_part(sheet, part, items, reading):
    rows = {row.number: row for row in sheet.rows}
    if _moved(sheet, part, rows, reading):
        return
    formulas = _formulas(sheet, part, reading)
    cells = {}
    for line in part.lines:
        row, item = rows.get(line.row), items[line.indicator]
        taken = Taken(sheet.name, line, item, row, formulas.get(line.row, set()), reading)
        cells[line.indicator] = taken.cells()
    reading.mine[part.task] = cells


def _moved(sheet, part, rows, reading):
    """Do items stand on other rows than on export? Then nothing of the sheet can be trusted."""
    strange = [line for line in part.lines if _code_at(rows.get(line.row)) != line.code]
    if strange:
        first = strange[0]
        stands = _code_at(rows.get(first.row)) or "空白"
        told = (
            f"“{sheet.name}”表第 {first.row} 行应为“{first.code}”，现为“{stands}”"
            f"（共 {len(strange)} 行不在原处）：行被移动、插入或删除过，请移回原处，或重新导出。"
        )
        reading.faults.append(Fault(sheet.name, first.row, 1, told))
    return bool(strange)


def _code_at(row):
    value = row.at(1) if row else None
    return number_text(repr(value)) if isinstance(value, float) else str(value or "").strip()


def _formulas(sheet, part, reading):
    """row → columns of boxes that hold a formula or error; those elsewhere are told of."""
    lines = {line.row for line in part.lines}
    found = {}
    for fault in sheet.faults:
        if fault.row in lines and fault.column in INPUTS:
            reading.faults.append(fault)
            found.setdefault(fault.row, set()).add(fault.column)
        elif fault.row != TOTAL + 1 and fault.column != VALUE + 1:
            reading.notes.append(f"{fault.place} 的公式不是模板自带的，没有读取。")
    return found


class Taken:
    """The three boxes of one item; what is wrong with them goes into the reading."""

    def __init__(self, sheet, line, item, row, skipped, reading):
        self.sheet, self.line, self.item = sheet, line, item
        self.row, self.skipped, self.reading = row, skipped, reading

    def cells(self):
        """(value, reason, comment) in the one spelling; a faulty box says what was exported."""
        readers = (self._value, self._words, self._words)
        return tuple(
            base if column in self.skipped else self._one(column, read, base)
            for column, read, base in zip(INPUTS, readers, self.line.said, strict=True)
        )

    def _one(self, column, read, base):
        value = self.row.at(column) if self.row else None
        if value is None:
            return ""
        text, fault = ("", "是日期，请改为分值或文字") if _is_date(value) else read(value)
        if not fault:
            return text
        place = reference(self.line.row, column)
        told = f"“{self.sheet}”表 {place}（{self.line.code}）：{fault}"
        self.reading.faults.append(Fault(self.sheet, self.line.row, column, _ended(told)))
        return base

    def _value(self, value):
        if self.item.kind == "veto":
            return _veto(value)
        number, fault = _number(value)
        return ("", fault) if fault else (number_text(number), score_fault(self.item, number))

    @staticmethod
    def _words(value):
        text = number_text(repr(value)) if isinstance(value, float) else plain_text(value)
        over = len(text) > LONGEST
        return text, f"{len(text)} 个字，超过 {LONGEST} 个，请删短" if over else ""


def _is_date(value):
    return isinstance(value, datetime)


def _ended(text):
    return text if text.endswith("。") else f"{text}。"


def _veto(value):
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text not in (YES, NO, ""):
        return "", f"“{text[:20]}”看不懂，一票否决项只填“{YES}”或“{NO}”"
    return (YES if text == YES else ""), ""


def _number(value):
    """(Decimal, fault): a figure, or one that stands as text; at most two decimals."""
    if isinstance(value, bool):
        return None, "是逻辑值，请填分值"
    text = repr(value) if isinstance(value, float) else str(value)
    text = unicodedata.normalize("NFKC", text).strip()
    if not NUMBER.fullmatch(text):
        return None, f"“{text[:20]}”不是数字，请只填分值"
    return Decimal(text), ""
