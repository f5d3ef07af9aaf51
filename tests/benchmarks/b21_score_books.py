"""B21: two hundred filled score books of five units come back, on one core."""

import os
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.utils import timezone

from evaluations.models import Assignment, Inspection, InspectionRound, Score
from evaluations.operations import score_books as operations
from evaluations.sheets import manifest, score_book
from evaluations.sheets.comparison import Comparison
from evaluations.sheets.merge import MINE
from evaluations.sheets.score_data import tasks_of
from portal import files
from portal.models import User
from portal.workbooks import XLSX, read_table
from tests.benchmarks.harness import Figure, seconds
from tests.benchmarks.rounds import make_edition, make_team
from units.models import Unit

IDS = ("B21",)
BOOKS, WARM, EACH, ITEMS = 220, 20, 5, 60


def measure(city, full):
    """Read, check, compare and write; the reading child shares the core."""
    tidy("VACUUM ANALYZE")
    with city.undone(), TemporaryDirectory() as folder:
        held, people = make_round(city)
        books = [filled(held, person, Path(folder) / f"{person.pk}.xlsx") for person in people]
        bring_back(books[:WARM])  # and let the planner know, as the database does by itself
        tidy("ANALYZE")
        with one_core():
            spent = seconds(lambda: bring_back(books[WARM:]))
        written = Score.objects.filter(sheet__assignment__inspection__round=held).count()
        assert written == BOOKS * EACH * ITEMS, written
    what = f"{BOOKS - WARM} filled score books × {EACH} units × {ITEMS} items imported, one core"
    yield Figure("B21", what, spent, "s", 60)


def tidy(how):
    """What earlier figures left behind is not to be waded through."""
    with connection.cursor() as cursor:
        cursor.execute(f"{how} evaluations_score, evaluations_scoresheet, evaluations_assignment")


def make_round(city):
    """So many assessors with five units each, nothing scored yet."""
    edition, day = make_edition(city, ITEMS), timezone.localdate()
    held = InspectionRound.objects.create(
        kind=InspectionRound.Kind.ACCEPTANCE,
        title="示例验收",
        year=day.year,
        region=city.region,
        starts_on=day,
        ends_on=day,
        state=InspectionRound.State.SCORING,
    )
    people, units = make_team(held, BOOKS), Unit.objects.order_by("pk")[:BOOKS]
    inspections = Inspection.objects.bulk_create(
        [Inspection(round=held, unit=unit, edition=edition) for unit in units]
    )
    Assignment.objects.bulk_create(
        [
            Assignment(inspection=inspections[(place + step) % BOOKS], assessor=person)
            for place, person in enumerate(people)
            for step in range(EACH)
        ]
    )
    return held, list(User.objects.filter(pk__in=[each.pk for each in people]))


def filled(held, person, path):
    """A book as it comes back: empty when it was exported, every box filled in since."""
    tasks = tasks_of(Assignment.objects.own(person).filter(inspection__round=held))
    for task in tasks:
        task.scores = {
            each.pk: Score(value=Decimal("1.5"), reason="缺少记录") for each in task.tree.entries
        }
    whole = manifest.Line
    manifest.Line = lambda row, key, code, kind, said: whole(row, key, code, kind, ("", "", ""))
    try:
        score_book.write_score_book(
            str(path), tasks, round=held, person=person, at=timezone.now(), address=str
        )
    finally:
        manifest.Line = whole
    return person, path


@contextmanager
def one_core():
    """This process, and the children it starts, on a single core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def bring_back(books):
    """As the pages do it: upload, look at the differences, confirm them all."""
    for person, path in books:
        at = timezone.now()
        stored = files.prepare(path, name="打分.xlsx", media_type=XLSX, owner=person, at=at)
        table = read_table(files.path_of(stored.sha256), stored.name)
        source = operations.read_source(table, actor=person)
        imported = operations.take_in(source, stored, actor=person, at=at)
        compared = Comparison(imported.content, person)
        take = {cell.key for unit in compared.units for cell in unit.of(MINE)}
        operations.apply_import(
            imported, take=take, picks={}, mark=compared.mark, actor=person, at=at
        )
