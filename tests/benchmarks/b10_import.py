"""B10: a list of ten thousand rows, compared, written, and brought again."""

import os
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import Region
from portal.workbooks import read_table
from tests.benchmarks.harness import Figure, seconds
from tests.benchmarks.peers import import_rows
from units.importing import checking, fields, loading, rows
from units.models import Unit
from units.operations import imports
from units.operations.import_apply import apply_import, bring_in
from units.operations.import_source import from_file

IDS = ("B10",)
ROWS = 10_000
HEAD = "序号,单位名称,所在地区,级别,称号,批次,年份,命名日期,文号,类别,备注".split(",")  # noqa: SIM905
TABLES = ("units_unit", "units_designation", "units_batch", "units_changeentry", "units_unitname")


def measure(city, full):
    """Dry run, commit, and the same file again, beside bare reading and django-import-export."""
    folder = tempfile.mkdtemp(dir=os.environ["PORTAL_VAR"])
    path = Path(folder) / "名单.xlsx"
    with city.undone():
        write(path, clear_rows(city))
        yield from dry_run(city, path)
        yield from written(city, path)


def clear_rows(city):
    """Rows half of which name units of the register, half new ones; none of them in doubt."""
    units = Unit.objects.select_related("region__parent__parent").order_by("pk")[: ROWS // 2 + 600]
    known = [_row(unit.name, unit.region) for unit in units]
    places = Region.objects.within(city.region).filter(level=Region.Level.TOWNSHIP)
    towns = list(places.select_related("parent").order_by("pk"))
    new = [
        _row(f"{towns[n % len(towns)].name}示例甲{n:05d}学校", towns[n % len(towns)])
        for n in range(ROWS // 2 + 600)
    ]
    half = ROWS // 2
    return clear(city, known)[:half] + clear(city, new)[:half]


def _row(name, region):
    if region.level == Region.Level.VILLAGE:
        region = region.parent
    where, day = f"{region.parent.name}{region.name}", date(2026, 5, 1)
    title = ["盟市级", "示范单位", "第二十批", 2026, day, "示民发〔2026〕1号"]
    return [name, where, *title, "", "示例"]


def clear(city, listed):
    """Those of the rows that wait for nobody."""
    lines = [
        rows.fill(rows.Line(n, 1, dict(zip(KEYS, map(str, row), strict=True))), {}, date.today())
        for n, row in enumerate(listed)
    ]
    found = checking.check(lines, loading.matcher(city.city_officer))
    return [
        row for row, each in zip(listed, found, strict=True) if each.verdict in ("new", "match")
    ]


KEYS = (
    "unit_name",
    "region",
    "level",
    "kind",
    "batch",
    "year",
    "named_on",
    "document_no",
    "category",
    "remark",
)


def write(path, listed):
    """The rows as an office would send them."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append(HEAD)
    for number, row in enumerate(listed, 1):
        sheet.append([number, *row])
    book.save(path)


def bare_reading(path):
    """Every cell of the workbook, and nothing else."""
    book = openpyxl.load_workbook(path, read_only=True)
    for row in book.active.iter_rows(values_only=True):
        list(row)
    book.close()


def compared(city, path):
    """What a dry run does: read, map, check every cell, match every unit."""
    table = read_table(path, path.name)
    lines = rows.parse(table, fields.guess(table), today=timezone.localdate())
    findings = checking.check(lines, loading.matcher(city.city_officer, lines=lines))
    counts = checking.counts(findings)
    assert counts["new"] + counts["match"] == len(findings) == ROWS, counts


def dry_run(city, path):
    """The whole dry run beside reading alone."""
    spent = seconds(lambda: compared(city, path))
    bare = seconds(lambda: bare_reading(path))
    what = f"xlsx import, {ROWS:,} rows, dry run with all checks and matching"
    yield Figure("B10", what, spent, "s", 8, bare, 2.5, "openpyxl reading it alone")


def taken_in(city, path):
    """The list read and taken in: (job, its lines, by whom and when)."""
    who = {"actor": city.city_officer, "at": timezone.now()}
    source = from_file(path, path.name, owner=who["actor"], at=who["at"])
    job = imports.take_in(source, **who)
    mapping = fields.Mapping.of(job.mapping)
    return job, rows.parse(source.table, mapping, today=timezone.localdate()), who


def again(city, path):
    """What the command does with a file, from reading to the last line of the audit."""
    job, lines, who = taken_in(city, path)
    bring_in(job, lines, **who)


def written(city, path):
    """The commit beside django-import-export creating the same units, then the file again."""
    job, lines, who = taken_in(city, path)
    imports.check_import(job, lines, **who)
    spent = seconds(lambda: apply_import(job, **who))
    with transaction.atomic():
        theirs = seconds(lambda: import_rows(path))
        transaction.set_rollback(True)
    what = f"the same, written: {ROWS:,} titles, {ROWS // 2:,} new units"
    yield Figure("B10", what, spent, "s", 6, theirs, 0.5, "django-import-export, bare units")
    with CaptureQueriesContext(connection) as sent:
        spent = seconds(lambda: again(city, path))
    words = [each["sql"] for each in sent]
    writes = [sql for sql in words if sql[:6] in ("INSERT", "UPDATE", "DELETE")]
    touched = [sql for sql in writes if any(f'"{table}"' in sql[:60] for table in TABLES)]
    yield Figure("B10", "the same file again, unchanged", spent, "s", 5)
    yield Figure("B10", "writes to the register by it", len(touched), "", 0)
