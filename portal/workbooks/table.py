"""What comes out of a file: sheets of rows of typed values, and the faults found on the way."""

from dataclasses import dataclass, field
from typing import NamedTuple


def letters(column):
    """Column number as a sheet names it: 1 → A, 28 → AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def reference(row, column):
    """F12"""
    return f"{letters(column)}{row}"


class Fault(NamedTuple):
    """A sentence about one cell. Without a column it is about the whole row."""

    sheet: str
    row: int
    column: int | None
    text: str

    @property
    def place(self):
        """Where, in words: “名单”表 F12."""
        where = reference(self.row, self.column) if self.column else f"第 {self.row} 行"
        return f"“{self.sheet}”表 {where}" if self.sheet else where


class Row(NamedTuple):
    """Values from the first column on; str, int, float, bool, datetime or None.

    `formats` has the number format of numbers and dates whose format says something, by column.
    """

    number: int
    values: list
    formats: dict

    def at(self, column):
        """The value of a column, counted from 1; None where the row is shorter."""
        return self.values[column - 1] if column <= len(self.values) else None


@dataclass
class Sheet:
    """One sheet: its rows that hold anything, merged blocks, and cells whose value is not trusted.

    A merged block is (top, left, bottom, right). Faults are formulas and error values: the cell's
    value is None, the fault says what stood there. `protected`: locked cells can't be typed into.
    """

    name: str
    hidden: bool = False
    protected: bool = False
    rows: list = field(default_factory=list)
    merges: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    @property
    def width(self):
        """Columns of the widest row."""
        return max((len(row.values) for row in self.rows), default=0)

    def filled(self):
        """The rows with each merged block's value in all of its cells."""
        by_number = {row.number: row for row in self.rows}
        for top, left, bottom, right in self.merges:
            value = by_number[top].at(left) if top in by_number else None
            if value is not None:
                self._fill(by_number, value, (top, left, bottom, right))
        return [by_number[number] for number in sorted(by_number)]

    def _fill(self, by_number, value, block):
        top, left, bottom, right = block
        for number in range(top, bottom + 1):
            old = by_number.get(number)
            if old is None:  # a row beneath that holds nothing of its own stays out
                continue
            values = old.values + [None] * (right - len(old.values))
            values[left - 1 : right] = [value] * (right - left + 1)
            by_number[number] = old._replace(values=values)


@dataclass
class Table:
    """A file as read: its name and its sheets (one nameless sheet for CSV and pasted text)."""

    name: str
    sheets: list

    @property
    def faults(self):
        """Every untrusted cell of every sheet."""
        return [fault for sheet in self.sheets for fault in sheet.faults]
