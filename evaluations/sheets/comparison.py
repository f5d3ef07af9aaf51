"""A score book beside what the server has now, cell by cell."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from evaluations.models import Assignment
from evaluations.sheets import merge
from evaluations.sheets.cells import FIELDS, said
from evaluations.sheets.score_data import scores_of, working_sheets
from evaluations.tree import tree_of

State = Assignment.State


@dataclass
class UnitDiff:
    """One unit's cells. `closed` says why none of them can be taken, if so."""

    task: Assignment
    sheet: object
    entries: dict  # indicator key → Entry of the tree
    scores: dict  # indicator key → Score
    cells: list = field(default_factory=list)
    closed: str = ""

    @property
    def unit(self):
        return self.task.inspection.unit

    @cached_property
    def counts(self):
        return Counter(cell.verdict for cell in self.cells)

    def of(self, verdict):
        return [cell for cell in self.cells if cell.verdict == verdict]

    @property
    def changed(self):
        """Cells the person's workbook says otherwise than the server."""
        return [cell for cell in self.cells if cell.verdict in (merge.MINE, merge.CONFLICT)]


class Comparison:
    """Every unit of a score book.

    `content`: [{task, version, lines: {indicator: [base, mine]}}].
    """

    def __init__(self, content, person):
        self.content = {each["task"]: each for each in content}
        self.units = self._units(person)

    def _units(self, person):
        tasks = Assignment.objects.own(person).filter(pk__in=self.content)
        tasks = tasks.select_related(
            "inspection__unit", "inspection__edition", "inspection__round", "assessor"
        )
        rows = {each.pk: each for each in tasks}
        sheets = working_sheets(rows.values())
        scores = scores_of(sheets.values())
        ordered = (rows[pk] for pk in self.content if pk in rows)
        return [self._unit(each, sheets.get(each.pk), scores) for each in ordered]

    def _unit(self, task, sheet, scores):
        tree = tree_of(task.inspection.edition)
        entries = {each.pk: each for each in tree.entries}
        told = self.content[task.pk]
        diff = UnitDiff(task, sheet, entries, scores[sheet.pk] if sheet else {})
        for key, (base, mine) in told["lines"].items():
            entry = entries.get(int(key))
            if entry:
                theirs = said(diff.scores.get(entry.pk), entry.item.kind)
                diff.cells += _cells(task.pk, entry.pk, base, mine, theirs)
        diff.closed = _closed(task, sheet, told["version"])
        return diff

    @cached_property
    def counts(self):
        """How many cells of each verdict."""
        return sum((each.counts for each in self.units), Counter())

    @property
    def differs(self):
        """Is there anything that could be written?"""
        return bool(self.counts[merge.MINE] or self.counts[merge.CONFLICT])

    @property
    def open_units(self):
        return [each for each in self.units if not each.closed]

    @property
    def mark(self):
        """Changes with anything the server says of these cells."""
        seen = [
            [each.task.pk, each.closed, [cell.theirs for cell in each.cells]] for each in self.units
        ]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def _cells(task, indicator, base, mine, theirs):
    sides = zip(FIELDS, base, mine, theirs, strict=True)
    return [merge.Cell(task, indicator, *each) for each in sides]


def _closed(task, sheet, version):
    """Why a unit's scores can't be imported now; empty if they can."""
    round = task.inspection.round
    if round.state == round.State.FINISHED and task.state != State.SIGNED:
        return f"“{round}”已结束，不能再打分。"
    if sheet and sheet.signed_at:
        return "已签字，签字后的分数不能再导入；确需更改，请在门户申请更正。"
    if sheet and version and sheet.number != version:
        return f"导出之后已开始第 {sheet.number} 版更正，请重新导出这家单位再填。"
    return ""
