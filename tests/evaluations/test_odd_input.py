"""What an attacker typed once: each is an answer or a sentence, never a fault of the portal."""

import json
from decimal import Decimal as D

import pytest
from django.urls import reverse

from evaluations.models import Assignment, InspectionRound, ScoreSheet, SelfCheck
from evaluations.rules.items import Item, score_fault
from evaluations.sheets.manifest import opened
from evaluations.views.score_page import read_entries
from portal.errors import Refused
from tests.evaluations.factories import (
    item_of,
    make_assessor,
    make_assignment,
    make_check,
    make_edition,
    make_inspection,
    make_inspection_round,
    make_round,
    make_sheet,
)
from tests.factories import NOON

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def check(cast):
    return make_check(cast.one, make_round(cast.city, make_edition(cast.city)))


@pytest.fixture
def signed(cast):
    """A unit of the east in a round of the city, scored and signed by one of two."""
    held = make_inspection_round(cast.city)
    inspection = make_inspection(held, cast.one, make_edition(cast.city))
    task = make_assignment(inspection, make_assessor(cast.west), state=Assignment.State.SIGNED)
    return make_sheet(task, {"1.1": D(50)}, signed_at=NOON)


def test_those_beneath_a_round_read_no_scores_before_its_end(cast, signed):
    seen = ScoreSheet.objects.visible_to
    assert signed in seen(cast.city_officer)
    assert signed not in seen(cast.east_officer)

    InspectionRound.objects.update(state=InspectionRound.State.FINISHED)

    assert signed in seen(cast.east_officer)


@pytest.mark.parametrize(
    ("value", "told"),
    [("9999.5", "最多可扣"), ("3", "每次扣 2 分"), ("4", "")],
)
def test_a_deduction_without_a_cap_has_a_bound_and_a_step(value, told):
    item = Item("10.1", "10", "deduction", each=D(2))

    assert told in score_fault(item, D(value))
    assert bool(told) == bool(score_fault(item, D(value)))


@pytest.mark.parametrize(
    "head", ["score-book 1 ²", "score-book 1 " + "9" * 5000, "score-book 1 -1"]
)
def test_a_head_that_is_no_number_is_no_book(head):
    with pytest.raises(Refused, match="不是门户导出的打分工作簿"):
        opened([head, "x"])


@pytest.mark.parametrize("key", [2**63, -(10**30), 10**30, True, "1", 1.5])
def test_an_item_that_cannot_be_is_passed_over(key):
    assert read_entries(json.dumps([{"indicator": key, "value": 1}])) == ([], {})


@pytest.mark.parametrize(
    "body", ['{"version": Infinity, "value": {}}', '{"version": 1e999, "value": {}}', "[" * 100_000]
)
def test_a_body_that_makes_no_sense_is_told_so(client, cast, check, body):
    client.force_login(cast.clerk)
    url = reverse("evaluations:self-check-item", args=[check.pk, item_of(check.edition, "1.1").pk])

    assert client.post(url, body, content_type="application/json").status_code == 400


def test_a_digit_that_is_none_finds_no_item(client, cast, check):
    SelfCheck.objects.update(state=SelfCheck.State.FILLING)
    client.force_login(cast.clerk)

    assert (
        client.get(reverse("evaluations:self-check", args=[check.pk]), {"item": "²"}).status_code
        == 200
    )


@pytest.mark.parametrize("month", ["020260-1", "2026-0111", "2026-13", "²026-1"])
def test_a_month_that_is_none_shows_the_rounds_own(client, cast, month):
    held = make_inspection_round(cast.city)
    client.force_login(cast.city_officer)
    url = reverse("evaluations:inspection-calendar", args=[held.pk])

    assert client.get(url, {"month": month}).status_code == 200
