"""A score sheet as the rules see it: what is missing before it may be signed, and its digest."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import BASE, ZERO, Answer, award, score_fault

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """What an assessor says to one item."""

    value: Decimal | None = None
    hit: bool = False
    reason: str = ""
    comment: str = ""
    met: int | None = None  # boxes ticked; None where no boxes were shown, as in a workbook


EMPTY = Line()


def item_gap(item, line, reason_below_full):
    """What this item still lacks: "score", "reason" or nothing."""
    if item.kind in BASE and line.value is None:
        return "score"
    if needs_reason(item, line, reason_below_full) and not line.reason.strip():
        return "reason"
    return ""


def needs_reason(item, line, reason_below_full):
    """Vetoes, deductions and bonuses always have one; less than full marks, if so ordered."""
    if item.kind == "veto":
        return line.hit
    if line.value is None:
        return False
    if item.kind in ("deduction", "bonus"):
        return line.value > 0
    return bool(reason_below_full and item.kind in BASE and line.value < item.points)


def gaps(items, lines, reason_below_full):
    """(item, what it lacks) of every item that is not done."""
    found = (
        (item, item_gap(item, lines.get(item.code, EMPTY), reason_below_full)) for item in items
    )
    return [(item, gap) for item, gap in found if gap]


def sign_faults(items, lines, reason_below_full):
    """Sentences saying why the sheet can't be signed yet; empty if it can."""
    open_items = gaps(items, lines, reason_below_full)
    unscored = [item.code for item, gap in open_items if gap == "score"]
    unexplained = [item.code for item, gap in open_items if gap == "reason"]
    wrong = (line_fault(item, lines.get(item.code, EMPTY)) for item in items)
    found = [text for text in wrong if text]
    if unscored:
        found.append(f"还有 {len(unscored)} 项没有打分：{_codes(unscored)}。")
    if unexplained:
        found.append(f"还有 {len(unexplained)} 项没有写理由：{_codes(unexplained)}。")
    return found


def _codes(codes):
    shown = "、".join(codes[:10])
    return f"{shown} 等" if len(codes) > 10 else shown


def line_fault(item, line):
    """Why this can't stand for the item, as a sentence; empty if it can."""
    if item.kind == "veto":
        return f"“{item.code} {item.text}”是一票否决项，不打分。" if line.value is not None else ""
    if line.hit:
        return f"“{item.code} {item.text}”不是一票否决项，不能勾选触发。"
    if line.value is None:
        return ""
    return score_fault(item, line.value) or _tick_fault(item, line)


def _tick_fault(item, line):
    if item.kind != "checklist" or line.met is None:
        return ""
    due = tick_worths(item)[min(line.met, item.checklist)]
    if due is None or due == line.value:
        return ""
    return (
        f"“{item.code} {item.text}”勾选了 {line.met} 条，应得 {_plainly(due)} 分，"
        f"与填的 {_plainly(line.value)} 分不符，请按实际情况勾选。"
    )


def _plainly(value):
    return f"{value.quantize(CENT):f}".rstrip("0").rstrip(".")


def tick_worths(item):
    """Points by number of boxes ticked; None where they are no score and one is typed by hand."""
    if not item.checklist:
        return [None]
    worths = (award(item, Answer(met=met)) for met in range(item.checklist + 1))
    return [None if worth % item.step else worth for worth in worths]


def met_of(raw):
    """How many boxes were ticked; None where none were shown."""
    ticks = (raw or {}).get("ticks")
    return None if ticks is None else len(set(ticks))


def subtotal(items, lines):
    """Points given to the base items so far, before they are combined with other assessors'."""
    given = (lines.get(item.code, EMPTY).value for item in items if item.kind in BASE)
    return sum((value for value in given if value is not None), ZERO)


def digest(head, lines):
    """SHA-256 over who scored what by which edition, and every line of the sheet.

    `head` is a dict of plain values; figures are written with two decimals, so that a database
    which gives back 5 for 5.00 changes nothing.
    """
    said = [[code, *_plain(line)] for code, line in sorted(lines.items())]
    text = json.dumps([head, said], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(line):
    value = None if line.value is None else str(line.value.quantize(CENT))
    return [value, line.hit, line.reason, line.comment]
