"""Several assessors' scores of one item become one, by the method of the edition."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

TRIM_NEEDS = 4


@dataclass(frozen=True)
class Given:
    """One assessor's score of one item."""

    assessor: int
    value: Decimal
    is_leader: bool = False


class Pool(NamedTuple):
    """What has to be known of an item's scores, whichever the method; a database can tell it."""

    count: int
    total: Decimal
    low: Decimal
    high: Decimal
    leader: Decimal | None = None


def pool_of(given):
    """The scores of one item taken together."""
    values = [each.value for each in given]
    leaders = (each.value for each in given if each.is_leader)
    total = sum(values, Decimal(0))
    return Pool(len(values), total, min(values), max(values), next(leaders, None))


def combine(given, method):
    """The item's score, unrounded, and the sentence that says how it came about."""
    pool = pool_of(given)
    return value_of(pool, method), words_of(pool, method)


def value_of(pool, method):
    """The item's score, unrounded."""
    if method == "leader" and pool.leader is not None:
        return pool.leader
    if method == "trimmed" and pool.count >= TRIM_NEEDS:
        return (pool.total - pool.low - pool.high) / (pool.count - 2)
    return pool.total / pool.count


def words_of(pool, method):
    """How the item's score came about, as a sentence."""
    if method == "leader" and pool.leader is not None:
        return "由组长评定。"
    if method == "leader":
        return f"组长未打分，暂取 {pool.count} 人平均。"
    if method == "trimmed" and pool.count >= TRIM_NEEDS:
        return f"去掉最高分和最低分后，{pool.count - 2} 人平均。"
    if method == "trimmed":
        return f"不足 {TRIM_NEEDS} 人，不去最高最低，{pool.count} 人平均。"
    return f"{pool.count} 人平均。"
