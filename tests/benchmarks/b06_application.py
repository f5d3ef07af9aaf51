"""B6: one unit's result with everything it is made of, and the page it is scored on."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from evaluations.models import (
    Answer,
    AnswerEvidence,
    Evidence,
    Inspection,
    SelfCheck,
    SelfCheckRound,
)
from portal.models import StoredFile
from tests.benchmarks.harness import Figure, p95
from tests.benchmarks.rounds import make_round, open_task

IDS = ("B6",)


def measure(city, full):
    """60 items, five signed sheets and 180 files; then the score page with 100 files."""
    with city.undone():
        inspection = make_round(city, 3).inspections.first()
        hand_in(city, inspection, 180)
        page = city.opener(
            city.city_officer, reverse("evaluations:unit-result", args=[inspection.pk])
        )
        what = "one unit's result: 60 items × 5 assessors, 180 files"
        yield Figure("B6", what, p95(page), "ms", 300)
        yield Figure("B6", "the same, queries", city.queries(page), "", 20)
    with city.undone():
        yield from score_page(city)


def score_page(city):
    inspection = make_round(city, 3).inspections.first()
    hand_in(city, inspection, 100)
    task = open_task(inspection)
    page = city.opener(task.assessor, reverse("evaluations:score-sheet", args=[task.pk]))
    yield Figure("B6", "score page, 60 items, 100 files", p95(page), "ms")
    yield Figure("B6", "the same, queries", city.queries(page), "", 15)


def hand_in(city, inspection, files):
    """The unit's self-check: every item answered, files spread over them."""
    at, officer = timezone.now(), city.city_officer
    asked = SelfCheckRound.objects.create(
        title="示例自查",
        year=at.year,
        region=city.region,
        opens_at=at - timedelta(days=9),
        due_at=at + timedelta(days=9),
        created_by=officer,
    )
    check = SelfCheck.objects.create(
        round=asked, unit=inspection.unit, edition=inspection.edition, state="filling"
    )
    items = inspection.edition.indicators.filter(tier="item").order_by("position")
    answers = Answer.objects.bulk_create(
        Answer(
            check_form=check,
            indicator=each,
            claimed=Decimal("1.5"),
            statement="已按方案完成，记录和照片已归档。",
            saved_at=at,
            saved_by=officer,
        )
        for each in items
    )
    _cite(answers, files, inspection.unit, officer, at)
    SelfCheck.objects.filter(pk=check.pk).update(state="submitted", submitted_at=at)
    Inspection.objects.filter(pk=inspection.pk).update(self_check=check)


def _cite(answers, files, unit, officer, at):
    stored = StoredFile.objects.bulk_create(
        StoredFile(
            sha256=f"{number:064x}",
            name=f"示例材料{number}.jpg",
            media_type="image/jpeg",
            size=300_000,
            owner=officer,
            created_at=at,
        )
        for number in range(files)
    )
    papers = Evidence.objects.bulk_create(
        Evidence(
            unit=unit,
            file=each,
            sha256=each.sha256,
            kind=Evidence.Kind.IMAGE,
            title=each.name,
            handed_in=True,
            uploaded_by=officer,
            uploaded_at=at,
        )
        for each in stored
    )
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(answer=answers[place % len(answers)], evidence=each)
        for place, each in enumerate(papers)
    )
