"""What an item of an index is, and how an answer to it becomes points."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

ZERO = Decimal(0)
CENT = Decimal("0.01")
MOST_DEDUCTED = Decimal(100)  # by one item that has no cap of its own: more is a slip of the hand
DUST = Decimal("1e-12")
LARGEST = Decimal("9999.99")  # what the columns of points hold
BASE = frozenset({"range", "occurrence", "checklist", "threshold"})
COUNTED = {"occurrence": "count", "checklist": "met", "threshold": "percent", "deduction": "count"}


@dataclass(frozen=True)
class Item:
    """A 测评要点. `bands` are (percent or number met, points), highest first."""

    code: str
    section: str
    kind: str
    points: Decimal = ZERO
    each: Decimal | None = None
    checklist: int = 0
    bands: tuple = ()
    step: Decimal = Decimal("0.5")
    text: str = ""


@dataclass(frozen=True)
class Section:
    """A 一级指标: what it counts for at most and at least, and a pass line of its own, if any."""

    code: str
    text: str = ""
    minimum: Decimal | None = None
    cap: Decimal | None = None
    floor: Decimal = ZERO


@dataclass(frozen=True)
class Edition:
    """An index as the rules see it."""

    sections: tuple
    items: tuple
    apply_line: Decimal
    pass_line: Decimal
    bonus_cap: Decimal = ZERO
    method: str = "mean"

    @cached_property
    def _by_section(self):
        base = [item for item in self.items if item.kind in BASE]
        codes = {section.code for section in self.sections}
        return {code: [item for item in base if item.section == code] for code in codes}

    @cached_property
    def _by_kind(self):
        kinds = {item.kind for item in self.items}
        return {kind: [item for item in self.items if item.kind == kind] for kind in kinds}

    @cached_property
    def with_points(self):
        """Sections that count; bonuses and vetoes may stand in sections of their own."""
        return [section for section in self.sections if self._by_section[section.code]]

    def in_section(self, code):
        """Items of a section that count towards its subtotal."""
        return self._by_section.get(code, [])

    def of_kind(self, kind):
        return self._by_kind.get(kind, [])


@dataclass(frozen=True)
class Answer:
    """What was observed of an item that is counted, not judged."""

    count: Decimal = ZERO
    met: int = 0
    percent: Decimal = ZERO
    ticks: tuple = field(default=())


def rounded(value):
    """Two decimals, half up: the one rounding, for a figure about to be shown.

    A seventh has no exact decimal, so seven of them may add up to 0.999… with 28 nines. Means of
    a few dozen assessors cannot come within a millionth of a half cent without being on it, so
    what lies beyond the twelfth decimal is dust of the division and is dropped before rounding.
    """
    return value.quantize(DUST).quantize(CENT, ROUND_HALF_UP)


def award(item, answer):
    """Points that an observation earns. A deduction's points are positive and taken off later."""
    if item.kind == "occurrence":
        return min(answer.count * item.each, item.points)
    if item.kind == "checklist":
        return _checklist_points(item, answer.met)
    if item.kind == "threshold":
        return _band_points(item.bands, answer.percent)
    if item.kind == "deduction":
        taken = answer.count * item.each
        return min(taken, item.points) if item.points else taken
    raise ValueError(f"{item.code}: a {item.kind} item is judged, not counted")


def _checklist_points(item, met):
    if item.bands:
        return _band_points(item.bands, Decimal(met))
    return item.points * met / item.checklist


def _band_points(bands, reached):
    return next((points for line, points in bands if reached >= line), ZERO)


def _deduction_fault(item, value):
    if value > MOST_DEDUCTED:
        return f"{value} 超过一项最多可扣的 {MOST_DEDUCTED} 分，请核对。"
    if item.each and value != item.points and value % item.each:
        return f"每次扣 {item.each} 分，{value} 不是它的倍数，请核对。"
    return ""


def score_fault(item, value):
    """Why this cannot be the item's score, as a sentence; empty if it can."""
    if value < 0:
        return f"{value} 小于 0，请填 0 到 {item.points} 之间的分值。"
    if item.points and value > item.points:
        return f"{value} 超过满分 {item.points}，请核对。"
    if item.kind == "deduction":
        return _deduction_fault(item, value)
    if value % item.step:
        return f"{value} 不是 {item.step} 的倍数，请按 {item.step} 分一档填写。"
    return ""
