"""B11: the review desk with 5,000 applications on it: the list, one application, one that moves."""

from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from portal.models import User
from tests.benchmarks.harness import Figure, p95, timed
from units.models import (
    Application,
    Batch,
    BatchStage,
    HonourRule,
    Level,
    Quota,
    RecommendingBody,
    Regulation,
    TitleKind,
    Unit,
)
from units.operations.desks import accept_application

IDS = ("B11",)
NUMBER = 5_000
PAGES = {
    "the to-do of 5,000": "",
    "its last page": "?page=100",
    "sorted by deadline": "?sort=due",
    "filtered by name": "?q=示例三",
}


def measure(city, full):
    """All of them lie with the naming region: the fullest desk there is."""
    with city.undone():
        batch = lay_out(city)
        url = reverse("units:desk")
        for what, query in PAGES.items():
            page = city.opener(city.city_officer, f"{url}{query}")
            yield Figure("B11", what, p95(page, 20), "ms", 300)
            yield Figure("B11", "the same, queries", city.queries(page), "", 12)
        yield from one(city, batch)


def one(city, batch):
    """An application in the middle of the list, with its neighbours; then its move."""
    middle = batch.applications.order_by("pk")[NUMBER // 2]
    page = city.opener(city.city_officer, reverse("units:review", args=[middle.pk]))
    yield Figure("B11", "one application in the middle of it", p95(page, 20), "ms", 500)
    yield Figure("B11", "the same, queries", city.queries(page), "", 45)
    rows = list(Application.objects.for_display().filter(batch=batch)[:20])
    at, officer = timezone.now(), city.city_officer
    spent = sorted(timed(lambda row=row: accept_application(row, actor=officer, at=at))
                   for row in rows)  # fmt: skip
    yield Figure("B11", "accepting one of them", round(spent[-2], 1), "ms", 200)


def lay_out(city):
    """A batch of the city, every unit's application recommended and not yet accepted."""
    region, now = city.region, timezone.now()
    regulation = Regulation.objects.create(title="示例办法", starts_on=date(2024, 1, 1))
    rule = HonourRule.objects.create(regulation=regulation, level=Level.CITY, term_years=5)
    batch = Batch.objects.create(
        name="测速批",
        level=Level.CITY,
        kind=TitleKind.objects.first(),
        region=region,
        rule=rule,
        state=Batch.State.OPEN,
        year=now.year,
    )
    noon = timezone.make_aware(datetime.combine(now.date(), time(12)))
    BatchStage.objects.create(
        batch=batch,
        kind=BatchStage.Kind.REVIEWING,
        position=1,
        starts_at=noon - timedelta(days=9),
        ends_at=noon + timedelta(days=9),
    )
    body, _ = RecommendingBody.objects.get_or_create(
        region=region, kind=RecommendingBody.Kind.TERRITORIAL, defaults={"name": region.name}
    )
    Quota.objects.create(batch=batch, body=body, places=NUMBER)
    Application.objects.bulk_create(_applications(batch, body, region, now), batch_size=1000)
    return batch


def _applications(batch, body, region, now):
    clerk = User.objects.get(username="bench-city")
    units = Unit.objects.order_by("pk").values_list("pk", "category")[:NUMBER]
    for rank, (unit, category) in enumerate(units, 1):
        arrived = now - timedelta(minutes=rank)
        yield Application(
            batch=batch,
            unit_id=unit,
            category_id=category,
            body=body,
            rule=batch.rule,
            state=Application.State.REVIEWING,
            desk=region,
            desk_since=arrived,
            submitted_at=arrived,
            recommended_at=arrived,
            recommended_rank=rank,
            deeds="示例事迹。" * 200,
            created_at=arrived,
            created_by=clerk,
        )
