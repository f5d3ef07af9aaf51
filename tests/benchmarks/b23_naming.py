"""B23: the deliberation of 500 candidates, and the decision that names 500 units at once."""

from datetime import date, timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.models import Region, User
from tests.benchmarks.harness import Figure, p95, seconds
from units.models import (
    Application,
    Batch,
    BatchIssuer,
    Designation,
    HonourRule,
    IssuingBody,
    Level,
    NoticeEntry,
    PublicNotice,
    Quota,
    RecommendingBody,
    Regulation,
    TitleKind,
    Unit,
)
from units.operations.decisions import apply_decision, draft_decision

IDS = ("B23",)
MANY = 500
A = Application.State


def measure(city, full):
    """A batch of 500, first before its deliberation, then with everybody proposed."""
    with city.undone():
        batch = make_batch(city)
        fill(city, batch, A.ACCEPTED)
        page = city.opener(city.city_officer, reverse("units:deliberation", args=[batch.pk]))
        yield Figure("B23", f"deliberation of {MANY} candidates", p95(page), "ms", bar=300)
        yield Figure("B23", "the same, queries", city.queries(page), "", bar=15)
        whole = city.opener(
            city.city_officer, reverse("units:deliberation", args=[batch.pk]) + "?show=all"
        )
        yield Figure("B23", f"the same, all {MANY} rows", p95(whole, 20), "ms", bar=500)
    with city.undone():
        batch = make_batch(city)
        fill(city, batch, A.PROPOSED)
        decision, leader = drafted(batch, city)
        at = timezone.now()
        spent = seconds(lambda: apply_decision(decision, actor=leader, at=at))
        assert Designation.objects.filter(batch=batch).count() == MANY
        yield Figure("B23", f"a decision of {MANY} names takes effect", spent, "s", bar=3)


def make_batch(city):
    """An open batch with its rule, departments and quotas."""
    regulation = Regulation.objects.create(title="示例办法", starts_on=date(2020, 1, 1))
    rule = HonourRule.objects.create(regulation=regulation, level=Level.CITY, term_years=5)
    batch = Batch.objects.create(
        level=Level.CITY,
        kind=make_kind(),
        name="示例第九十批",
        region=city.region,
        rule=rule,
        approval_no="示例批准〔2026〕1号",
        places=300,
        state=Batch.State.OPEN,
    )
    for position in range(1, 4):
        body = IssuingBody.objects.create(name=f"示例部门{position}", region=city.region)
        body.signers.add(city.city_officer)
        BatchIssuer.objects.create(batch=batch, body=body, position=position)
    return batch


def make_kind():
    """A kind of title that nobody holds yet."""
    return TitleKind.objects.create(
        code="bench-naming", name="示例称号", family=TitleKind.Family.DEMONSTRATION
    )


def fill(city, batch, state):
    """500 applications, from every 旗, with totals that tie here and there."""
    units = Unit.objects.active().within(city.region).select_related("region")
    counties = Region.objects.filter(level=Region.Level.COUNTY, path__startswith=city.region.path)
    bodies = {
        each.path: RecommendingBody.objects.create(
            name=each.name, kind=RecommendingBody.Kind.TERRITORIAL, region=each
        )
        for each in counties
    }
    at, rows = timezone.now(), []
    for number, unit in enumerate(units.order_by("pk")[:MANY]):
        body = next(b for path, b in bodies.items() if unit.region.path.startswith(path))
        rows.append(
            Application(
                batch=batch,
                unit=unit,
                category_id=unit.category_id,
                body=body,
                rule=batch.rule,
                state=state,
                deeds="示例事迹" * 400,
                total=120 - number // 2 / 10,
                apply_line=80,
                first_score=100,
                submitted_at=at,
                created_at=at,
                created_by=city.city_officer,
            )
        )
    assert len(rows) == MANY
    Application.objects.bulk_create(rows, batch_size=500)
    Quota.objects.bulk_create(Quota(batch=batch, body=each, places=30) for each in bodies.values())
    make_clerks(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_clerks(rows):
    """One clerk a unit, to be told of the title."""
    users = User.objects.bulk_create(
        [
            User(
                username=f"bench-naming-{n}",
                name="示例",
                role=User.Role.CLERK,
                must_change_password=False,
            )
            for n in range(len(rows))
        ]
    )
    through = Unit.clerks.through
    through.objects.bulk_create(
        through(unit_id=row.unit_id, user=user) for row, user in zip(rows, users, strict=True)
    )


def drafted(batch, city):
    """The drafted decision, its notice over, and who may let it take effect."""
    at, day = timezone.now(), timezone.localdate()
    notice = PublicNotice.objects.create(
        batch=batch,
        title="示例公示",
        text="示例",
        starts_on=day - timedelta(days=9),
        ends_on=day - timedelta(days=1),
        days=5,
        contact_office="示例科",
        contact_phone="0470-0000000",
        state=PublicNotice.State.CLOSED,
        published_at=at,
        created_at=at,
        created_by=city.city_officer,
    )
    rows = batch.applications.select_related("unit", "category", "body")
    NoticeEntry.objects.bulk_create(
        NoticeEntry(
            notice=notice,
            application=each,
            position=number,
            unit_name=each.unit.name,
            category_name=each.category.name,
            region_name="示例旗",
            body_name=each.body.name,
        )
        for number, each in enumerate(rows, 1)
    )
    leader = User.objects.get(pk=city.city_officer.pk)
    User.objects.filter(pk=leader.pk).update(may_sign=True)
    leader.may_sign = True
    papers = {"title": "示例决定", "document_no": "示例〔2026〕90号", "decided_on": day, "text": ""}
    return draft_decision(batch, papers, actor=leader, at=at), leader
