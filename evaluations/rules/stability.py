"""Would the ranking stand with other assessors? Bootstrap (Efron 1979, Annals of Statistics 7).

Assessors of each unit are drawn anew, with replacement, from those it had; the deviation of the
drawn from the real panel moves the settled total. Drawing again and again shows how often a unit
stays above the line.
"""

from dataclasses import dataclass
from random import Random

RESAMPLES = 1000


@dataclass(frozen=True)
class Panel:
    """One unit's assessors: the total each of them alone would give, and the total as settled."""

    unit: int
    totals: tuple
    settled: float
    method: str = "mean"
    line: float | None = None


def rank_stability(panels, places=None, *, resamples=RESAMPLES, seed=0):
    """For each unit the number of resamples in which it is among the first `places`.

    Without `places` it is the number in which the unit reaches its own line. Of units that tie at
    the cut all are inside, as in the ranking itself.
    """
    draw = Random(seed)
    standing = sorted(panels, key=lambda panel: (-panel.settled, panel.unit))
    drawn = [_drawn(panel, draw, resamples) for panel in standing]
    if places is None:
        pairs = zip(standing, drawn, strict=True)
        return {panel.unit: _reaching(panel, totals) for panel, totals in pairs}
    inside = _inside(drawn, places)
    return {panel.unit: count for panel, count in zip(standing, inside, strict=True)}


def _drawn(panel, draw, resamples):
    """The unit's total in each resample."""
    values, size = [float(each) for each in panel.totals], len(panel.totals)
    if size < 2 or panel.method == "leader":  # nobody else to draw, or nobody else decides
        return [round(float(panel.settled), 9)] * resamples
    combined = _trimmed if panel.method == "trimmed" and size >= 4 else _mean
    shift = float(panel.settled) - combined(values)
    again = iter(draw.choices(values, k=size * resamples))
    return [round(combined(chosen) + shift, 9) for chosen in zip(*[again] * size, strict=True)]


def _mean(values):
    return sum(values) / len(values)


def _trimmed(values):
    return (sum(values) - min(values) - max(values)) / (len(values) - 2)


def _reaching(panel, totals):
    """Floats: a hair below the line is on it."""
    return sum(total > panel.line - 1e-9 for total in totals)


def _inside(drawn, places):
    inside = [0] * len(drawn)
    for totals in zip(*drawn, strict=True):
        last = sorted(totals, reverse=True)[:places][-1]
        for index, total in enumerate(totals):
            inside[index] += total >= last
    return inside
