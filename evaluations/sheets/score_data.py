"""What a score book is made of: the person's units with what stands beside each box."""

from collections import defaultdict
from dataclasses import dataclass, field

from evaluations.earlier import first_points
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Assignment,
    Score,
    ScoreSheet,
)
from evaluations.rules.items import rounded
from evaluations.tree import tree_of

SIGNED = Assignment.State.SIGNED


@dataclass
class Task:
    """One unit that a person is to score."""

    assignment: Assignment
    tree: object
    sheet: ScoreSheet | None  # the one to write on, or the signed one; none where none was begun
    scores: dict = field(default_factory=dict)  # indicator key → Score
    claimed: dict = field(default_factory=dict)  # indicator key → what the unit gave itself
    before: dict = field(default_factory=dict)  # indicator key → what 初验 gave, unrounded
    files: dict = field(default_factory=dict)  # indicator key → [(number, Evidence)]

    @property
    def unit(self):
        return self.assignment.inspection.unit

    @property
    def inspection(self):
        return self.assignment.inspection

    @property
    def edition(self):
        return self.assignment.inspection.edition

    def first(self, indicator):
        """What 初验 gave to an item, as printed."""
        given = self.before.get(indicator)
        return None if given is None else rounded(given)

    @property
    def is_locked(self):
        """Signed, and no correction is open: there is nothing to fill in."""
        return bool(self.sheet and self.sheet.signed_at) or self.assignment.state == SIGNED


def tasks_of(assignments):
    """Every unit of these assignments, in order of visit, read with a few queries."""
    rows = list(
        assignments.select_related(
            "inspection__unit__region", "inspection__edition__family", "inspection__round"
        ).order_by("inspection__visit_on", "inspection__unit__name", "pk")
    )
    tasks = [Task(each, tree_of(each.inspection.edition), None) for each in rows]
    _find_sheets(tasks)
    _find_claims(tasks)
    _find_first_scores(tasks)
    return tasks


def working_sheets(assignments):
    """By assignment, the version one writes on: an open correction, else the one in force."""
    rows = ScoreSheet.objects.filter(assignment__in=assignments).order_by("number")
    found = {}
    for row in rows:
        if row.is_current or row.signed_at is None:
            found[row.assignment_id] = row
    return found


def scores_of(sheets):
    """By sheet, its scores by indicator."""
    found = defaultdict(dict)
    for row in Score.objects.filter(sheet__in=sheets):
        found[row.sheet_id][row.indicator_id] = row
    return found


def _find_sheets(tasks):
    sheets = working_sheets([each.assignment for each in tasks])
    scores = scores_of(sheets.values())
    for task in tasks:
        task.sheet = sheets.get(task.assignment.pk)
        task.scores = scores[task.sheet.pk] if task.sheet else {}


def _find_claims(tasks):
    """What units gave themselves, and the files they cite, numbered within the item."""
    by_check = defaultdict(list)
    for task in tasks:
        by_check[task.inspection.self_check_id].append(task)
    by_check.pop(None, None)
    answers = Answer.objects.handed_in().filter(check_form__in=by_check)
    for check, indicator, claimed in answers.values_list("check_form", "indicator", "claimed"):
        for task in by_check[check]:
            task.claimed[indicator] = claimed
    cited = AnswerEvidence.objects.handed_in().filter(answer__check_form__in=by_check)
    for row in cited.select_related("answer", "evidence").order_by("answer", "position", "pk"):
        for task in by_check[row.answer.check_form_id]:
            files = task.files.setdefault(row.answer.indicator_id, [])
            files.append((len(files) + 1, row.evidence))


def _find_first_scores(tasks):
    """初验 of the same year, unless the round is blind: then nobody is to be led by it."""
    open_ones = [each for each in tasks if not each.inspection.round.blind]
    found = first_points([each.inspection for each in open_ones])
    for task in open_ones:
        task.before = found.get(task.inspection.pk, {})
