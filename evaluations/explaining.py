"""Why a unit has its total: line by line, down to each score, its reason and its evidence."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from evaluations.earlier import first_turns, points_by_item
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Score,
    ScoreSheet,
)
from evaluations.rules.combine import Given, combine, pool_of
from evaluations.rules.consistency import is_apart
from evaluations.rules.items import rounded
from evaluations.rules.roll_up import explain, roll_up, what_if
from evaluations.standings import leader_of
from evaluations.tree import neat, tree_of

KINDS = {"bonus": "加分", "deduction": "扣分", "veto": "一票否决"}


@dataclass
class Told:
    """What one person gave to one item."""

    who: str
    value: Decimal | None
    hit: bool
    reason: str
    comment: str
    sheet: ScoreSheet
    saved_at: object
    source: str
    is_leader: bool = False


@dataclass
class ItemLine:
    """An item: what the unit claimed, what each person gave, what came of it."""

    entry: object
    told: list
    value: Decimal | None = None
    words: str = ""
    sum: str = ""
    apart: bool = False
    claimed: Decimal | None = None
    statement: str = ""
    earlier: Decimal | None = None
    evidence: list = field(default_factory=list)

    @property
    def code(self):
        return self.entry.item.code

    @property
    def text(self):
        return self.entry.item.text

    @property
    def kind(self):
        return KINDS.get(self.entry.item.kind, "")

    @property
    def full(self):
        """Full marks; None where there are none: vetoes, deductions without a limit."""
        return self.entry.item.points or None

    @property
    def full_words(self):
        """The full marks as a cell says them; a veto has none, a deduction may know no limit."""
        if self.full is not None:
            return str(neat(self.full))
        return "不限" if self.entry.item.kind == "deduction" else "—"

    @property
    def shown(self):
        return None if self.value is None else rounded(self.value)

    @property
    def hit(self):
        return any(each.hit for each in self.told)

    @property
    def reasons(self):
        """What was found wanting, without who said so; each sentence once."""
        said = (each.reason for each in self.told if each.reason)
        return sorted(dict.fromkeys(said))


@dataclass
class SectionLine:
    """A 一级指标 with its items, and its subtotal where it counts."""

    code: str
    text: str
    items: list
    line: object = None  # of rules.roll_up, where the section counts

    @property
    def shown(self):
        """The subtotal; of bonuses and deductions what was earned, before any cap: 0 if nothing."""
        if self.line:
            return self.line.shown
        extras = [each for each in self.items if each.kind in ("加分", "扣分")]
        return rounded(_sum(each.value for each in extras) or Decimal(0)) if extras else None

    @property
    def claimed(self):
        return _sum(each.claimed for each in self.items)

    @property
    def earlier(self):
        return _sum(each.earlier for each in self.items)


def _sum(values):
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


class Explanation:
    """One unit's figures in a round, read anew from its signed sheets."""

    def __init__(self, inspection):
        self.inspection, self.edition = inspection, inspection.edition
        self.tree = tree_of(inspection.edition)

    @cached_property
    def sheets(self):
        """The sheets that count, in a fixed order: those who were called later come last."""
        rows = ScoreSheet.objects.in_force().filter(assignment__inspection=self.inspection)
        rows = rows.select_related("assignment__assessor", "approved_by")
        return list(rows.order_by("assignment__is_extra", "assignment__pk"))

    @cached_property
    def told(self):
        """What each person gave, by item."""
        leader, by_sheet = leader_of(self.inspection.round), {each.pk: each for each in self.sheets}
        order = {pk: place for place, pk in enumerate(by_sheet)}
        found = defaultdict(list)
        for score in Score.objects.filter(sheet__in=self.sheets):
            sheet = by_sheet[score.sheet_id]
            person = sheet.assignment.assessor
            found[score.indicator_id].append(
                Told(
                    person.name,
                    score.value,
                    score.hit,
                    score.reason,
                    score.comment,
                    sheet,
                    score.saved_at,
                    score.get_source_display(),
                    person.pk == leader,
                )
            )
        for each in found.values():
            each.sort(key=lambda one: order[one.sheet.pk])
        return found

    @cached_property
    def lines(self):
        """Every item with all that is known of it."""
        answers, papers = self._answers(), self._evidence()
        earlier = self.earlier
        made = {}
        for entry in self.tree.entries:
            line = ItemLine(entry, self.told.get(entry.pk, []))
            self._work_out(line)
            answer = answers.get(entry.pk)
            if answer:
                line.claimed, line.statement = answer.claimed, answer.statement
                line.evidence = papers.get(answer.pk, [])
            line.earlier = earlier.get(entry.pk)
            made[entry.item.code] = line
        return made

    def _work_out(self, line):
        given = [
            Given(each.sheet.assignment.assessor_id, each.value, each.is_leader)
            for each in line.told
            if each.value is not None
        ]
        if not given:
            return
        line.value, line.words = combine(given, self.edition.method)
        line.sum = sum_words(given, self.edition.method, line.shown)
        pool = pool_of(given)
        limit = self.inspection.round.outlier_limit
        line.apart = len(given) > 1 and is_apart(pool.high - pool.low, line.full or 0, limit)

    def _answers(self):
        if self.inspection.self_check_id is None:
            return {}
        rows = Answer.objects.handed_in().filter(check_form=self.inspection.self_check_id)
        return {each.indicator_id: each for each in rows}

    def _evidence(self):
        if self.inspection.self_check_id is None:
            return {}
        rows = AnswerEvidence.objects.handed_in().filter(
            answer__check_form=self.inspection.self_check_id
        )
        found = defaultdict(list)
        for each in rows.select_related("evidence").order_by("position", "pk"):
            found[each.answer_id].append(each.evidence)
        return found

    @cached_property
    def preliminary(self):
        """The unit's turn in the latest finished 初验 of the same year, if there is one."""
        return first_turns([self.inspection]).get(self.inspection.pk)

    @cached_property
    def earlier(self):
        """Item → what 初验 gave, unrounded: subtotals are added up from it."""
        if self.preliminary is None:
            return {}
        found = points_by_item([(self.preliminary, self.edition.pk)])
        return found[self.preliminary.pk, self.edition.pk]

    @cached_property
    def scores(self):
        return {code: each.value for code, each in self.lines.items() if each.value is not None}

    @cached_property
    def vetoes(self):
        return [code for code, line in self.lines.items() if line.hit]

    @cached_property
    def result(self):
        """What everything comes to."""
        return roll_up(self.tree.rules, self.scores, self.vetoes)

    @cached_property
    def sections(self):
        """The index in its order, with subtotals."""
        counted = {each.code: each for each in self.result.sections}
        return [
            SectionLine(
                section.indicator.code,
                section.indicator.text,
                [self.lines[entry.item.code] for entry in section.entries],
                counted.get(section.indicator.code),
            )
            for section in self.tree.sections
        ]

    @property
    def account(self):
        """The total as (words, amount) lines."""
        return explain(self.result)

    @property
    def differs(self):
        """Does what was settled not agree with the scores any more?"""
        settled = self.inspection.settled_at is not None
        return settled and self.inspection.total != self.result.total

    def ways(self, target):
        """What would reach `target`: single items if one is enough, otherwise pairs."""
        given = {"vetoes": self.vetoes, "most": 5}
        single = what_if(self.tree.rules, self.scores, target, size=1, **given)
        found = single or what_if(self.tree.rules, self.scores, target, **given)
        return [
            {"items": [self.lines[code] for code in codes], "gain": neat(gain)}
            for *codes, gain in found
        ]


def sum_words(given, method, shown):
    """The arithmetic of one item: (5 + 4.5 + 4) ÷ 3 = 4.50."""
    values = sorted((each.value for each in given), reverse=True)
    leader = next((each.value for each in given if each.is_leader), None)
    if method == "leader" and leader is not None:
        return f"组长 {neat(leader)}"
    if len(values) == 1:
        return f"{neat(values[0])}"
    dropped = ""
    if method == "trimmed" and len(values) >= 4:
        dropped = f"去掉 {neat(values[0])} 和 {neat(values[-1])}，"
        values = values[1:-1]
    added = " + ".join(str(neat(value)) for value in values)
    return f"{dropped}({added}) ÷ {len(values)} = {shown}"
