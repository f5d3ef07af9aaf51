"""The scoring page of one assessor and one unit, read in few queries whatever the index holds."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from evaluations.earlier import first_turns, points_by_item
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Assignment,
    Inspection,
    InspectionRound,
    Phrase,
    Score,
)
from evaluations.rules.items import BASE, ZERO, rounded
from evaluations.rules.sheets import EMPTY, gaps, needs_reason, tick_worths
from evaluations.score_sheets import line_of
from evaluations.tree import neat, tree_of

Kind, State = InspectionRound.Kind, InspectionRound.State
USUAL = ("材料不全", "时间不在年度内", "与现场不符", "缺签到表", "缺照片")
MOST_PHRASES = 9


@dataclass
class Row:
    """One item on the page with everything that stands beside its box."""

    entry: object
    score: object = None
    answer: object = None
    files: list = field(default_factory=list)
    first: Decimal | None = None
    last: Decimal | None = None
    gap: str = ""

    @property
    def item(self):
        return self.entry.item

    @property
    def value(self):
        """What stands in the box."""
        given = self.score.value if self.score else None
        return "" if given is None else str(neat(given))

    @property
    def claimed(self):
        claimed = self.answer.claimed if self.answer else None
        return None if claimed is None else neat(claimed)

    @property
    def version(self):
        return self.score.version if self.score else 0

    @property
    def hit(self):
        return bool(self.score and self.score.hit)

    @property
    def reason(self):
        return self.score.reason if self.score else ""

    @property
    def comment(self):
        return self.score.comment if self.score else ""

    @property
    def ticks(self):
        """Positions of the checklist that the assessor has ticked."""
        return (self.score.raw or {}).get("ticks", []) if self.score else []

    @property
    def is_ticked(self):
        """Do the boxes say where the score comes from? In a workbook there are none."""
        return self.value == "" or "ticks" in (self.score.raw or {})

    @property
    def worths(self):
        """Points by number of boxes ticked, for the page; blank where a score is typed by hand."""
        found = tick_worths(self.item)
        return ",".join("" if each is None else str(neat(each)) for each in found)

    @property
    def lines(self):
        """The checklist with what is ticked, and what the unit ticked."""
        claimed = (self.answer.value or {}).get("ticks", []) if self.answer else []
        words = self.entry.indicator.checklist
        return [(n, word, n in self.ticks, n in claimed) for n, word in enumerate(words)]

    @property
    def hint(self):
        """How the item is counted, in words."""
        item = self.item
        if item.kind == "occurrence":
            return f"每次 {item.each} 分，最高 {item.points} 分"
        if item.kind == "deduction":
            capped = f"，最多扣 {item.points} 分" if item.points else ""
            return f"填扣掉的分数，每次 {item.each} 分{capped}"
        if item.kind == "threshold":
            return "；".join(f"达到 {line}% 得 {neat(points)} 分" for line, points in item.bands)
        return "加分，没有则不填" if item.kind == "bonus" else ""


@dataclass(frozen=True)
class Part:
    """A 一级指标 with its rows."""

    section: object
    rows: list

    @property
    def full(self):
        return neat(sum((row.item.points for row in self.base), ZERO))

    @property
    def base(self):
        return [row for row in self.rows if row.item.kind in BASE]

    @property
    def given(self):
        """What has been given so far; nothing while no item is scored."""
        values = [row.score.value for row in self.base if row.score and row.score.value is not None]
        return neat(sum(values, ZERO)) if values else None


class Desk:
    """What the assessor has before them."""

    def __init__(self, task, user):
        self.task, self.user = task, user
        self.inspection = task.inspection
        self.edition, self.round = self.inspection.edition, self.inspection.round
        self.tree = tree_of(self.edition)

    @cached_property
    def sheet(self):
        """The version being written, or the one that counts; None before the first score."""
        sheets = sorted(self.task.sheets.all(), key=lambda each: -each.number)
        writing = [each for each in sheets if not each.signed_at and not each.decided_at]
        current = [each for each in sheets if each.is_current]
        return (writing or current or [None])[0]

    @cached_property
    def locked(self):
        """Nothing may be typed: signed, or the round is not being scored."""
        if self.sheet and self.sheet.signed_at:
            return True
        writing_a_correction = self.sheet is not None and self.sheet.is_correction
        return self.round.state != State.SCORING and not writing_a_correction

    @cached_property
    def hides_earlier(self):
        """Blind: no earlier score beside the box until everybody has signed."""
        if not self.round.blind:
            return False
        waiting = Assignment.objects.unsigned().filter(inspection=self.inspection)
        return waiting.exists()

    @cached_property
    def parts(self):
        """Sections with their rows."""
        scores = self._scores()
        answers = self._answers()
        files = self._files()
        first, last = Earlier(self).values if not self.hides_earlier else ({}, {})
        found = []
        for section in self.tree.sections:
            rows = [
                Row(
                    entry,
                    scores.get(entry.pk),
                    answers.get(entry.pk),
                    files[entry.pk],
                    first.get(entry.pk),
                    last.get(entry.pk),
                )
                for entry in section.entries
            ]
            found.append(Part(section.indicator, rows))
        self._mark(found)
        return found

    @property
    def rows(self):
        return [row for part in self.parts for row in part.rows]

    def _mark(self, parts):
        missing = {item.code: gap for item, gap in self.gaps_of(parts)}
        for row in (row for part in parts for row in part.rows):
            row.gap = missing.get(row.item.code, "")

    def gaps_of(self, parts):
        rows = [row for part in parts for row in part.rows]
        lines = {row.item.code: line_of(row.score) for row in rows if row.score}
        return gaps([row.item for row in rows], lines, self.edition.reason_below_full)

    def _scores(self):
        if self.sheet is None:
            return {}
        return {row.indicator_id: row for row in Score.objects.filter(sheet=self.sheet)}

    def _answers(self):
        check = self.inspection.self_check_id
        if check is None:
            return {}
        return {
            row.indicator_id: row for row in Answer.objects.handed_in().filter(check_form=check)
        }

    def _files(self):
        """The files under each item, in their order."""
        found = defaultdict(list)
        if self.inspection.self_check_id is None:
            return found
        rows = AnswerEvidence.objects.handed_in().filter(
            answer__check_form=self.inspection.self_check_id
        )
        for row in rows.select_related("answer", "evidence"):
            found[row.answer.indicator_id].append(row)
        return found

    @property
    def shows(self):
        """Which columns of earlier scores there are."""
        return {
            "first": any(row.first is not None for row in self.rows),
            "last": any(row.last is not None for row in self.rows),
        }

    @property
    def todo(self):
        return sum(bool(row.gap) for row in self.rows)

    @property
    def base(self):
        return [row for row in self.rows if row.item.kind in BASE]

    @property
    def scored(self):
        return sum(bool(row.value) for row in self.base)

    @property
    def given(self):
        values = (row.score.value for row in self.base if row.score and row.score.value is not None)
        return neat(sum(values, ZERO))

    @property
    def full_so_far(self):
        """Full marks of the items that have been scored."""
        return neat(sum((row.item.points for row in self.base if row.value), ZERO))

    def of_kind(self, kind):
        return [row for row in self.rows if row.item.kind == kind]

    @property
    def bonus(self):
        return neat(
            sum((row.score.value or ZERO for row in self.of_kind("bonus") if row.score), ZERO)
        )

    @property
    def deducted(self):
        found = self.of_kind("deduction")
        return neat(sum((row.score.value or ZERO for row in found if row.score), ZERO))

    @property
    def vetoes(self):
        return self.of_kind("veto")

    @property
    def hits(self):
        return sum(row.hit for row in self.vetoes)

    @cached_property
    def phrases(self):
        """Those kept for this edition, one's other ones, then the usual ones."""
        own = list(Phrase.objects.visible_to(self.user).order_by("pk"))
        own.sort(key=lambda each: each.edition_id != self.edition.pk)
        words = [(each.pk, each.text) for each in own]
        known = {text for _, text in words}
        words += [(None, text) for text in USUAL if text not in known]
        return words[:MOST_PHRASES]

    @cached_property
    def siblings(self):
        """(signed, all) of this person's units in the round."""
        states = list(
            Assignment.objects.own(self.user)
            .filter(inspection__round=self.round)
            .values_list("state", flat=True)
        )
        return states.count(Assignment.State.SIGNED), len(states)

    def is_open(self, row):
        """Does this row need a reason as it stands?"""
        line = line_of(row.score) if row.score else EMPTY
        return needs_reason(row.item, line, self.edition.reason_below_full)


class Earlier:
    """What the unit was given in this year's 初验, and last year."""

    def __init__(self, desk):
        self.desk = desk

    @property
    def values(self):
        """({item: points in 初验}, {item: points last year})."""
        turns, edition = self._pick(), self.desk.edition.pk
        found = points_by_item((turn, edition) for turn in turns if turn)
        first, last = (found[turn.pk, edition] if turn else {} for turn in turns)
        return _printed(first), _printed(last)

    def _pick(self):
        own = self.desk.inspection
        before = Inspection.objects.filter(
            unit=own.unit_id, round__year__lt=self.desk.round.year, round__state=State.FINISHED
        ).exclude(round__kind=Kind.PRELIMINARY)
        before = before.select_related("round", "edition")
        last = before.order_by("-round__year", "-round__starts_on", "-pk").first()
        return first_turns([own]).get(own.pk), last


def _printed(points):
    return {item: neat(rounded(value)) for item, value in points.items()}
