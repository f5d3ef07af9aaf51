"""Columns and objects to a workbook that prints well and in which text stays text.

Written in constant memory: rows may come from an iterator of any length.
"""

import math
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from time import monotonic
from zoneinfo import ZoneInfo

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEIJING = ZoneInfo("Asia/Shanghai")
EPOCH = date(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)  # before it, sheets and calendars disagree
RISKY = tuple("=+-@＝＋－＠\t\r")
LONGEST = 32_767
WIDEST = 48
LEGIBLE = 190  # characters across an A4 page that can still be read when printed
SAMPLED = 200  # rows whose contents decide the widths
TICK = 1.0  # seconds between two reports of progress
FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}


def write_workbook(
    target, *, sheet, title, columns, rows, facts=(), exporter="", at, progress=None
):
    """One sheet of `rows` under a title and `facts`, to a path or file. Returns the row count.

    `columns` are portal.lists.Column or alike: heading, value(row), kind, width. `facts` are
    sentences or (label, text). `progress(count)` is called about once a second.
    """
    with WorkbookOut(target, exporter=exporter, at=at, progress=progress) as book:
        return book.add(sheet, title=title, columns=columns, rows=rows, facts=facts)


class WorkbookOut:
    """A workbook being written, sheet after sheet."""

    def __init__(self, target, *, at, exporter="", progress=None):
        self.book = xlsxwriter.Workbook(target, OPTIONS)
        self.at, self.exporter, self.progress = at.astimezone(BEIJING), exporter, progress
        self.book.set_properties({"author": exporter, "created": self.at.replace(tzinfo=None)})
        self.formats = {name: self.book.add_format(FONT | extra) for name, extra in FORMATS.items()}
        self.done, self.told, self.names = 0, monotonic(), set()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            self.book.close()
        else:
            self._abandon()

    def _abandon(self):
        for sheet in self.book.worksheets():
            if sheet.row_data_fh:
                sheet.row_data_fh.close()
        self.book.fileclosed = True

    def add(self, name, *, title, columns, rows, facts=(), as_form=False):
        """A sheet with its title, facts, header and rows; returns how many rows there were.

        `as_form` is printed to be signed or handed on: every cell ruled, one page across.
        """
        sheet = self.book.add_worksheet(self._name(name))
        top = self._head(sheet, title, columns, facts)
        widths = [max(breadth(each.heading) + 4, 6) for each in columns]
        ruled = self.formats["text"] if as_form else None
        last = self._rows(sheet, top + 1, columns, rows, widths, ruled)
        self._frame(sheet, top, last, columns, widths)
        if as_form:
            _fit_across(sheet, widths)
        return last - top

    def _name(self, name):
        clean = "".join("／" if c in "[]:*?/\\" else c for c in name).strip("'")[:28] or "表"
        unique, number = clean, 1
        while unique.lower() in self.names:
            number += 1
            unique = f"{clean}{number}"
        self.names.add(unique.lower())
        return unique

    def _head(self, sheet, title, columns, facts):
        """Title, facts and headings; returns the row of the headings."""
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, inert(title), self.formats["title"])
        lines = [*facts, ("导出时间", f"{self.at:%Y-%m-%d %H:%M}")]
        for number, line in enumerate(lines, 1):
            text = line if isinstance(line, str) else "：".join(line)
            sheet.write_string(number, 0, inert(text), self.formats["fact"])
        top = len(lines) + 1
        sheet.set_row(top, 24)
        for number, column in enumerate(columns):
            sheet.write_string(top, number, column.heading, self.formats["head"])
        return top

    def _rows(self, sheet, start, columns, rows, widths, ruled=None):
        """Write the rows from `start`, empty cells in the format `ruled`; returns the last's."""
        cells = [(n, each.value, self._writer(sheet, each)) for n, each in enumerate(columns)]
        number = start - 1
        for number, row in enumerate(rows, start):
            for column, value_of, write in cells:
                value = value_of(row)
                if value is not None and value != "":
                    shown = write(number, column, value)
                    if number < start + SAMPLED:
                        widths[column] = max(widths[column], breadth(shown) + 2)
                elif ruled:
                    sheet.write_blank(number, column, None, ruled)
            if self.progress and not number % 100:
                self._tell(number - start + 1)
        self.done += number - start + 1
        return number

    def _tell(self, rows):
        if monotonic() - self.told >= TICK:
            self.told = monotonic()
            self.progress(self.done + rows)

    def _writer(self, sheet, column):
        """write(row, column, value) for one column; returns what a reader will see."""
        kind = column.kind
        # The underscored methods are the public ones without their per-call inspection of
        # arguments, which costs a third of the time of a large export.
        text = _text_writer(sheet._write_string, self.formats["text"], self.formats["quoted"])
        if kind in ("date", "moment"):
            return _date_writer(sheet._write_number, text, self.formats, kind)
        if kind == "number":
            shape = "ordinal" if column.heading == "序号" else "number"
            return _number_writer(sheet._write_number, text, self.formats[shape])
        return text

    def _frame(self, sheet, top, last, columns, widths):
        for number, column in enumerate(columns):
            fit = min(widths[number], max(WIDEST, getattr(column, "width", 0)))
            sheet.set_column(number, number, fit)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, max(last, top + 1), len(columns) - 1)
        sheet.repeat_rows(top)
        across = math.ceil(sum(min(each, WIDEST) for each in widths) / LEGIBLE)
        if across > 1:
            sheet.repeat_columns(0, 1)  # number and name stand on every page
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(max(across, 1), 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        exporter = self.exporter.replace("&", "&&")[:60]
        sheet.set_footer(f"&L导出人：{exporter}&C第 &P 页 共 &N 页&R{self.at:%Y-%m-%d %H:%M}")


A3 = 8


def _fit_across(sheet, widths):
    """One page across, on A3 where A4 would be too small to read."""
    if sum(min(each, WIDEST) for each in widths) > LEGIBLE:
        sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)


OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
BORDER = {"border": 1, "border_color": "#D9DDE2"}
FORMATS = {
    "title": {"bold": True, "font_size": 16},
    "fact": {"font_color": "#4A525C"},
    "head": {"bold": True, "bg_color": "#F1F3F5", "align": "center", "text_wrap": True, **BORDER},
    "text": {"text_wrap": True, **BORDER},
    "quoted": {"text_wrap": True, "quote_prefix": True, **BORDER},
    "number": {"align": "right", **BORDER},
    "ordinal": {"align": "center", **BORDER},
    "date": {"num_format": "yyyy-mm-dd", "align": "center", **BORDER},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center", **BORDER},
}


def inert(text):
    """`text` as a cell may hold it.

    XlsxWriter passes a string that looks like its own rich text through unescaped: a unit called
    <r>…</r> could write any cell it liked, so such a string ends in a space here.
    """
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return f"{text} " if text.endswith("</r>") else text


def _text_writer(write, plain, quoted):
    def write_text(row, column, value):
        text = value if type(value) is str else str(value)
        if len(text) > 15_000 or text[-1:] == ">":
            text = inert(text)
        write(row, column, text, quoted if text.startswith(RISKY) else plain)
        return text

    return write_text


def _date_writer(write, otherwise, formats, kind):
    day, moment = formats["date"], formats["moment"]

    def write_date(row, column, value):
        if isinstance(value, datetime):
            local = value.astimezone(BEIJING) if value.tzinfo else value
            if kind == "date":
                return write_date(row, column, local.date())
            seconds = local.hour * 3600 + local.minute * 60 + local.second
            write(row, column, (local.date() - EPOCH).days + seconds / 86400, moment)
            return "2026-11-22 17:30"
        if isinstance(value, date) and value >= FIRST_DAY:
            write(row, column, (value - EPOCH).days, day)
            return "2026-11-22"
        return otherwise(row, column, value)

    return write_date


def _number_writer(write, otherwise, number):
    def write_number(row, column, value):
        known = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not known or not math.isfinite(value):
            return otherwise(row, column, value)
        write(row, column, value, number)
        return str(value)

    return write_number


def breadth(text):
    """Columns a text takes: a Chinese character two; of several lines, the longest."""
    lines = text[:400].split("\n")
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s) for s in lines)
