"""B13: a night of the clock over the titles of the city, as usual and after a long silence."""

from datetime import date, timedelta

from django.utils import timezone

from tests.benchmarks.harness import Figure, seconds
from units.models import Designation
from units.models.designation import Status, status_q
from units.operations.title_clock import mark_due, mark_expired

IDS = ("B13",)
TODAY = date(2026, 11, 22)


def measure(city, full):
    """All that had never been recorded, then the night after, then one with nothing to do."""
    counts = []
    with city.undone():
        first = seconds(lambda: counts.append(night(TODAY)))
        usual = seconds(lambda: counts.append(night(TODAY + timedelta(days=1))))
        bare = seconds(one_update)
        idle = seconds(lambda: night(TODAY + timedelta(days=1)))
        queries = city.queries(lambda: night(TODAY + timedelta(days=2)))
    titles = f"{city.designations:,} titles"
    each = round(first / max(1, counts[0]) * 10_000, 2)
    yield Figure("B13", f"first night over {titles}, each 10,000 recorded", each, "s", bar=2)
    yield Figure("B13", f"usual night over {titles}, {counts[1]} recorded", usual, "s", bar=2)
    yield Figure(
        "B13",
        f"night over {titles} with nothing to record",
        idle,
        "s",
        bar=2,
        baseline=max(bare, 0.01),
        at_most=3,
        beside="one UPDATE with the same WHERE",
    )
    yield Figure("B13", "statements of a night", queries, "", bar=14)


def night(on):
    """What the clock records of titles; how many."""
    at = timezone.now()
    return mark_due(on, at) + mark_expired(on, at)


def one_update():
    """The bare statement that finds what has expired."""
    over = Designation.objects.filter(status_q(Status.EXPIRED, TODAY, 0), state="active")
    over.update(state="expired")
