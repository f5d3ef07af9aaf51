"""B9: the register as a workbook of thirty columns, written by the worker."""

import io
import time
from datetime import date, datetime
from itertools import chain, pairwise, repeat
from tempfile import TemporaryFile

import openpyxl
from django.utils import timezone

from portal.lists import Column
from portal.models import Job
from portal.workbooks import write_workbook
from tests.benchmarks.city import City
from tests.benchmarks.harness import Figure, memory_grown, seconds
from tests.benchmarks.peers import import_export_workbook
from units import sheets
from units.exports import REGISTER_SHEET
from units.listings import UnitListing
from units.operations.export import ask_export
from units.tasks import export_register

IDS = ("B9",)
WIDE = 29  # and the row's number


def thirty_columns():
    """The register's columns, some of them twice, so that there are thirty with the number."""
    again = [
        Column(f"{each.key}2", f"{each.heading}2", each.value, each.kind) for each in REGISTER_SHEET
    ]
    return [*REGISTER_SHEET, *again][:WIDE]


BENCH = ("示例名册", UnitListing, tuple(thirty_columns()), "")


def measure(city, full):
    """Ten thousand rows, and with --full a hundred thousand; time, memory, signs of life."""
    sheets.SHEETS["bench"] = BENCH
    yield from lengths(city, 10_000, 5)
    if full:
        yield from lengths(city, 100_000, 60)
    yield from beside_import_export(city)


def lengths(city, rows, bar):
    """One length of list: the job beside the bare writer, and what memory it takes."""
    with city.undone(), only(rows):
        job = ask(city)
        told = []
        spent = seconds(lambda: watched(job, told))
        bare = bare_seconds(city)
    what = f"xlsx, {rows:,} × 30, the whole job"
    yield Figure("B9", what, spent, "s", bar, bare, 1.3, "bare openpyxl write-only loop")
    gap = round(max((b - a for a, b in pairwise(told)), default=0), 2)
    yield Figure("B9", f"longest silence of its progress, {rows:,} rows", gap, "s", 2)
    grown, small = memory_grown(write, rows), memory_grown(write, rows // 10)
    yield Figure("B9", f"memory, {rows:,} rows", grown, "MB", 80)
    growth = f"memory from {rows // 10:,} to {rows:,} rows"
    yield Figure("B9", growth, grown, "MB", None, max(small, 1), 2, "a tenth of the rows")


class only:
    """While it lasts, an export takes so many rows, units again from the first if need be."""

    def __init__(self, rows):
        self.rows = rows

    def __enter__(self):
        self.whole, wanted = UnitListing.rows, self.rows

        def rows(listing, ids):
            keys = list(ids.values_list("pk", flat=True)[:wanted])
            rounds = -(-wanted // max(1, len(keys)))
            every = chain.from_iterable(repeat(keys, rounds))
            return in_parts(listing, list(every)[:wanted])

        UnitListing.rows = rows

    def __exit__(self, *_):
        UnitListing.rows = self.whole


def in_parts(listing, keys):
    """The same steps as Listing.rows, for a list of keys that may repeat."""
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        found = listing.fetch(part).in_bulk()
        listing.dress(list(found.values()))
        yield from (found[key] for key in part)


def bare_seconds(city):
    values = list(plain_values(city))
    return seconds(lambda: bare_loop(values))


def ask(city):
    payload = {"sheet": "bench", "query": "", "picked": []}
    return ask_export("示例名册", payload, actor=city.city_officer, at=timezone.now())


def watched(job, told):
    """Run the job and note when it showed a sign of life."""
    from portal.jobs.handle import Handle

    shown = Handle._show

    def show(handle):
        told.append(time.monotonic())
        shown(handle)

    Handle._show = show
    told.append(time.monotonic())
    try:
        export_register(job_id=job.pk)
    finally:
        Handle._show = shown
    told.append(time.monotonic())
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def export_of(city):
    return sheets.Export("bench", "", [], user=city.city_officer)


def write(rows):
    """The workbook alone, as the task writes it."""
    sheets.SHEETS["bench"] = BENCH
    with only(rows), TemporaryFile() as file:
        export_of(City()).write(file, at=timezone.now())


def plain_values(city):
    """Every value of the workbook, in memory."""
    export = export_of(city)
    columns = sheets.sheet_for(city.city_officer.role, export.columns)
    for row in export.listing.rows(export.ids):
        yield [plain(column.value(row)) for column in columns]


def plain(value):
    return value if isinstance(value, int | date | datetime | None) else str(value)


def bare_loop(values):
    """openpyxl's write-only workbook, lxml installed, over values in memory."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in values:
        sheet.append(row)
    book.save(io.BytesIO())


def beside_import_export(city):
    """The same rows and columns through django-import-export, fetched and dressed before."""
    listing = UnitListing(city.city_officer, {})
    with only(10_000):
        rows = list(listing.rows(listing.ids()))
    columns, at = thirty_columns(), timezone.now()
    ours = seconds(
        lambda: write_workbook(
            io.BytesIO(), sheet="示例", title="示例", columns=columns, rows=rows, at=at
        )
    )
    theirs = seconds(lambda: import_export_workbook(columns, rows))
    what = "xlsx, 10,000 rows in memory × 29"
    yield Figure("B9", what, ours, "s", None, theirs, 0.5, "django-import-export")
