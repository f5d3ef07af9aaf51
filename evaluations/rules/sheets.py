"""A score sheet as the rules see it: what is missing before it may be signed, and its digest."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import BASE, ZERO, score_fault

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """What an assessor says to one item."""

    value: Decimal | None = None
    hit: bool = False
    reason: str = ""
    comment: str = ""


EMPTY = Line()


def is_done(item, line, reason_below_full):
    """Nothing more is asked of the assessor about this item."""
    return not item_gap(item, line, reason_below_full)


def item_gap(item, line, reason_below_full):
    """What this item still lacks: "score", "reason" or nothing."""
    if item.kind in BASE and line.value is None:
        return "score"
    if needs_reason(item, line, reason_below_full) and not line.reason.strip():
        return "reason"
    return ""


def needs_reason(item, line, reason_below_full):
    """A hit veto and a deduction always have a reason; less than full marks, if so ordered."""
    if item.kind == "veto":
        return line.hit
    if line.value is None:
        return False
    if item.kind == "deduction":
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
    return score_fault(item, line.value) if line.value is not None else ""


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
