"""The demonstration of this floor: finished, scored, signed, in progress."""

from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings

from evaluations.filling import Filling
from evaluations.likenesses import groups_for
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Assignment,
    Evidence,
    InspectionRound,
    Receipt,
    Score,
    ScoreSheet,
    SelfCheck,
    SelfCheckRound,
)
from evaluations.operations.answers import answers_of
from evaluations.operations.hand_in import digest
from evaluations.rules.items import score_fault
from evaluations.tree import as_item
from portal.files import path_of
from portal.models import AuditEvent, User
from tests.evaluations.demo_city import make_place, seed
from tests.factories import NOON, TODAY

State = SelfCheck.State


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city, seeded once for all these tests: what one of them changes is taken back."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files, transaction.atomic():
        city = make_place(settings.HOME_REGION_CODE)
        seed()
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def held(place):
    """Its finished round."""
    return InspectionRound.objects.get(kind="acceptance", state="finished")


@pytest.mark.django_db
def test_last_year_everybody_handed_in_and_this_year_stands_at_every_stage(place):
    past, now = SelfCheckRound.objects.order_by("opens_at")
    assert set(past.checks.values_list("state", flat=True)) == {State.SUBMITTED}
    assert set(now.checks.values_list("state", flat=True)) == set(State)
    assert past.due_at < NOON and now.opens_at < NOON < now.due_at
    assert not Answer.objects.filter(check_form__state=State.NOT_STARTED).exists()


@pytest.mark.django_db
def test_what_was_handed_in_is_sealed_under_its_receipt(place):
    sealed = SelfCheck.objects.filter(state=State.SUBMITTED)
    assert not sealed.filter(is_sealed=False).exists()
    for receipt in Receipt.objects.select_related("check_form"):
        assert receipt.sha256 == digest(receipt.content)
        assert receipt.check_form.receipt_no == receipt.number
    returned = SelfCheck.objects.filter(state=State.RETURNED)
    assert not returned.filter(is_sealed=True).exists()


@pytest.mark.django_db
def test_visited_units_show_papers_and_lack_nothing(place):
    visited = SelfCheck.objects.for_filling().filter(inspections__isnull=False).distinct()
    for check in visited:
        assert Filling(check, answers_of(check)).missing == []
    picture = Evidence.objects.filter(kind="image").first()
    assert path_of(picture.thumbnail.sha256).exists()
    assert Evidence.objects.exclude(look_group=None).count() >= 2


@pytest.mark.django_db
def test_the_finished_round_is_scored_signed_and_settled(held):
    units = held.inspections.all()
    assert len(units) == 30
    assert not units.filter(total=None).exists()
    assert units.filter(vetoed=True).count() == 1
    given = Assignment.objects.filter(inspection__round=held)
    assert set(given.values_list("state", flat=True)) == {"signed"}
    assert set(Counter(given.values_list("inspection", flat=True)).values()) <= {3, 4, 5}
    sheets = ScoreSheet.objects.filter(assignment__inspection__round=held)
    assert not sheets.filter(signed_at=None).exists() and not sheets.filter(digest="").exists()
    signed = AuditEvent.objects.filter(action="assignment.sign", target_type__contains="assignment")
    assert signed.count() >= sheets.count()


@pytest.mark.django_db
def test_nobody_scores_a_unit_of_their_own_county_for_the_city(place, held):
    for given in Assignment.objects.filter(inspection__round=held):
        home = given.assessor.region
        assert home == place or not given.inspection.unit.region.path.startswith(home.path)


@pytest.mark.django_db
def test_scores_keep_the_rules_of_their_items(place):
    for score in Score.objects.select_related("indicator").filter(indicator__kind="range"):
        item = score.indicator
        assert not score_fault(_rule(item), score.value)
        assert score.reason or score.value == item.points
    assert Score.objects.filter(indicator__kind="deduction", value__gt=0).exists()
    assert Score.objects.filter(indicator__kind="bonus", value__gt=0).exists()


def _rule(indicator):
    return as_item(indicator, "", indicator.edition.step)


@pytest.mark.django_db
def test_a_round_is_in_progress_with_signed_begun_and_waiting_sheets(place):
    held = InspectionRound.objects.get(state="scoring")
    assert held.starts_on < TODAY < held.ends_on
    states = Assignment.objects.filter(inspection__round=held).values_list("state", flat=True)
    assert set(states) == {"waiting", "scoring", "signed"}
    assert not Score.objects.filter(saved_at__gt=NOON + timedelta(hours=1)).exists()


@pytest.mark.django_db
def test_a_second_run_makes_nothing(place):
    seed()
    before = Score.objects.count(), SelfCheck.objects.count()

    seed()

    assert (Score.objects.count(), SelfCheck.objects.count()) == before


@pytest.mark.django_db
def test_one_photo_stands_at_two_units_and_accepted_papers_are_used_again(place):
    assert AnswerEvidence.objects.filter(reused=True, evidence__accepted_at__isnull=False).exists()
    officer = User.objects.get(username="shi-shenhe")
    assert [row["units"] for row in groups_for(officer, "units")][:1] == [2]
    cited = AnswerEvidence.objects.filter(answer__check_form__state=State.SUBMITTED)
    assert Receipt.objects.aggregate(sum=Sum("files"))["sum"] >= cited.count() > 0
