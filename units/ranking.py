"""The ranking of a deliberation: order, line, ties, departures, what-if. Plain values only.

Whoever has a total, no veto and no section below its minimum is ranked by that total; among
them those that reach their apply line compete for the places. A tie across the line is nobody's
place until somebody decides it.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property


class Verdict(StrEnum):
    """What the ranking alone says of one candidate."""

    IN = "in"
    TIED = "tied"  # equal totals across the line
    BEYOND = "beyond"  # reaches the apply line, not the places
    BELOW = "below"  # ranked, yet below the apply line
    BARRED = "barred"  # a veto, or a section below its minimum
    UNSCORED = "unscored"


RANKED = frozenset({Verdict.IN, Verdict.TIED, Verdict.BEYOND, Verdict.BELOW})


@dataclass(frozen=True)
class Candidate:
    """One application as the deliberation reads it; category and body are any keys."""

    pk: int
    name: str = ""
    category: object = None
    body: object = None
    total: Decimal | None = None
    apply_line: Decimal | None = None
    vetoed: bool = False
    short: bool = False
    first_score: Decimal | None = None
    recommended_rank: int | None = None

    @property
    def is_barred(self):
        return self.vetoed or self.short

    @property
    def is_ranked(self):
        return self.total is not None and not self.is_barred

    @property
    def is_fit(self):
        """Ranked, and not below its apply line."""
        return self.is_ranked and (self.apply_line is None or self.total >= self.apply_line)


@dataclass(frozen=True)
class Departure:
    """What was decided about one candidate, and why."""

    chosen: bool
    reason: str


@dataclass(frozen=True)
class Place:
    """A candidate with its rank, what the ranking says and what was decided."""

    candidate: Candidate
    verdict: Verdict
    rank: int | None = None
    departure: Departure | None = None

    @property
    def pk(self):
        return self.candidate.pk

    @property
    def chosen(self):
        """In or out; None for a tie that nobody has decided yet."""
        if self.verdict == Verdict.BARRED:
            return False
        if self.departure:
            return self.departure.chosen
        return None if self.verdict == Verdict.TIED else self.verdict == Verdict.IN

    @property
    def departs(self):
        """Was it decided otherwise than the ranking says? Of a tie it says nothing."""
        if self.departure is None or self.verdict == Verdict.TIED:
            return False
        return self.departure.chosen != (self.verdict == Verdict.IN)


@dataclass(frozen=True)
class Ranking:
    """All places in their order: ranked ones, barred ones, those without a score."""

    places: tuple
    cut: int | None  # places to give; None: to everyone who reaches the line

    @cached_property
    def by_pk(self):
        return {each.pk: each for each in self.places}

    def __getitem__(self, pk):
        return self.by_pk[pk]

    def of(self, *verdicts):
        """The places of which the ranking says one of these."""
        return [each for each in self.places if each.verdict in verdicts]

    @property
    def chosen(self):
        return [each for each in self.places if each.chosen]

    @property
    def undecided(self):
        """Ties at the line that wait for a decision."""
        return [each for each in self.places if each.chosen is None]

    @property
    def departures(self):
        return [each for each in self.places if each.departs]

    @property
    def last_above(self):
        """The lowest candidate that the ranking does not leave below the line."""
        return next(iter(reversed(self.of(Verdict.IN, Verdict.TIED))), None)

    @property
    def first_below(self):
        """The highest fit candidate below the line."""
        return next(iter(self.of(Verdict.BEYOND)), None)

    @property
    def gap(self):
        """Points between the last above the line and the first below it; None without both."""
        if not (self.last_above and self.first_below):
            return None
        return self.last_above.candidate.total - self.first_below.candidate.total

    @property
    def places_for_ties(self):
        """How many of those tied at the line there is room for."""
        return self.cut - len(self.of(Verdict.IN)) if self.of(Verdict.TIED) else 0

    @property
    def has_mixed_lines(self):
        """Are totals held against different apply lines, so that they compare badly?"""
        lines = {each.candidate.apply_line for each in self.places if each.candidate.is_ranked}
        return len(lines - {None}) > 1


def rank(candidates, cut, departures=None):
    """The ranking of these candidates for `cut` places; `departures` by key of candidate."""
    decided = departures or {}
    counted = sorted((each for each in candidates if each.is_ranked), key=_order)
    above = _verdicts([each for each in counted if each.is_fit], cut)
    ranks = _ranks(counted)
    ranked = [(each, above.get(each.pk, Verdict.BELOW), ranks[each.pk]) for each in counted]
    barred = [each for each in candidates if each.is_barred]
    barred.sort(key=lambda each: (each.total is None, -(each.total or 0), each.pk))
    unscored = [each for each in candidates if each.total is None and not each.is_barred]
    unscored.sort(key=lambda each: (-(each.first_score or 0), each.pk))
    rows = [*ranked, *((each, Verdict.BARRED, None) for each in barred)]
    rows += [(each, Verdict.UNSCORED, None) for each in unscored]
    return Ranking(tuple(Place(*row, decided.get(row[0].pk)) for row in rows), cut)


def _order(candidate):
    """By total; equal ones by first inspection, then by their body's order: for the eye only."""
    first = candidate.first_score
    rank = candidate.recommended_rank
    return (
        -candidate.total,
        first is None,
        -(first or 0),
        rank is None,
        rank or 0,
        candidate.pk,
    )


def _ranks(counted):
    """Equal totals share a rank, and the next one counts them all: 1, 2, 2, 4."""
    found = {}
    for number, each in enumerate(counted, 1):
        before = counted[number - 2] if number > 1 else None
        tied = before is not None and before.total == each.total
        found[each.pk] = found[before.pk] if tied else number
    return found


def _verdicts(fit, cut):
    if cut is None or cut >= len(fit):
        return {each.pk: Verdict.IN for each in fit}
    if cut <= 0:
        return {each.pk: Verdict.BEYOND for each in fit}
    line = fit[cut - 1].total
    is_tied = fit[cut].total == line
    return {each.pk: _verdict(each.total, line, is_tied) for each in fit}


def _verdict(total, line, is_tied):
    if total == line:
        return Verdict.TIED if is_tied else Verdict.IN
    return Verdict.IN if total > line else Verdict.BEYOND


@dataclass(frozen=True)
class WhatIf:
    """What another line would change; nothing is kept."""

    cut: int
    coming: tuple
    going: tuple
    tied: tuple
    chosen: int
    over: int  # beyond the places of the batch


def what_if(ranking, cut, limit=None):
    """Who would come in and who fall out with `cut` places, decisions staying as they are."""
    decided = {each.pk: each.departure for each in ranking.places if each.departure}
    other = rank([each.candidate for each in ranking.places], cut, decided)
    before = {each.pk: each.chosen for each in ranking.places}
    moved = [each for each in other.places if bool(each.chosen) != bool(before[each.pk])]
    chosen = len(other.chosen)
    return WhatIf(
        cut,
        tuple(each for each in moved if each.chosen),
        tuple(each for each in moved if not each.chosen),
        tuple(other.undecided),
        chosen,
        max(0, chosen - limit) if limit else 0,
    )


def faults(ranking, limit):
    """Sentences saying why this list cannot be signed yet; empty if it can."""
    return [*_undecided(ranking), *_barred_in(ranking), *_too_many(ranking, limit)]


def _undecided(ranking):
    names = [each.candidate.name for each in ranking.undecided]
    if not names:
        return []
    room, total = ranking.places_for_ties, ranking.undecided[0].candidate.total
    return [f"{named(names)}同为 {total} 分，在命名线上并列，只有 {room} 个名额，须逐家决定。"]


def _barred_in(ranking):
    asked = [each for each in ranking.of(Verdict.BARRED) if each.departure]
    names = [each.candidate.name for each in asked if each.departure.chosen]
    return [f"{named(names)}一票否决或单项不达标，不能入选，请撤销调入。"] if names else []


def _too_many(ranking, limit):
    count = len(ranking.chosen)
    if limit and count > limit:
        return [f"入选 {count} 家，超出名额 {limit} 家，请减少 {count - limit} 家。"]
    return [] if count else ["还没有一家入选。"]


def named(names, most=5):
    """“甲”“乙”等 7 家: names in a sentence, not more than a person reads."""
    shown = "".join(f"“{each}”" for each in names[:most])
    return f"{shown}等 {len(names)} 家" if len(names) > most else shown


def digest(ranking):
    """SHA-256 of what a department signs: each candidate's figures, its outcome and why."""
    rows = sorted(_said(each) for each in ranking.places)
    text = json.dumps([ranking.cut, rows], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(place):
    of = place.candidate
    why = place.departure.reason if place.departure else ""
    flags = [of.vetoed, of.short, place.chosen]
    return [of.pk, _figure(of.total), _figure(of.apply_line), *flags, why]


def _figure(number):
    return "" if number is None else f"{number:.2f}"


@dataclass(frozen=True)
class Balance:
    """How the chosen spread over bodies and categories, beside the quotas."""

    chosen: Counter
    standing: Counter
    quotas: dict

    def cell(self, body=None, category=None):
        """(chosen, candidates, quota or None) of a body, a category, both, or all."""
        key = (body, category)
        return self.chosen[key], self.standing[key], self.quotas.get(key)


def balance(ranking, quotas):
    """Counts by body and category; `quotas` are {(body, category or None): places}."""
    chosen, standing = Counter(), Counter()
    for each in ranking.places:
        for key in _keys(each.candidate):
            standing[key] += 1
            chosen[key] += bool(each.chosen)
    return Balance(chosen, standing, _with_sums(quotas))


def _keys(candidate):
    body, category = candidate.body, candidate.category
    return (body, category), (body, None), (None, category), (None, None)


def _with_sums(quotas):
    """Besides the quotas as given, their sums where no total was given."""
    sums = Counter()
    for (body, category), places in quotas.items():
        if category is not None:
            sums[None, category] += places
            if (body, None) not in quotas:
                sums[body, None] += places
    whole = Counter(sums) | Counter(quotas)
    bodies = {body for body, _ in quotas}
    sums[None, None] = sum(whole[body, None] for body in bodies)
    return {**sums, **quotas} if quotas else {}
