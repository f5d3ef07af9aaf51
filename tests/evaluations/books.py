"""Score books for tests: written, filled in as people do, read back."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluations.models import Assignment
from evaluations.operations import score_books as operations
from evaluations.sheets.score_book import write_score_book
from evaluations.sheets.score_data import tasks_of
from portal import files
from portal.workbooks import XLSX, read_table
from tests.factories import NOON

VALUE, REASON, COMMENT = "G", "H", "I"


def export(round, person, path):
    """The person's book of a round, written to a path."""
    tasks = tasks_of(Assignment.objects.own(person).filter(inspection__round=round))
    address = lambda evidence: f"http://portal.example/evidence/{evidence.pk}/"
    write_score_book(path, tasks, round=round, person=person, at=NOON, address=address)
    return path


def row_of(sheet, code):
    """On which row an item stands."""
    return next(row for row in range(1, 200) if sheet.cell(row, 1).value == code)


def fill(path, unit, cells):
    """Type into a unit's sheet and save: {("1.1", "G"): 50}; saved by openpyxl."""
    book = openpyxl.load_workbook(path)
    sheet = next(each for each in book.worksheets if unit.name in each.title)
    for (code, column), value in cells.items():
        sheet[f"{column}{row_of(sheet, code)}"] = value
    book.save(path)
    return path


def edit(path, change):
    """Do something to the whole book and save it."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def read(path, person):
    """What the portal makes of the book, or Refused."""
    return operations.read_source(read_table(path, "打分.xlsx"), actor=person)


def take_in(path, person):
    """Keep the book as an upload does."""
    stored = files.prepare(
        path.read_bytes(), name="打分.xlsx", media_type=XLSX, owner=person, at=NOON
    )
    return operations.take_in(read(path, person), stored, actor=person, at=NOON)


def upload(path):
    return SimpleUploadedFile("打分.xlsx", path.read_bytes(), XLSX)


def bytes_of(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()
