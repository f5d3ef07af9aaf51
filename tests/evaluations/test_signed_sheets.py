"""A signed sheet cannot be changed past the portal: by the ORM, in bulk, or by hand."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from evaluations.models import Assignment, Score, ScoreSheet
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out
from tests.factories import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def stand(cast):
    stand = lay_out(cast)
    stand.signed = build.make_sheet(
        stand.tasks[0], {"1.1": D(50), "1.2": D(30)}, signed_at=NOON, digest="0" * 64
    )
    stand.open = build.make_sheet(stand.tasks[1], {"1.1": D(40)})
    return stand


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def an_item(stand):
    return build.item_of(stand.edition, "J1")


CHANGES = {
    "one by one": lambda s: s.signed.scores.first().delete(),
    "update": lambda s: Score.objects.filter(sheet=s.signed).update(value=1),
    "save": lambda s: Score(pk=s.signed.scores.first().pk, sheet=s.signed).save(
        update_fields=["value"]
    ),
    "bulk update": lambda s: Score.objects.bulk_update(_raised(s.signed), ["value"]),
    "bulk create": lambda s: Score.objects.bulk_create(
        [Score(sheet=s.signed, indicator=an_item(s), saved_at=NOON)]
    ),
    "bulk create quietly": lambda s: Score.objects.bulk_create(
        [Score(sheet=s.signed, indicator=an_item(s), saved_at=NOON)], ignore_conflicts=True
    ),
    "delete all": lambda s: Score.objects.filter(sheet=s.signed).delete(),
    "move in": lambda s: s.open.scores.update(sheet=s.signed, indicator=an_item(s)),
    "move out": lambda s: Score.objects.filter(sheet=s.signed, indicator__code="1.2").update(
        sheet=s.open
    ),
    "raw update": lambda s: sql(
        "UPDATE evaluations_score SET value = 1 WHERE sheet_id = %s", s.signed.pk
    ),
    "raw delete": lambda s: sql("DELETE FROM evaluations_score WHERE sheet_id = %s", s.signed.pk),
    "unsign": lambda s: ScoreSheet.objects.filter(pk=s.signed.pk).update(signed_at=None),
    "sign later": lambda s: ScoreSheet.objects.filter(pk=s.signed.pk).update(signed_at=LATER),
    "other digest": lambda s: ScoreSheet.objects.filter(pk=s.signed.pk).update(digest="1" * 64),
    "other person": lambda s: Assignment.objects.filter(pk=s.tasks[0].pk).update(
        assessor=s.round.members.create(user=build.make_assessor()).user
    ),
    "raw sheet": lambda s: sql("DELETE FROM evaluations_scoresheet WHERE id = %s", s.signed.pk),
}


def _raised(sheet):
    rows = list(sheet.scores.all())
    for row in rows:
        row.value = 1
    return rows


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses(stand, change):
    before = list(stand.signed.scores.values("pk", "indicator", "value"))

    with pytest.raises(IntegrityError), transaction.atomic():
        change(stand)

    assert list(stand.signed.scores.values("pk", "indicator", "value")) == before
    stand.signed.refresh_from_db()
    assert stand.signed.signed_at == NOON


def test_an_open_sheet_takes_changes(stand):
    stand.open.scores.update(value=D(45))
    Score.objects.create(sheet=stand.open, indicator=an_item(stand), value=D(2), saved_at=NOON)

    assert {row.value for row in stand.open.scores.all()} == {D(45), D(2)}


def test_an_approved_correction_may_take_the_place_of_a_signed_sheet(stand):
    ScoreSheet.objects.filter(pk=stand.signed.pk).update(is_current=False)

    stand.signed.refresh_from_db()
    assert not stand.signed.is_current
