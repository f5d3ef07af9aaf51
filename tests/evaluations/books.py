"""Score books for tests: written, filled in as people do, read back."""

from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluations.models import Assignment, Score
from evaluations.operations import score_books as operations
from evaluations.operations.scoring import Entry, open_sheet, save_scores
from evaluations.sheets import merge
from evaluations.sheets.comparison import Comparison
from evaluations.sheets.score_book import write_score_book
from evaluations.sheets.score_data import tasks_of
from portal import files
from portal.workbooks import XLSX, read_table
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.factories import NOON

LATER = NOON + timedelta(hours=1)
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


def lay_out_book(cast, settings, folder):
    """Two units, two assessors; the first has begun with the unit in the east and has a book."""
    settings.MEDIA_ROOT = folder / "files"
    stand = lay_out(cast)
    stand.east, stand.west = cast.one, cast.other
    stand.task = fetch(stand.tasks[0])
    give(stand, "1.1", D(50), reason="缺少记录")
    stand.path = export(stand.round, stand.one, folder / "book.xlsx")
    return stand


def give(stand, code, value=None, reason="", **more):
    """Score an item on screen."""
    key = build.item_of(stand.edition, code).pk
    task = fetch(stand.task)
    sheet = open_sheet(task, actor=task.assessor, at=NOON)
    have = sheet.scores.filter(indicator=key).first()
    entry = Entry(key, have.version if have else 0, value, reason=reason, **more)
    outcome = save_scores(task, [entry], actor=task.assessor, at=NOON, sheet=sheet)
    assert not outcome.faults and not outcome.conflicts


def scores(stand):
    rows = Score.objects.filter(sheet__assignment__assessor=stand.one)
    return {
        (each.sheet.assignment.inspection.unit, each.indicator.code): each
        for each in rows.select_related("sheet__assignment__inspection__unit", "indicator")
    }


def confirm(imported, person, picks=None, leave=()):
    compared = Comparison(imported.content, person)
    keys = {cell.key for unit in compared.units for cell in unit.of(merge.MINE)} - set(leave)
    return operations.apply_import(
        imported, take=keys, picks=picks or {}, mark=compared.mark, actor=person, at=LATER
    )
