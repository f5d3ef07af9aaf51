"""The demonstration of this floor: finished, scored, signed, in progress, and the same again."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum

from evaluations.filling import Filling
from evaluations.likenesses import groups_for
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Assignment,
    Evidence,
    Inspection,
    InspectionRound,
    Receipt,
    Score,
    ScoreSheet,
    SelfCheck,
    SelfCheckRound,
)
from evaluations.operations.answers import answers_of
from evaluations.operations.demo import seed_evaluations
from evaluations.operations.hand_in import digest
from evaluations.rules.items import score_fault
from evaluations.tree import as_item
from portal.files import path_of
from portal.models import AuditEvent, User
from tests.factories import NOON, TODAY, make_category, make_region, make_unit, make_user

State = SelfCheck.State


def quiet(line):
    pass


@pytest.fixture
def place(db, settings, tmp_path):
    """A city of six 旗 with units of several families and a demonstration assessor each."""
    settings.MEDIA_ROOT = tmp_path
    city = make_region("呼伦贝尔市", make_region(level="province"), code=settings.HOME_REGION_CODE)
    make_user(region=city, username="shi-shenhe", is_demo=True)
    make_user(User.Role.ASSESSOR, city, username="ceping", is_demo=True)
    families = [make_category(name, family=name) for name in ("ORGAN", "SCHOOL", "COMMUNITY")]
    for number in range(6):
        county = make_region(f"{number}旗", city)
        make_user(User.Role.ASSESSOR, county, username=f"ceping-{number}", is_demo=True)
        for each in range(12):
            make_unit(county, category=families[each % 3])
    return city


def seed(seed=1):
    seed_evaluations(seed=seed, at=NOON, on=TODAY, say=quiet)
    return InspectionRound.objects.get(kind="acceptance", state="finished")


def test_last_year_everybody_handed_in_and_this_year_stands_at_every_stage(place):
    seed()

    past, now = SelfCheckRound.objects.order_by("opens_at")
    assert set(past.checks.values_list("state", flat=True)) == {State.SUBMITTED}
    assert set(now.checks.values_list("state", flat=True)) == set(State)
    assert past.due_at < NOON and now.opens_at < NOON < now.due_at
    assert not Answer.objects.filter(check_form__state=State.NOT_STARTED).exists()


def test_what_was_handed_in_is_sealed_under_its_receipt(place):
    seed()

    sealed = SelfCheck.objects.filter(state=State.SUBMITTED)
    assert not sealed.filter(is_sealed=False).exists()
    for receipt in Receipt.objects.select_related("check_form"):
        assert receipt.sha256 == digest(receipt.content)
        assert receipt.check_form.receipt_no == receipt.number
    returned = SelfCheck.objects.filter(state=State.RETURNED)
    assert not returned.filter(is_sealed=True).exists()


def test_visited_units_show_papers_and_lack_nothing(place):
    seed()

    visited = SelfCheck.objects.for_filling().filter(inspections__isnull=False).distinct()
    for check in visited:
        assert Filling(check, answers_of(check)).missing == []
    picture = Evidence.objects.filter(kind="image").first()
    assert path_of(picture.thumbnail.sha256).exists()
    assert Evidence.objects.exclude(look_group=None).count() >= 2


def test_the_finished_round_is_scored_signed_and_settled(place):
    held = seed()

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


def test_nobody_scores_a_unit_of_their_own_county_for_the_city(place):
    held = seed()

    for given in Assignment.objects.filter(inspection__round=held):
        home = given.assessor.region
        assert home == place or not given.inspection.unit.region.path.startswith(home.path)


def test_scores_keep_the_rules_of_their_items(place):
    seed()

    for score in Score.objects.select_related("indicator").filter(indicator__kind="range"):
        item = score.indicator
        assert not score_fault(_rule(item), score.value)
        assert score.reason or score.value == item.points
    assert Score.objects.filter(indicator__kind="deduction", value__gt=0).exists()
    assert Score.objects.filter(indicator__kind="bonus", value__gt=0).exists()


def _rule(indicator):
    return as_item(indicator, "", indicator.edition.step)


def test_a_round_is_in_progress_with_signed_begun_and_waiting_sheets(place):
    seed()

    held = InspectionRound.objects.get(state="scoring")
    assert held.starts_on < TODAY < held.ends_on
    states = Assignment.objects.filter(inspection__round=held).values_list("state", flat=True)
    assert set(states) == {"waiting", "scoring", "signed"}
    assert not Score.objects.filter(saved_at__gt=NOON + timedelta(hours=1)).exists()


def test_the_same_seed_gives_the_same_totals(place):
    from django.db import transaction

    def totals(number):
        with transaction.atomic():
            seed(number)
            found = list(Inspection.objects.order_by("pk").values_list("unit__name", "total"))
            transaction.set_rollback(True)
        return found

    assert totals(1) == totals(1)
    assert totals(1) != totals(2)


def test_a_second_run_and_an_empty_portal_make_nothing(place, db):
    seed()
    before = Score.objects.count(), SelfCheck.objects.count()

    seed()

    assert (Score.objects.count(), SelfCheck.objects.count()) == before


def test_without_units_there_is_nothing_to_show(db):
    said = []

    seed_evaluations(seed=1, at=NOON, on=TODAY, say=said.append)

    assert said == ["还没有单位或测评人员，没有建立演示测评。"]
    assert not InspectionRound.objects.exists()


def test_one_photo_stands_at_two_units_and_accepted_papers_are_used_again(place):
    seed()

    assert AnswerEvidence.objects.filter(reused=True, evidence__accepted_at__isnull=False).exists()
    officer = User.objects.get(username="shi-shenhe")
    assert [row["units"] for row in groups_for(officer, "units")][:1] == [2]
    cited = AnswerEvidence.objects.filter(answer__check_form__state=State.SUBMITTED)
    assert Receipt.objects.aggregate(sum=Sum("files"))["sum"] >= cited.count() > 0
