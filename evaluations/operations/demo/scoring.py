"""What invented assessors give: mostly agreed, sometimes not, now and then a veto."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from evaluations.models import Assignment, Score
from evaluations.operations.demo import words
from evaluations.operations.demo.checking import judged, observed
from evaluations.rules.items import Answer, award, rounded
from evaluations.score_sheets import digest_of


class Scoring:
    """Fills sheets; remembers what it gave, so that totals and digests need no reading."""

    def __init__(self, dice, items):
        self.dice, self.items = dice, items
        self.temper, self.given = {}, defaultdict(list)
        self.usual = (0.8, 0.98)  # how good units are

    def fill(self, inspections, sheets, *, trouble):
        """Scores for every sheet; with `trouble`, a veto, deductions and lasting disagreement."""
        plans = self._plans(inspections, trouble)
        for sheet in sheets:
            self._fill_sheet(sheet, plans[sheet.assignment.inspection_id])
        rows = [each for sheet in sheets for each in self.given[sheet.pk]]
        Score.objects.bulk_create(rows, batch_size=400)

    def _plans(self, inspections, trouble):
        """What is true of each unit, whoever looks: its standing and its few exceptions."""
        troubled = self.dice.sample(inspections, min(9, len(inspections))) if trouble else []
        plans = {each.pk: self._plan(each) for each in inspections}
        kinds = ["veto", "late", "late", "false", *["split"] * 5]
        for inspection, kind in zip(troubled, kinds, strict=False):
            plans[inspection.pk][kind] = True
        return plans

    def _plan(self, inspection):
        items = self.items.of(inspection.edition_id)
        good = self.dice.uniform(*self.usual)
        seen = {
            indicator.pk: observed(self.dice, rule, good)
            for indicator, rule in items
            if rule.kind in ("checklist", "threshold", "occurrence")
        }
        bonus = [i.pk for i, _ in items if i.kind == "bonus" and self.dice.random() < 0.3]
        odd = self.dice.choice([i.pk for i, _ in items if i.kind == "range" and i.points >= 5])
        return {"good": good, "seen": seen, "bonus": bonus, "odd": odd}

    def _fill_sheet(self, sheet, plan):
        items = self.items.of(sheet.assignment.inspection.edition_id)
        whole = sheet.assignment.state == Assignment.State.SIGNED
        part = items if whole else items[: self.dice.randint(2, len(items) * 3 // 4)]
        found = (self._score(sheet, *pair, plan) for pair in part)
        self.given[sheet.pk] = [each for each in found if each]

    def _score(self, sheet, indicator, rule, plan):
        score = Score(
            sheet=sheet,
            indicator=indicator,
            saved_at=sheet.created_at + timedelta(minutes=self.dice.randint(1, 45)),
        )
        filled = getattr(self, f"_{rule.kind}", self._counted)(score, rule, plan)
        return score if filled is not False else None

    def _range(self, score, rule, plan):
        share = plan["good"] + self._temper(score) + self.dice.uniform(-0.08, 0.1)
        if plan.get("split") and score.indicator_id == plan["odd"]:
            share = self.dice.choice([0.35, 0.95])
        score.value = judged(self.dice, rule, share)
        if score.value < rule.points:
            score.reason = self.dice.choice(words.REASONS)
        score.comment = self.dice.choice(words.COMMENTS)

    def _temper(self, score):
        """One person is stricter than the others, another milder, always."""
        who = score.sheet.assignment.assessor_id
        return self.temper.setdefault(who, self.dice.uniform(-0.05, 0.04))

    def _counted(self, score, rule, plan):
        score.raw, value = plan["seen"][score.indicator_id]
        score.value = rounded(value)
        if score.value < rule.points:
            score.reason = self.dice.choice(words.REASONS)

    def _bonus(self, score, rule, plan):
        score.value = rule.points if score.indicator_id in plan["bonus"] else Decimal(0)
        if score.value:
            year = score.saved_at.year
            score.reason = words.BONUS.format(year=year, n=self.dice.randint(1, 40))

    def _deduction(self, score, rule, plan):
        hit = plan.get("late" if "逾期" in rule.text else "false")
        count = 1 if hit else 0
        score.raw = {"count": str(count)}
        score.value = award(rule, Answer(count=Decimal(count)))
        if count:
            score.reason = words.LATE.format(n=1) if "逾期" in rule.text else words.FALSE

    def _veto(self, score, rule, plan):
        score.hit = bool(plan.get("veto") and "整改" in rule.text)
        score.reason = words.VETO if score.hit else ""

    def digest_of(self, sheet):
        """SHA-256 of what the sheet says."""
        return digest_of(sheet, self.given[sheet.pk])
