"""From a table and a mapping to rows: one unit each, with what the list says of its title."""

import re
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from portal.dates import parse_date
from units import rules
from units.importing import cells, fields, names
from units.importing.uncollected import uncollected

SUMMING = re.compile(r"^(合计|小计|总计|共计|注[:：]|说明[:：]|备注[:：]|附件|第?\d+页)")
SECTION = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）、.．]")
TERM = re.compile(r"^([1-9][0-9]?)年$")
RANGE = re.compile(r"\s*(?:至|到|~|～|——|--)\s*")
CODE = re.compile(r"[^0-9A-Za-z]")
LIMITS = {"unit_name": 100, "credit_code": 18, "short_name": 40, "address": 120, "document_no": 60}


@dataclass
class Line:
    """One unit as a row of the list names it; `part` counts where a cell names several."""

    row: int
    part: int
    raw: dict  # what each field's cell says, as text
    sheet: str = ""
    printed: dict | None = None  # the cells as printed, where some were mended
    name: str = ""
    region: str = ""
    kind: str = ""
    category: str = ""
    level: str | None = ""
    batch: object = None
    year: int | None = None
    named_on: object = None
    starts_on: object = None
    ends_on: object = None
    document_no: str = ""
    document_no_printed: str = ""
    credit_code: str = ""
    faults: list = field(default_factory=list)  # (field, reason code, sentence)
    unsure: bool = False  # the cell may name several units
    proposed: str = ""  # words saying the title is not given yet
    proposed_above: str = ""  # the same, in the lines above the headings
    cell_faults: list = field(default_factory=list)  # (field, sentence): a formula, an error value

    @property
    def place(self):
        """Where the row stands, in words."""
        table = f"“{self.sheet}”表" if self.sheet else ""
        return f"{table}第 {self.row} 行"

    def fault(self, name, code, text):
        """Notes what is wrong with a cell; the row's place stands before it in the report."""
        self.faults.append((name, code, text))


@uncollected()
def parse(table, mapping, *, today):
    """Every line of the mapped sheet; headings again, sums and section headings are left out."""
    sheet = table.sheets[mapping.sheet]
    proposed = _proposed_above(fields.titles_above(sheet, mapping))
    wrong = {(fault.row, fault.column): fault.text for fault in sheet.faults}
    lines = []
    for row in sheet.filled():
        if row.number > mapping.heading_row and not _is_furniture(row, mapping):
            lines += _lines(row, sheet, mapping, wrong, proposed, today)
    return lines


def _proposed_above(titles):
    return next(filter(None, (cells.not_named("source", title) for title in titles)), "")


def _is_furniture(row, mapping):
    texts = [fields.text_of(value) for value in row.values]
    filled = {text for text in texts if text}
    column = mapping.columns["unit_name"]
    name = texts[column - 1] if column <= len(texts) else ""
    if not filled or (fields.heads(name) and len(fields.recognised(row)) > 1):
        return True
    first = next(text for text in texts if text)
    summing = SUMMING.match(first) and (not name or name == first or name.isdigit())
    return bool(summing or (len(filled) == 1 and SECTION.match(first)))


def _lines(row, sheet, mapping, wrong, proposed, today):
    raw = {
        name: _printed(row.at(column), row.formats.get(column))
        for name, column in mapping.columns.items()
    }
    values = {name: row.at(column) for name, column in mapping.columns.items()}
    printed, unsure = names.split_names(raw["unit_name"])
    lines = []
    for part, name in enumerate(printed or [""], 1):
        line = Line(row.number, part, {**raw, "unit_name": name}, sheet.name, unsure=unsure)
        line.proposed_above = proposed
        line.cell_faults = _wrong_cells(line.row, mapping, wrong)
        lines.append(fill(line, mapping.constants, today, values))
    return lines


def _printed(value, number_format=None):
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    return fields.text_of(value)


def _wrong_cells(row, mapping, wrong):
    return [
        (name, wrong[row, column])
        for name, column in mapping.columns.items()
        if (row, column) in wrong
    ]


def fill(line, constants, today, values=None):
    """Reads what the cells say; a blank cell takes what was said for the whole list."""
    said = {name: line.raw.get(name) or constants.get(name, "") for name in fields.LABELS}
    dated = {**said, **{k: v for k, v in (values or {}).items() if v not in (None, "")}}
    line.name = " ".join(names.without_ruby(said["unit_name"]).split())
    line.region, line.kind, line.category = said["region"], said["kind"], said["category"]
    line.level = cells.level_of(said["level"])
    line.batch = cells.batch_of(said["batch"])
    line.document_no_printed = said["document_no"]
    line.document_no = _number(said["document_no"])
    line.credit_code = _code(said["credit_code"])
    line.proposed = line.proposed_above or _proposed(said)
    for name, text in line.cell_faults:
        line.fault(name, "cell_not_plain", text)
    _read_year(line, said["year"], today)
    _read_days(line, dated, today)
    _check_lengths(line, said)
    return line


@names.remembered
def _number(text):
    return rules.document_number(text)


@names.remembered
def _code(text):
    return CODE.sub("", names.key(text)).upper()


@names.remembered
def _date(value):
    return parse_date(value)


def _proposed(said):
    found = (cells.not_named(name, said[name]) for name in cells.NOT_NAMED)
    return next(filter(None, found), "")


def _read_year(line, text, today):
    line.year, fault = cells.year_of(text, today)
    if fault:
        line.fault("year", "year_bad", fault)


def _read_days(line, said, today):
    named = _day(line, "named_on", said.get("named_on"))
    _take_named(line, named, today)
    starts, ends = said.get("starts_on"), said.get("ends_on")
    if isinstance(ends, str) and len(RANGE.split(ends)) == 2:
        starts, ends = RANGE.split(ends)
    elif isinstance(ends, str) and TERM.match(ends.strip()):
        ends = _after_years(line, int(TERM.match(ends.strip())[1]))
    start, end = _day(line, "starts_on", starts), _day(line, "ends_on", ends)
    line.starts_on = start.day or line.starts_on
    line.ends_on = _exclusive(end)
    if line.starts_on and line.ends_on and line.ends_on <= line.starts_on:
        line.fault("ends_on", "term_bad", "有效期的止日早于起日。")


def _day(line, name, value):
    parsed = _date(value)
    if parsed.fault:
        line.fault(name, "date_bad", parsed.fault)
    return parsed


def _take_named(line, named, today):
    if named.day is None:
        return
    if named.day > today:
        line.fault("named_on", "date_future", f"命名日期 {named.day} 在今天之后。")
    if line.year and line.year != named.day.year:
        line.fault("year", "year_differs", f"年份 {line.year} 与命名日期 {named.day} 不是同一年。")
    line.year = line.year or named.day.year
    line.named_on = named.day if named.precision == "day" else None
    line.starts_on = named.day if named.precision != "year" else None


def _after_years(line, years):
    """The last day of a term given in years; unknown without a first day."""
    first = line.starts_on
    return first + relativedelta(years=years, days=-1) if first else None


def _exclusive(parsed):
    """The day after the last: a printed end counts itself, its whole month or year."""
    if parsed.day is None:
        return None
    step = {"day": {"days": 1}, "month": {"months": 1}, "year": {"years": 1}}[parsed.precision]
    return parsed.day + relativedelta(**step)


def _check_lengths(line, said):
    if not line.name:
        line.fault("unit_name", "name_blank", "没有写单位名称。")
    for name, most in LIMITS.items():
        if len(said[name]) > most:
            label = fields.LABELS[name]
            line.fault(name, "too_long", f"“{label}”有 {len(said[name])} 个字，最多 {most} 个字。")
