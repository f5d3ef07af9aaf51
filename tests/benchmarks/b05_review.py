"""B5: the results of a round while it runs, the roll-up from bare scores, the bootstrap."""

import random
from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from evaluations.models import Inspection
from evaluations.operations.settling import settle_round
from evaluations.rules.stability import Panel, rank_stability
from evaluations.standings import standings
from tests.benchmarks.harness import Figure, beside, p95, seconds
from tests.benchmarks.rounds import keep_tallies, make_round

IDS = ("B5",)
SIZES = ((300, 300), (2_000, 600))  # units, bar in ms


def measure(city, full):
    """The dashboard at both sizes, then 300,000 scores from nothing, then 1,000 resamples."""
    small = None
    for units, bar in SIZES:
        with city.undone():
            figures = list(dashboard(city, units, bar, small))
        small = figures[0].measured
        yield from figures
    with city.undone():
        yield from rolled_up(city)
    yield from bootstrap()


def dashboard(city, units, bar, small):
    """The first page of a running round beside the database's own sums over its scores."""
    held = make_round(city, units)
    keep_tallies(held)
    page = city.opener(city.city_officer, reverse("evaluations:round-results", args=[held.pk]))
    ours, bare = beside(page, sums_of(held), times=20)
    what = f"results of a running round, {units:,} units, {units * 300:,} scores"
    yield Figure("B5", what, ours, "ms", bar, bare, 2, "bare aggregate SQL by item")
    yield Figure("B5", "the same, queries", city.queries(page), "", 25)
    if small:
        words = f"growth from {SIZES[0][0]:,} to {units:,} units"
        yield Figure(
            "B5", words, ours, "ms", None, small, round(units / SIZES[0][0], 1), "300 units"
        )


def sums_of(held):
    """The database adding up every item's scores, and nothing done with it."""

    def run():
        with connection.cursor() as cursor:
            cursor.execute(SUMS, [held.pk])
            cursor.fetchall()

    return run


SUMS = """
SELECT task.inspection_id, score.indicator_id, count(*), sum(score.value)
FROM evaluations_score score
JOIN evaluations_scoresheet sheet ON sheet.id = score.sheet_id
JOIN evaluations_assignment task ON task.id = sheet.assignment_id
JOIN evaluations_inspection inspection ON inspection.id = task.inspection_id
WHERE inspection.round_id = %s AND sheet.is_current AND sheet.signed_at IS NOT NULL
GROUP BY task.inspection_id, score.indicator_id
"""


def rolled_up(city):
    """1,000 units from their bare scores, with no figures kept; and settling them."""
    held = make_round(city, 1_000)
    whole = partial(standings, held)
    spent, bare = beside(whole, sums_of(held), times=5, warm=1)
    what = "roll-up of 300,000 scores: 1,000 units × 5 × 60"
    yield Figure("B5", what, spent / 1000, "s", 2, bare / 1000, None, "bare aggregate SQL by item")
    yield Figure("B5", "the same, queries", city.queries(whole), "", 20)
    spent = seconds(lambda: settle_round(held, actor=city.city_officer, at=timezone.now()))
    assert not Inspection.objects.filter(round=held, rank=None).exists()
    yield Figure("B5", "settling them: totals, ranks, 1,000 resamples, stored", spent, "s", 5)


def bootstrap():
    """200 units at five assessors each; the baseline draws the same numbers and does nothing."""
    dice = random.Random(200)
    panels = [
        Panel(unit, tuple(80 + dice.gauss(0, 5) for _ in range(5)), 80 + dice.gauss(0, 5))
        for unit in range(200)
    ]
    spent = p95(lambda: rank_stability(panels, 30), times=10, warm=1) / 1000
    yield Figure("B5", "bootstrap, 1,000 resamples of 200 units", round(spent, 2), "s", 2)
