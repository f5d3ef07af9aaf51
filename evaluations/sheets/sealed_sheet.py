"""A worksheet written by whole rows, downwards, each remembered by its codes.

Rows go straight into the file that XlsxWriter keeps for a sheet in constant memory, as the markup
it would have made: its own way through a cell costs more than a bare writer's whole cell.
"""

import re

from evaluations.sheets.paper import inert
from evaluations.sheets.sealed import Codes, canonical
from portal.workbooks.table import letters

RISKY = frozenset("=+-@＝＋－＠\t\r")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
SPECIAL = re.compile(r"[&<>]|_x[0-9A-Fa-f]{4}_")
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
REMEMBERED = 20_000


class SealedSheet:
    """Writes rows and their codes. `write` is called with rows in order, `skip` leaves some out."""

    def __init__(self, paper, sheet, width, secret):
        self.paper, self.sheet, self.row = paper, sheet, 0
        self.codes = Codes(sheet.get_name(), width, secret)
        self.letters = [letters(column + 1) for column in range(width)]
        self.known = {}

    def write(self, values, styles, height=None):
        """Write the next row and say which it was, from 0.

        A None with a style is an empty box, without one nothing at all.
        """
        row, cells, told = self.row, [], []
        for letter, value, style in zip(self.letters, values, styles, strict=True):
            text, markup, risky = self._seen(value)
            told.append(text)
            if style is not None:
                index = style.quoted_index if risky else style.index
                cells.append(f'<c r="{letter}{row + 1}" s="{index}"{markup}')
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        self.sheet.row_data_fh.write(f'<row r="{row + 1}"{tall}>{"".join(cells)}</row>')
        self._stretch(row)
        self.codes.add(row, told)
        self.row += 1
        return row

    def _seen(self, value):
        """(the one spelling, the rest of the cell's markup, does it look like a formula?)"""
        if value is None or value == "":
            return "", "/>", False
        if not isinstance(value, str):
            number = f"{float(value):.10g}"
            return f"n{number}", f"><v>{number}</v></c>", False
        found = self.known.get(value)
        if found is None:
            if len(self.known) > REMEMBERED:
                self.known.clear()
            found = self.known[value] = _text(value)
        return found

    def _stretch(self, row):
        """The sheet is as large as what was written; XlsxWriter doesn't know of it by itself."""
        for column in (0, self.codes.width - 1):
            self.sheet._check_dimensions(row, column)

    def link(self, row, column, target, text, style):
        """Make a cell of the row just written a link; it is written already, the table is not."""
        shown = style.quoted if text[0] in RISKY else style.plain
        self.sheet.write_url(row, column, target, shown, inert(text))
        self.sheet.table.clear()

    def skip(self, rows=1):
        """Leave rows empty."""
        self.row += rows


def _text(value):
    text = CONTROLS.sub("", inert(value).replace("\r\n", "\n"))
    shown = text
    if SPECIAL.search(text):
        shown = ESCAPED.sub("_x005F_", text)
        shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    markup = f' t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
    return canonical(text), markup, value[0] in RISKY
