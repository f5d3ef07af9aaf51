"""Colour and comment faulty cells with openpyxl; runs in the child process."""

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

AUTHOR = "门户"
FAULTY = PatternFill("solid", fgColor="FFF2B8")
CLEAN = PatternFill(fill_type=None)


def opened(path):
    """The workbook as it came, without the marks of an earlier round."""
    with open(path, "rb") as stream:  # a stored file's name has no ending to be told by
        book = load_workbook(stream)
    for sheet in book.worksheets:
        _forget(sheet)
    return book


def book_of(sheets):
    """A workbook of plain sheets [name, [[row number, values, …], …]]; every value stays text."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title or "名单")
        for number, values, *_ in rows:
            for column, value in enumerate(values, 1):
                _put(sheet.cell(number, column), value)
    return book


def _put(cell, value):
    cell.value = value
    if isinstance(value, str):
        cell.data_type, cell.quotePrefix = "s", value.startswith(tuple("=+-@＝＋－＠\t\r"))


def _forget(sheet):
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment and cell.comment.author == AUTHOR:
                cell.comment, cell.fill = None, CLEAN


def mark(book, faults):
    """Colour and comment the cells of `faults`: [sheet, row, column or None, text]."""
    together = {}
    for sheet, row, column, text in faults:
        together.setdefault((sheet, row, column or 1), []).append(text)
    for (sheet, row, column), texts in together.items():
        place = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        _mark_cell(place.cell(row, column), "\n".join(texts))


def _mark_cell(cell, text):
    comment = Comment(text[:1000], AUTHOR, width=320, height=40 + 20 * (1 + len(text) // 22))
    cell.fill, cell.comment = FAULTY, comment
