"""Do assessors agree, is one of them lenient, and would the ranking stand with other assessors?"""

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import mean, stdev

# Two-sided 95 % quantiles of Student's t by degrees of freedom (any statistics table).
T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 10: 2.23}
T95_MANY = 1.96


@dataclass(frozen=True)
class Severity:
    """How far above (+) or below (−) colleagues an assessor scores, in points of a total."""

    assessor: int
    estimate: float
    low: float
    high: float
    units: int

    @property
    def stands_out(self):
        """The interval leaves no room for chance."""
        return self.low > 0 or self.high < 0


def severities(totals):
    """Each assessor's mean difference to the colleagues of the same unit, with a 95 % interval.

    `totals` maps unit → {assessor: total}. Units scored by one person alone say nothing.
    """
    differences = defaultdict(list)
    for by_assessor in totals.values():
        if len(by_assessor) > 1:
            for assessor, total in by_assessor.items():
                others = [each for who, each in by_assessor.items() if who != assessor]
                differences[assessor].append(float(total) - mean(map(float, others)))
    return [_severity(assessor, values) for assessor, values in sorted(differences.items())]


def _severity(assessor, values):
    estimate = mean(values)
    if len(values) < 2:
        return Severity(assessor, estimate, float("-inf"), float("inf"), len(values))
    half = T95.get(len(values) - 1, T95_MANY) * stdev(values) / sqrt(len(values))
    return Severity(assessor, estimate, estimate - half, estimate + half, len(values))


def outliers(given_by_item, full_by_item, limit):
    """Items whose scores lie further apart than `limit` of full marks: call a third assessor."""
    flagged = []
    for code, given in given_by_item.items():
        values = [each.value for each in given]
        if len(values) > 1 and full_by_item[code]:
            apart = max(values) - min(values)
            if apart > limit * full_by_item[code]:
                flagged.append((code, apart))
    return flagged


def rank_stability(totals, places, *, resamples=1000, seed=0):
    """For each unit, the share of resampled panels in which it is among the first `places`.

    Assessors of a unit are drawn anew with replacement (bootstrap, Efron 1979); a unit's total is
    the mean of those drawn. Ties go to the unit that stood higher as scored.
    """
    draw = Random(seed)
    units = sorted(totals, key=lambda unit: -mean(map(float, totals[unit].values())))
    panels = [[float(total) for total in totals[unit].values()] for unit in units]
    inside = [0] * len(units)
    for _ in range(resamples):
        drawn = [sum(draw.choices(panel, k=len(panel))) / len(panel) for panel in panels]
        order = sorted(range(len(units)), key=lambda index: (-drawn[index], index))
        for index in order[:places]:
            inside[index] += 1
    return {unit: inside[index] / resamples for index, unit in enumerate(units)}
