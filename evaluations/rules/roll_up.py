"""item → section (cap, floor, minimum) → base + capped bonus − deductions (≥ 0) → veto → lines."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from evaluations.rules.items import ZERO, rounded


@dataclass(frozen=True)
class SectionLine:
    """A section's subtotal; `value` is unrounded, `shown` is what pages and sheets print."""

    code: str
    text: str
    value: Decimal
    full: Decimal
    minimum: Decimal | None
    earned: Decimal = ZERO  # before cap and floor

    @property
    def shown(self):
        return rounded(self.value)

    @property
    def below_minimum(self):
        """Held against the figure that people see, as the lines of the total are."""
        return self.minimum is not None and self.shown < self.minimum

    @property
    def is_capped(self):
        return self.value < self.earned


@dataclass(frozen=True)
class Result:
    """A unit's total with everything it is made of."""

    sections: tuple
    bonus_earned: Decimal
    bonus: Decimal
    deductions: Decimal
    unrounded: Decimal
    vetoes: tuple
    missing: tuple
    may_apply: bool
    passed: bool

    @property
    def base(self):
        return sum((line.value for line in self.sections), ZERO)

    @property
    def total(self):
        """The total as shown: rounded half up, once, from the unrounded value."""
        return rounded(self.unrounded)

    @property
    def short_sections(self):
        return [line for line in self.sections if line.below_minimum]


def roll_up(edition, scores, vetoes=()):
    """The result of one unit. `scores` maps item codes to unrounded points; a gap counts as 0."""
    sections = tuple(_section(edition, section, scores) for section in edition.with_points)
    earned = _sum(edition.of_kind("bonus"), scores)
    bonus = min(earned, edition.bonus_cap)
    deductions = _sum(edition.of_kind("deduction"), scores)
    unrounded = _total((line.value for line in sections), bonus, deductions)
    return Result(
        sections=sections,
        bonus_earned=earned,
        bonus=bonus,
        deductions=deductions,
        unrounded=unrounded,
        vetoes=tuple(vetoes),
        missing=_missing(edition, scores),
        may_apply=_reaches(edition.apply_line, unrounded, sections, vetoes),
        passed=_reaches(edition.pass_line, unrounded, sections, vetoes),
    )


def _section(edition, section, scores):
    items = edition.in_section(section.code)
    full, earned = sum((item.points for item in items), ZERO), _sum(items, scores)
    if section.cap is not None:
        full = min(full, section.cap)
    value = _counted(section, earned)
    return SectionLine(section.code, section.text, value, full, section.minimum, earned)


def _counted(section, earned):
    """What a section counts for, within its cap and floor."""
    within = earned if section.cap is None else min(earned, section.cap)
    return max(within, section.floor)


def _total(sections, bonus, deductions):
    return max(sum(sections, ZERO) + bonus - deductions, ZERO)


def total_of_sums(edition, earned, bonus, deductions):
    """The unrounded total from sums alone; `earned` maps section codes to points."""
    sections = (_counted(each, earned.get(each.code, ZERO)) for each in edition.with_points)
    return _total(sections, min(bonus, edition.bonus_cap), deductions)


def _sum(items, scores):
    return sum((scores.get(item.code, ZERO) for item in items), ZERO)


def _missing(edition, scores):
    scored = (item for section in edition.sections for item in edition.in_section(section.code))
    return tuple(item.code for item in scored if item.code not in scores)


def _reaches(line, unrounded, sections, vetoes):
    """Lines are held against the figure that people see, so that page and verdict agree."""
    if vetoes or any(section.below_minimum for section in sections):
        return False
    return rounded(unrounded) >= line


def explain(result):
    """The total line by line, as (words, amount) pairs; unrounded, they add up to the total."""
    lines = [
        (f"{line.text or line.code}{CAPPED if line.is_capped else ''}", line.shown)
        for line in result.sections
    ]
    if result.bonus_earned:
        capped = CAPPED if result.bonus < result.bonus_earned else ""
        lines.append((f"加分{capped}", rounded(result.bonus)))
    if result.deductions:
        lines.append(("扣分", -rounded(result.deductions)))
    beneath = result.deductions - result.base - result.bonus
    return [*lines, ("扣分超过得分，按 0 分计", rounded(beneath))] if beneath > 0 else lines


CAPPED = "（已按上限计）"


def what_if(edition, scores, target, *, vetoes=(), most=3, size=2):
    """Pairs of items that, brought to full marks, would reach `target`; the smallest gain first.

    Each is (first, second, points to gain). Nothing where the target is reached, or a veto makes
    every total worthless; `size=1` asks for single items, as (item, points to gain).
    """
    now = roll_up(edition, scores, vetoes)
    if vetoes or now.total >= target:
        return []
    gaps = _gaps(edition, scores)
    found = [
        (*codes, sum(gaps[code] for code in codes))
        for codes in combinations(gaps, size)
        if rounded(now.unrounded + sum(gaps[code] for code in codes)) >= target
        and _brought_up(edition, scores, codes).total >= target
    ]
    return sorted(found, key=lambda each: (each[-1], each))[:most]


def _gaps(edition, scores):
    """What each base item is short of full marks."""
    base = (item for section in edition.sections for item in edition.in_section(section.code))
    gaps = {item.code: item.points - scores.get(item.code, ZERO) for item in base}
    return {code: gap for code, gap in gaps.items() if gap > 0}


def _brought_up(edition, scores, codes):
    full = {item.code: item.points for item in edition.items if item.code in codes}
    return roll_up(edition, {**scores, **full})
