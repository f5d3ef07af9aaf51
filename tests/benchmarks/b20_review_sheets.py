"""B20: review sheets of a thousand units beside a bare loop over the same cells."""

import io
from tempfile import TemporaryFile

import openpyxl
from django.utils import timezone

from evaluations.models import Inspection, InspectionRound
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.sealed_sheet import SealedSheet
from tests.benchmarks.harness import Figure, seconds
from tests.benchmarks.rounds import make_round

IDS = ("B20",)


def measure(city, full):
    """The whole workbook: read, added up, coded, written."""
    with city.undone():
        held = make_round(city, 1000)
        InspectionRound.objects.filter(pk=held.pk).update(state=InspectionRound.State.FINISHED)
        spent = seconds(lambda: write(held))
        sheets = cells_of(held)
        bare = seconds(lambda: bare_loop(sheets))
    count = sum(len(row) for rows in sheets.values() for row in rows)
    what = f"review sheets, 1,000 units × 60 items × 5 assessors, {count:,} cells"
    yield Figure("B20", what, spent, "s", None, bare, 1.5, "bare openpyxl write-only loop")


def write(held):
    rows = Inspection.objects.filter(round=held)
    with TemporaryFile() as file:
        write_review_book(file, rows, round=held, author="示例", at=timezone.now())


def cells_of(held):
    """Every value of the workbook, sheet by sheet, in memory."""
    found, whole = {}, SealedSheet.write

    def noted(sheet, values, styles, height=None):
        plain = [v if isinstance(v, str | int | None) else float(v) for v in values]
        found.setdefault(sheet.codes.name, []).append(plain)
        return whole(sheet, values, styles, height)

    SealedSheet.write = noted
    try:
        write(held)
    finally:
        SealedSheet.write = whole
    return found


def bare_loop(sheets):
    """openpyxl's write-only workbook, lxml installed, over values in memory."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(io.BytesIO())
