"""What a round finds reaches the application or the 复验 turn it serves, once and while open."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
from django.utils import timezone

from evaluations.candidates import CandidateListing
from evaluations.models import Inspection, InspectionRound, SelfCheck
from evaluations.operations.bringing_down import bring_down, choose_served
from evaluations.operations.linking import link_handed_in, link_new_application
from evaluations.operations.marking import mark_handed_in, mark_missing
from evaluations.serving import choices_for
from portal.errors import Refused
from portal.models import AuditEvent
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out
from tests.factories import (
    NOON,
    make_application,
    make_body,
    make_running_batch,
    make_submitted,
    make_unit,
)
from units.models import SelfCheckMark
from units.operations.applications import start_application


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def candidate(cast, batch):
    return make_submitted(cast.one, batch, cast.city, state="accepted")


@pytest.fixture
def stand(cast, batch):
    stand = lay_out(cast, state=InspectionRound.State.PREPARING)
    stand.round = choose_served(stand.round, f"batch-{batch.pk}", actor=cast.city_officer, at=NOON)
    Inspection.objects.filter(pk=stand.inspections[0].pk).update(total=D("93.50"), short=True)
    return stand


def test_the_total_and_the_lines_reach_the_application(candidate, stand, cast, client):
    bring_down(stand.round, NOON)

    candidate.refresh_from_db()
    assert (candidate.total, candidate.short, candidate.vetoed) == (D("93.50"), True, False)
    assert candidate.apply_line == stand.edition.apply_line
    assert candidate.sheet_id == stand.inspections[0].pk
    assert candidate.settled_at == NOON
    client.force_login(cast.city_officer)
    page = client.get(candidate.get_absolute_url()).content.decode()
    assert f'<a class="p-under" href="{stand.inspections[0].get_absolute_url()}">93.50</a>' in page


def test_the_same_figures_again_write_nothing(candidate, stand):
    bring_down(stand.round, NOON)
    lines = AuditEvent.objects.count()
    bring_down(stand.round, NOON)

    assert AuditEvent.objects.count() == lines


def test_what_has_been_decided_meanwhile_keeps_its_figures(candidate, stand):
    type(candidate).objects.update(state="proposed", total=D("90"))
    bring_down(stand.round, NOON)

    candidate.refresh_from_db()
    assert candidate.total == D("90")


def test_a_preliminary_round_gives_the_first_score_with_day_and_leader(cast, batch):
    row = make_submitted(cast.one, batch, cast.east)
    round = build.make_inspection_round(cast.east, kind="preliminary", batch=batch)
    leader = build.make_assessor(cast.east, name="旗测评组组长")
    build.make_member(round, leader, is_leader=True)
    build.make_inspection(round, cast.one, build.make_edition(cast.city), total=D("88"))

    bring_down(round, NOON)

    row.refresh_from_db()
    assert (row.first_score, row.first_on) == (D("88"), round.ends_on)
    assert row.first_leader == leader.name
    assert row.total is None


def test_candidates_are_then_the_units_of_the_batch(candidate, stand, cast):
    fresh = build.make_inspection_round(cast.city, state="preparing", batch=stand.round.batch)
    listing = CandidateListing(cast.city_officer, {}, fresh)

    assert [unit.pk for unit in listing.visible()] == [cast.one.pk]


def test_once_scoring_has_begun_it_is_too_late_to_choose(stand, cast):
    InspectionRound.objects.update(state="scoring")

    with pytest.raises(Refused, match="已经开始打分"):
        choose_served(stand.round, "", actor=cast.city_officer, at=NOON)


def test_only_what_fits_the_kind_is_offered(cast, batch):
    of = lambda kind: choices_for(build.make_inspection_round(cast.city, kind=kind))

    assert of("acceptance") == [(f"batch-{batch.pk}", str(batch))]
    assert of("spot") == of("reverification") == []
    with pytest.raises(Refused, match="与本轮的种类不符"):
        round = build.make_inspection_round(cast.city, kind="spot", state="preparing")
        choose_served(round, f"batch-{batch.pk}", actor=cast.city_officer, at=NOON)


def handed_in(cast, unit, **fields):
    edition = build.make_edition(cast.city)
    round = build.make_round(cast.city, edition, created_by=cast.city_officer)
    told = {"state": SelfCheck.State.SUBMITTED, "self_total": D("91"), "submitted_at": NOON}
    return build.make_check(unit, round, **told | fields)


def test_a_new_application_takes_the_unit_s_handed_in_self_check(cast, batch):
    check = handed_in(cast, cast.one)
    batch.year = check.round.year
    batch.save()
    told = {"category": cast.one.category, "body": make_body(cast.east)}

    made = start_application(cast.one, batch, actor=cast.clerk, at=NOON, **told)

    assert (made.self_check_id, made.self_score) == (check.pk, D("91"))


def test_in_the_first_hours_of_a_year_it_is_that_year(cast):
    check = handed_in(cast, cast.one)
    type(check.round).objects.filter(pk=check.round_id).update(year=2025)
    application = make_application(cast.one, make_running_batch(cast.city, year=None))
    early = datetime(2027, 1, 1, 2, tzinfo=timezone.get_default_timezone()).astimezone(UTC)

    link_new_application(None, application=application, actor=cast.clerk, at=early)

    application.refresh_from_db()
    assert application.self_check_id is None


def test_of_another_unit_s_self_check_it_takes_nothing(cast, batch):
    handed_in(cast, make_unit(cast.east))
    told = {"category": cast.one.category, "body": make_body(cast.east)}

    made = start_application(cast.one, batch, actor=cast.clerk, at=NOON, **told)

    assert made.self_check_id is None


def test_the_year_s_self_check_is_in_time_late_or_missing(cast):
    in_time, late, missing = (make_unit(cast.east) for _ in range(3))
    check = handed_in(cast, in_time)
    after = check.round.due_at
    mark_handed_in(check, at=NOON)
    mark_handed_in(build.make_check(late, check.round), at=after)
    build.make_check(missing, check.round)
    mark_missing(check.round, at=after)

    marks = dict(SelfCheckMark.objects.values_list("unit", "state"))
    assert marks == {in_time.pk: "on_time", late.pk: "late", missing.pk: "missing"}


def test_an_application_in_writing_gets_the_score_when_the_check_is_handed_in(cast, batch):
    row = make_application(cast.one, batch)
    link_handed_in(handed_in(cast, cast.one), actor=cast.clerk, at=NOON)

    row.refresh_from_db()
    assert row.self_score == D("91")
