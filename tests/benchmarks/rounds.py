"""Rounds of inspection to measure with: so many units, items and assessors, every sheet signed."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from evaluations.models import (
    Assignment,
    Family,
    IndexEdition,
    Indicator,
    Inspection,
    InspectionRound,
    Score,
    ScoreSheet,
    TeamMember,
)
from evaluations.operations.editions import plant
from evaluations.standings import inspections_of, tallies
from evaluations.tally import signatures
from portal.models import User
from units.models import Unit

SECTIONS = 6


def make_round(city, units, items=60, assessors=5, state=InspectionRound.State.SCORING):
    """A 验收 whose scores are all in and signed; scores are written by the database itself."""
    edition = make_edition(city, items)
    day = timezone.localdate()
    held = InspectionRound.objects.create(
        kind=InspectionRound.Kind.ACCEPTANCE,
        title=f"示例验收 {units}",
        year=day.year,
        region=city.region,
        starts_on=day,
        ends_on=day + timedelta(days=20),
        assessors_each=assessors,
        state=state,
    )
    team = make_team(held, assessors * 4)
    chosen = Unit.objects.order_by("pk")[:units]
    inspections = Inspection.objects.bulk_create(
        [Inspection(round=held, unit=unit, edition=edition) for unit in chosen], batch_size=2000
    )
    begin(inspections, team, assessors)
    fill(held, edition)
    ScoreSheet.objects.filter(assignment__inspection__round=held).update(signed_at=timezone.now())
    return held


def make_edition(city, items):
    """Sections of range items, a bonus, a deduction and a veto."""
    family = Family.objects.get_or_create(code="BENCH", defaults={"name": "示例类型"})[0]
    edition = IndexEdition.objects.create(
        family=family,
        title="示例测评体系",
        issuer="示例",
        edition_no=str(IndexEdition.objects.count()),
        region=city.region,
        total=Decimal(items * 2),
        apply_line=Decimal(items) * Decimal("1.8"),
        pass_line=Decimal(items),
        starts_on=timezone.localdate(),
    )
    plant(edition, list(nodes(items)))
    IndexEdition.objects.filter(pk=edition.pk).update(state=IndexEdition.State.PUBLISHED)
    edition.refresh_from_db()
    return edition


def nodes(items):
    for section in range(SECTIONS):
        yield {"code": f"{section + 1}", "tier": "section", "text": f"示例指标{section + 1}"}
    for number in range(items):
        parent = f"{number * SECTIONS // items + 1}"
        yield {
            "code": f"{parent}.{number + 1}",
            "tier": "item",
            "parent": parent,
            "text": f"示例要点{number + 1}",
            "kind": "range",
            "points": Decimal(2),
        }


def make_team(held, number):
    """Assessors of the round; there are no passwords to spend time on."""
    users = User.objects.bulk_create(
        [
            User(
                username=f"bench-{held.pk}-{n}",
                name=f"测评{n}",
                role=User.Role.ASSESSOR,
                must_change_password=False,
            )
            for n in range(number)
        ]
    )
    TeamMember.objects.bulk_create(TeamMember(round=held, user=user) for user in users)
    return users


def begin(inspections, team, each):
    """`each` of the team for every unit, in turn; sheets are signed once they are filled."""
    at = timezone.now()
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                inspection=inspection,
                assessor=team[(place + step * 3) % len(team)],
                state=Assignment.State.SIGNED,
            )
            for place, inspection in enumerate(inspections)
            for step in range(each)
        ],
        batch_size=2000,
    )
    ScoreSheet.objects.bulk_create(
        [ScoreSheet(assignment=one, created_at=at) for one in assignments],
        batch_size=2000,
    )


def open_task(inspection):
    """One assessor more, with every item scored and nothing signed."""
    there = inspection.assignments.values("assessor")
    member = inspection.round.members.exclude(user__in=there).select_related("user").first()
    task = Assignment.objects.create(
        inspection=inspection, assessor=member.user, state=Assignment.State.SCORING
    )
    at = timezone.now()
    sheet = ScoreSheet.objects.create(assignment=task, created_at=at)
    items = inspection.edition.indicators.filter(tier="item")
    Score.objects.bulk_create(
        Score(sheet=sheet, indicator=each, value=1, reason="缺记录", saved_at=at) for each in items
    )
    return task


def keep_tallies(held):
    """Figures beside the units, as each signature leaves them."""
    rows = inspections_of([held])[held.pk]
    found = tallies(held, rows, signatures(held.inspections.all()))
    for each in rows:
        each.tally = found[each.pk]
    Inspection.objects.bulk_update(rows, ["tally"], batch_size=1000)


def fill(held, edition):
    """Every item of every sheet of the round, from 1 to 2 in steps of a half."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [held.pk, edition.pk, Indicator.Tier.ITEM])
        cursor.execute("ANALYZE")


FILL = """
INSERT INTO evaluations_score
  (sheet_id, indicator_id, value, raw, hit, reason, comment, source, saved_at, version)
SELECT sheet.id, item.id, 1 + ((sheet.id * 31 + item.id * 17) %% 3) * 0.5, '{}', false,
  '缺少活动记录', '', 'screen', sheet.created_at, 1
FROM evaluations_scoresheet sheet
JOIN evaluations_assignment task ON task.id = sheet.assignment_id
JOIN evaluations_inspection inspection ON inspection.id = task.inspection_id
CROSS JOIN evaluations_indicator item
WHERE inspection.round_id = %s AND item.edition_id = %s AND item.tier = %s
"""
