"""Several assessors' scores of one item become one, by the method of the edition."""

from dataclasses import dataclass
from decimal import Decimal

TRIM_NEEDS = 4


@dataclass(frozen=True)
class Given:
    """One assessor's score of one item."""

    assessor: int
    value: Decimal
    is_leader: bool = False


def combine(given, method):
    """The item's score, unrounded, and the sentence that says how it came about."""
    values = sorted(each.value for each in given)
    if method == "leader":
        return _leaders(given, values)
    if method == "trimmed" and len(values) >= TRIM_NEEDS:
        return _mean(values[1:-1]), f"去掉最高分和最低分后，{len(values) - 2} 人平均。"
    if method == "trimmed":
        return _mean(values), f"不足 {TRIM_NEEDS} 人，不去最高最低，{len(values)} 人平均。"
    return _mean(values), f"{len(values)} 人平均。"


def _leaders(given, values):
    chosen = [each.value for each in given if each.is_leader]
    if chosen:
        return chosen[0], "由组长评定。"
    return _mean(values), f"组长未打分，暂取 {len(values)} 人平均。"


def _mean(values):
    return sum(values, Decimal(0)) / len(values)


def spread(given):
    """Highest minus lowest score of one item."""
    values = [each.value for each in given]
    return max(values) - min(values)
