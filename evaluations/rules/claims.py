"""What a unit claims for an item, from what it filled in, and what is still lacking."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import (
    BASE,
    COUNTED,
    LARGEST,
    ZERO,
    Answer,
    award,
    rounded,
    score_fault,
)

NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,4})?")
MOST_COUNTED = Decimal(99_999)
JUDGED = frozenset({"range", "bonus"})
UNITS = {"occurrence": "次数", "deduction": "次数", "threshold": "百分比"}


@dataclass(frozen=True)
class Claim:
    """Points claimed; None while nothing usable is filled in, with the reason if any."""

    points: Decimal | None
    fault: str = ""


@dataclass(frozen=True)
class Filled:
    """What stands under one item. `material_asked`: at least one file has to prove it."""

    value: dict
    statement: str = ""
    files: int = 0
    material_asked: bool = False


def key_of(kind):
    """Under which name the value of a kind of item is kept."""
    return "points" if kind in JUDGED else "ticks" if kind == "checklist" else _counted(kind)


def _counted(kind):
    return "hit" if kind == "veto" else COUNTED[kind]


def is_required(item):
    """Base items, and whether a veto applies; bonus and deduction only where there is one."""
    return item.kind in BASE or item.kind == "veto"


def is_begun(item, filled):
    """Has anything been filled in at all?"""
    given = filled.value.get(key_of(item.kind))
    return given not in (None, "", []) or bool(filled.statement.strip()) or filled.files > 0


def claim(item, value):
    """The points that go with what was filled in."""
    given = value.get(key_of(item.kind))
    if item.kind == "veto":
        return Claim(None)
    if item.kind == "checklist":
        return Claim(None) if given is None else _ticked(item, given)
    if given is None or not str(given).strip():
        return Claim(None)
    return _numbered(item, str(given))


def is_hit(item, value):
    """Does the unit say that a veto applies to it?"""
    return item.kind == "veto" and value.get("hit") is True


def _ticked(item, given):
    met = len({each for each in given if 0 <= each < item.checklist})
    return Claim(award(item, Answer(met=met)))


def _numbered(item, text):
    number = number_of(text)
    fault = _number_fault(item, number, text)
    if fault:
        return Claim(None, fault)
    if item.kind in JUDGED:
        return Claim(number)
    name = "percent" if item.kind == "threshold" else "count"
    points = award(item, Answer(**{name: number}))
    fault = _size_fault(points, LARGEST, text)
    return Claim(None, fault) if fault else Claim(points)


def _number_fault(item, number, text):
    """Why this cannot be what was counted or judged, as a sentence; empty if it can."""
    if number is None:
        return f"“{text[:20]}”不是数字，请只填{UNITS.get(item.kind, '分值')}。"
    if number < 0:
        return f"{text} 小于 0，请填 0 或更大的数。"
    if item.kind == "threshold" and number > 100:
        return f"{text} 超过 100，请填 0 到 100 之间的百分比。"
    if item.kind in JUDGED:
        return score_fault(item, number) or _size_fault(number, LARGEST, text)
    if item.kind != "threshold" and number != number.to_integral():
        return f"{text} 不是整数，请填发生的次数。"
    return _size_fault(number, MOST_COUNTED, text)


def _size_fault(number, most, text):
    return f"{text} 太大，请核对。" if number > most else ""


def number_of(text):
    """A number as people type it: full width, with a % or 分 behind it; None if it is none."""
    half = unicodedata.normalize("NFKC", text).strip().rstrip("%分次").strip()
    return Decimal(half) + ZERO if NUMBER.fullmatch(half) else None  # -0 is 0


def lacks(item, filled, *, words_cap):
    """Sentences saying what keeps the item from being handed in; empty if nothing does."""
    if not is_begun(item, filled):
        return [_untouched(item)] if is_required(item) else []
    found = [*_value(item, filled), *_words(filled, words_cap)]
    return found + _proof(item, filled)


def is_wrong(item, filled, *, words_cap):
    """Does something stand there that cannot count: no number, too much, too many words?"""
    return bool(claim(item, filled.value).fault or _words(filled, words_cap))


def _untouched(item):
    if item.kind == "veto":
        return "还没有选“没有”或“有”。"
    return "还没有勾选。" if item.kind == "checklist" else "还没有填。"


def _value(item, filled):
    given = filled.value.get(key_of(item.kind))
    if item.kind == "veto":
        return [] if isinstance(given, bool) else ["还没有选“没有”或“有”。"]
    if item.kind == "checklist":
        said = given or filled.statement.strip()
        return [] if said else ["一条也没有勾选，请勾选，或在说明里写明原因。"]
    told = claim(item, filled.value)
    if told.fault:
        return [told.fault]
    return [f"还没有填{UNITS.get(item.kind, '自评分')}。"] if told.points is None else []


def _words(filled, cap):
    over = len(filled.statement.strip()) - cap
    return [f"说明超出 {over} 字，上限 {cap} 字，请删减。"] if over > 0 else []


def _proof(item, filled):
    """Points claimed stand on something: a file where one is asked for, else a sentence."""
    told = bool(filled.statement.strip())
    if is_hit(item, filled.value) or item.kind == "deduction":
        needed = is_hit(item, filled.value) or (claim(item, filled.value).points or ZERO) > 0
        return ["请在说明里写明情况。"] if needed and not told else []
    if not (claim(item, filled.value).points or ZERO) > 0:
        return []
    if filled.material_asked and not filled.files:
        return ["还没有材料，至少要 1 份。"]
    return [] if told or filled.files else ["请写一句情况说明，或附 1 份材料。"]


def claimed_points(item, value):
    """Points as a row keeps them: rounded once; None while there are none."""
    points = claim(item, value).points
    return None if points is None else rounded(points)
