"""A list as it was pasted: a table, or lines of names as a notice prints them."""

from portal.workbooks import Row, Sheet, Table, read_pasted
from portal.workbooks.pasted import NAME
from units.importing import fields


def read_list(text):
    """A table where there is one; otherwise each line is one cell, names and all."""
    table = read_pasted(text)
    if "\t" in text or "<table" in text.lower() or "unit_name" in fields.guess(table).columns:
        return table
    lines = [line.strip() for line in text.splitlines()]
    rows = [Row(number, [line], {}) for number, line in enumerate(lines, 1) if line]
    return Table(NAME, [Sheet("", rows=rows)])
