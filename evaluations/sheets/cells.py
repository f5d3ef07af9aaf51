"""What an input cell says, in one spelling, so that server, workbook and manifest can be compared.

A score is "4.5", a hit veto "是", nothing is "".
"""

from decimal import Decimal

FIELDS = ("value", "reason", "comment")
LABELS = {"value": "得分", "reason": "理由", "comment": "评语"}
YES, NO = "是", "否"
LONGEST = 300  # characters of a reason or comment


def number_text(value):
    """5.00 → 5, 0.50 → 0.5, None → nothing."""
    if value is None:
        return ""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_text(value):
    """Text without the differences that programs make when they save: line ends, outer spaces."""
    return str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def said(score, kind):
    """The three cells of a stored score; of none, three empty ones."""
    if score is None:
        return ("", "", "")
    value = (YES if score.hit else "") if kind == "veto" else number_text(score.value)
    return (value, plain_text(score.reason), plain_text(score.comment))
