"""Do assessors agree, and is one of them lenient? Figures about people, with their uncertainty."""

from collections import defaultdict
from dataclasses import dataclass
from math import inf, sqrt

# Two-sided 95 % quantiles of Student's t by degrees of freedom (any statistics table).
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447}
Z95 = 1.959964


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
    """Each assessor's leniency against colleagues on the same units, with a 95 % interval.

    `totals` maps unit → {assessor: total}. Least squares for total = unit + assessor + chance, so
    that whoever had the better units, or a lenient partner, is not blamed for it. Units scored by
    one person alone say nothing; people who share no unit with others cannot be compared to them.
    """
    shared = {unit: by for unit, by in totals.items() if len(by) > 1}
    return sorted(
        (each for group in _groups(shared) for each in _fitted(group, shared)),
        key=lambda each: each.assessor,
    )


def _groups(totals):
    """Assessors who can be compared, directly or through common colleagues."""
    group_of = {}
    for by_assessor in totals.values():
        joined = set(by_assessor).union(*(group_of.get(who, ()) for who in by_assessor))
        for who in joined:
            group_of[who] = joined
    return list({id(group): sorted(group) for group in group_of.values()}.values())


def _fitted(group, totals):
    rows = [list(by.items()) for by in totals.values() if next(iter(by)) in group]
    place = {who: index for index, who in enumerate(group)}
    inverse, effects = _least_squares(rows, place)
    noise = _noise(rows, place, effects)
    units = defaultdict(int)
    for who in (who for row in rows for who, _ in row):
        units[who] += 1
    stretch = len(group) / (len(group) - 1)  # from the mean of all to the mean of the others
    for who, index in place.items():
        half = stretch * noise * sqrt(max(inverse[index][index], 0)) if noise < inf else inf
        estimate = stretch * effects[index]
        yield Severity(who, estimate, estimate - half, estimate + half, units[who])


def _least_squares(rows, place):
    """The inverse of the normal equations with units swept out, and the effects; they sum to 0."""
    size = len(place)
    # 1/size in every cell says that the effects sum to nought; the pseudo-inverse has it taken off
    matrix = [[1 / size] * size for _ in place]
    right = [0.0] * size
    for row in rows:
        mean = sum(map(float, (total for _, total in row))) / len(row)
        for who, total in row:
            one = place[who]
            matrix[one][one] += 1
            right[one] += float(total) - mean
            for other, _ in row:
                matrix[one][place[other]] -= 1 / len(row)
    inverse = _inverted(matrix)
    inverse = [[value - 1 / size for value in row] for row in inverse]
    return inverse, [sum(a * b for a, b in zip(row, right, strict=True)) for row in inverse]


def _inverted(matrix):
    """Gauss–Jordan; the matrix is symmetric and positive, so that no pivoting is needed."""
    size = len(matrix)
    wide = [
        [*row, *(1.0 if column == index else 0.0 for column in range(size))]
        for index, row in enumerate(matrix)
    ]
    for step in range(size):
        pivot = wide[step][step]
        wide[step] = [value / pivot for value in wide[step]]
        for other in range(size):
            factor = wide[other][step]
            if other != step and factor:
                wide[other] = [
                    value - factor * above
                    for value, above in zip(wide[other], wide[step], strict=True)
                ]
    return [row[size:] for row in wide]


def _noise(rows, place, effects):
    """Half width of an interval per unit of standard error; infinite where nothing is left over."""
    squares = 0.0
    for row in rows:
        left = [float(total) - effects[place[who]] for who, total in row]
        mean = sum(left) / len(left)
        squares += sum((each - mean) ** 2 for each in left)
    freedom = sum(map(len, rows)) - len(rows) - len(place) + 1
    return quantile(freedom) * sqrt(squares / freedom) if freedom > 0 else inf


def quantile(freedom):
    """Student's t for a two-sided 95 % interval (Cornish and Fisher's expansion beyond 6)."""
    if freedom in T95:
        return T95[freedom]
    z, d = Z95, freedom
    first = (z**3 + z) / (4 * d)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * d**2)
    return z + first + second + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * d**3)


def is_apart(apart, full, limit):
    """Do the scores of an item with these full marks lie too far apart?"""
    return bool(full) and apart > limit * full
