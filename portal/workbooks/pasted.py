"""A table pasted from a web page (HTML) or from Word, WPS, Excel (tabs)."""

from html.parser import HTMLParser

from portal.errors import Refused
from portal.workbooks.delimited import rows_of
from portal.workbooks.limits import DEFAULT
from portal.workbooks.package import NOTHING
from portal.workbooks.table import Row, Sheet, Table

NAME = "粘贴的内容"


def read_pasted(text, *, limits=DEFAULT):
    """The tables in pasted text; a page with several gives a sheet each."""
    if not text.strip():
        raise Refused("还没有粘贴内容，请先复制名单中的表格，再粘贴到这里。")
    if len(text) > limits.size // 4:
        raise Refused(f"粘贴的内容过长，{NOTHING}请存成 .xlsx 文件后上传。")
    return Table(NAME, _html(text, limits) if "<table" in text.lower() else _plain(text, limits))


def _plain(text, limits):
    delimiter = "\t" if "\t" in text else None
    return [Sheet("", rows=[Row(*each) for each in rows_of(text, NAME, limits, delimiter)])]


def _html(text, limits):
    reader = _Tables(limits)
    reader.feed(text)
    reader.close()
    found = [each for each in reader.sheets if each.rows]
    for number, sheet in enumerate(found, 1):
        sheet.name = f"表{number}" if len(found) > 1 else ""
    return found or [Sheet("")]


class _Tables(HTMLParser):
    """Cells of every table; a cell spanning rows or columns fills them all."""

    def __init__(self, limits):
        super().__init__(convert_charrefs=True)
        self.limits, self.sheets, self.cell, self.spans = limits, [], None, {}
        self.row, self.number, self.hidden = None, 0, 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.sheets.append(Sheet(""))
            self.row, self.number, self.spans = None, 0, {}
        elif tag == "tr" and self.sheets:
            self._end_row()
            self.row, self.number = {}, self.number + 1
        elif tag in ("td", "th") and self.row is not None:
            self._end_cell()
            self.cell = ([], _span(attrs, "rowspan", 1000), _span(attrs, "colspan", 60))
        elif tag in ("style", "script"):
            self.hidden += 1
        elif tag in ("br", "p", "div") and self.cell and self.cell[0]:
            self.cell[0].append(" ")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag in ("style", "script"):
            self.hidden = max(0, self.hidden - 1)

    def handle_data(self, data):
        if self.cell and not self.hidden:
            self.cell[0].append(data)

    def close(self):
        super().close()
        self._end_row()

    def _end_cell(self):
        if self.cell is None or self.row is None:
            return
        parts, down, across = self.cell
        text = " ".join("".join(parts).split()) or None
        column = self._free()
        for each in range(column, column + across):
            self._take(each, text, down)
        self.cell = None

    def _free(self):
        column = 1
        while column in self.row or self.spans.get(column, (0, None))[0] >= self.number:
            column += 1
        return column

    def _take(self, column, text, down):
        if column > self.limits.columns:
            raise Refused(f"{NAME}第 {self.number} 行超过 {self.limits.columns} 列，{NOTHING}")
        self.row[column] = text
        if down > 1:
            self.spans[column] = (self.number + down - 1, text)

    def _end_row(self):
        self._end_cell()
        if self.row is None:
            return
        for column, (last, text) in self.spans.items():
            if last >= self.number:
                self.row.setdefault(column, text)
        values = [self.row.get(each) for each in range(1, max(self.row, default=0) + 1)]
        if any(values):
            self._keep(values)
        self.row = None

    def _keep(self, values):
        rows = self.sheets[-1].rows
        rows.append(Row(self.number, values, {}))
        if len(rows) > self.limits.rows:
            raise Refused(f"{NAME}超过 {self.limits.rows} 行，{NOTHING}请存成 .xlsx 文件后上传。")


def _span(attrs, name, most):
    value = attrs.get(name) or "1"
    return min(int(value), most) if value.isdigit() and len(value) < 6 else 1
