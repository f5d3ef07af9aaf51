"""Scores given under one edition, restated under another along the mapping of its items."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import ZERO
from evaluations.rules.roll_up import roll_up

CARRIED = frozenset({"same", "merged", "split"})


@dataclass(frozen=True)
class Restated:
    """One unit on both editions. `low` and `high` give new items nothing and full marks."""

    old: object
    new: object
    low: object
    high: object
    unknown: tuple  # codes of new items that nobody has scored yet

    def crosses(self, line):
        """Which way the verdict (“passed”, “may_apply”) turns: up, down, or not at all."""
        before, after = getattr(self.old, line), getattr(self.new, line)
        return "" if before == after else ("up" if after else "down")

    def sure(self, line):
        """The verdict on the new edition does not hang on items that nobody has scored."""
        return getattr(self.low, line) == getattr(self.high, line)


def restate(old, new, mappings, scores, vetoes=()):
    """Both results of one unit; new items are taken at the rate of those that are known.

    `mappings` are (relation, old code, new code); `scores` maps codes of the old edition.
    """
    carried = carry(old, new, mappings, scores)
    hit = {code for relation, was, code in mappings if relation in CARRIED and was in set(vetoes)}
    hits = tuple(item.code for item in new.of_kind("veto") if item.code in hit)
    base = [item for section in new.sections for item in new.in_section(section.code)]
    unknown = [item for item in base if item.code not in carried]
    rate = _rate(base, carried)
    guesses = ({item.code: item.points * share for item in unknown} for share in (rate, ZERO, 1))
    middle, low, high = (roll_up(new, {**carried, **guess}, hits) for guess in guesses)
    codes = tuple(item.code for item in unknown)
    return Restated(roll_up(old, scores, vetoes), middle, low, high, codes)


def carry(old, new, mappings, scores):
    """Points of the new edition's items, each at the share of full marks its sources earned."""
    by_code = {item.code: item for item in old.items}
    sources = {}
    for relation, was, code in mappings:
        if relation in CARRIED and was in by_code:
            sources.setdefault(code, []).append(by_code[was])
    found = {}
    for item in new.items:
        known = [each for each in sources.get(item.code, ()) if each.code in scores]
        if known:
            found[item.code] = _points(item, known, scores)
    return found


def _points(item, sources, scores):
    earned = sum((scores[each.code] for each in sources), ZERO)
    full = sum((each.points for each in sources), ZERO)
    if not full or not item.points:  # a deduction without a cap has no share
        return earned
    return item.points * earned / full


def _rate(base, carried):
    known = [item for item in base if item.code in carried]
    full = sum((item.points for item in known), ZERO)
    return sum((carried[item.code] for item in known), ZERO) / full if full else Decimal(0)
