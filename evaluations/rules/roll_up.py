"""item → section → base + capped bonus − deductions (≥ 0) → veto → lines."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import ZERO, rounded


@dataclass(frozen=True)
class SectionLine:
    """A section's subtotal; `value` is unrounded, `shown` is what pages and sheets print."""

    code: str
    text: str
    value: Decimal
    full: Decimal
    minimum: Decimal | None

    @property
    def shown(self):
        return rounded(self.value)

    @property
    def below_minimum(self):
        return self.minimum is not None and self.value < self.minimum


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
    sections = tuple(_section(edition, section, scores) for section in edition.sections)
    earned = _sum(edition.of_kind("bonus"), scores)
    bonus = min(earned, edition.bonus_cap)
    deductions = _sum(edition.of_kind("deduction"), scores)
    base = sum((line.value for line in sections), ZERO)
    unrounded = max(base + bonus - deductions, ZERO)
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
    full = sum((item.points for item in items), ZERO)
    return SectionLine(section.code, section.text, _sum(items, scores), full, section.minimum)


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
    """The total line by line, as (words, amount) pairs that add up to it."""
    lines = [(line.text or line.code, line.shown) for line in result.sections]
    if result.bonus_earned:
        capped = "（已按上限计）" if result.bonus < result.bonus_earned else ""
        lines.append((f"加分{capped}", rounded(result.bonus)))
    if result.deductions:
        lines.append(("扣分", -rounded(result.deductions)))
    return lines


def what_if(edition, scores, target, *, vetoes=(), most=3):
    """Pairs of items that, brought to full marks, would reach `target`; the smallest gain first."""
    now = roll_up(edition, scores, vetoes).unrounded
    gaps = [
        (item.code, item.points - scores.get(item.code, ZERO))
        for section in edition.sections
        for item in edition.in_section(section.code)
    ]
    open_gaps = [(code, gap) for code, gap in gaps if gap > 0]
    pairs = [
        (first, second, one + two)
        for index, (first, one) in enumerate(open_gaps)
        for second, two in open_gaps[index + 1 :]
        if rounded(now + one + two) >= target
    ]
    return sorted(pairs, key=lambda pair: (pair[2], pair[0], pair[1]))[:most]
