"""B13: a night of the clock over the titles of the city, as usual and after a long silence."""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from portal import clock
from tests.benchmarks.harness import Figure, forget_peak, peak, seconds
from units.models import Designation, TitleKind
from units.models.designation import Status, status_q
from units.operations.title_clock import mark_due, mark_expired

IDS = ("B13",)
TODAY = date(2026, 11, 22)
MILLION = 1_000_000


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
    yield from whole_nights(city, f"{city.designations:,}", bar=2)
    if full:
        with city.undone():
            multiply(city)
            yield from whole_nights(city, f"{Designation.objects.count():,}", bar=60)


def whole_nights(city, titles, bar):
    """Every duty of the clock, reminders too: what had been left, then a night as usual."""
    with city.undone():
        done = []
        before = forget_peak()
        first = seconds(lambda: done.append(run(TODAY)))
        yield Figure("B13", f"every duty over {titles} titles, {done[0]} left over", first, "s")
        usual = seconds(lambda: done.append(run(TODAY + timedelta(days=1))))
        words = f"every duty over {titles} titles, {done[1]} of a usual night"
        yield Figure("B13", words, usual, "s", bar=bar)
        queries = city.queries(lambda: run(TODAY + timedelta(days=2)))
        yield Figure("B13", f"the same, statements over {titles} titles", queries, "", bar=60)
        grown = round(peak() - before)
        yield Figure("B13", f"the same, memory over {titles} titles", grown, "MB", bar=150)


def run(on):
    """All duties; how many things they did."""
    return sum(clock.run(on, timezone.now()).counts.values())


def multiply(city):
    """A million titles: those there are, in further kinds."""
    times = MILLION // city.designations
    kinds = [
        TitleKind.objects.create(code=f"bench-{each}", name=f"示例{each}", family="demonstration")
        for each in range(times)
    ]
    fields = [each.column for each in Designation._meta.fields if each.name != "id"]
    read = ["k.id" if each == "kind_id" else f"d.{each}" for each in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO units_designation ({', '.join(fields)}) SELECT {', '.join(read)} "
            "FROM units_designation d CROSS JOIN units_titlekind k WHERE k.id = ANY(%s)",
            [[each.pk for each in kinds]],
        )
        cursor.execute("ANALYZE units_designation")


def night(on):
    """What the clock records of titles; how many."""
    at = timezone.now()
    return mark_due(on, at) + mark_expired(on, at)


def one_update():
    """The bare statement that finds what has expired."""
    over = Designation.objects.filter(status_q(Status.EXPIRED, TODAY, 0), state="active")
    over.update(state="expired")
