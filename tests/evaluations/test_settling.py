"""A round's signed scores come to totals and ranks; settling stores them and tells what moved."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.models import Assignment, Inspection, InspectionRound, ScoreSheet
from evaluations.operations.results import publish_results, set_places
from evaluations.operations.settling import keep_tally, settle_round
from evaluations.standings import standings
from evaluations.tally import pools, sheet_totals
from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.evaluations import factories as ev
from tests.factories import NOON

SIGNED = Assignment.State.SIGNED
FULL = {"1.1": D(60), "1.2": D(30), "J1": D(0), "F1": None}


def sign(inspection, assessor, scores, *, at=NOON, hit=False, without=(), **sheet):
    """One person's signed sheet; what is not named is full marks."""
    task = Assignment.objects.filter(inspection=inspection, assessor=assessor).first()
    task = task or ev.make_assignment(inspection, assessor, state=SIGNED)
    given = {code: value for code, value in {**FULL, **scores}.items() if code not in without}
    made = ev.make_sheet(task, given, at=at, **sheet)
    if hit:
        made.scores.filter(indicator__code="F1").update(hit=True)
    made.signed_at = at
    made.save(update_fields=["signed_at"])
    return made


@pytest.fixture
def held(cast):
    """A 验收 of three units by two people; nothing is scored yet."""
    cast.edition = ev.make_edition(cast.city)
    cast.round = ev.make_inspection_round(cast.city)
    cast.two = make.make_unit(cast.east_sumu, "示例东社区")
    cast.units = [cast.one, cast.two, cast.other]
    cast.inspections = [ev.make_inspection(cast.round, each, cast.edition) for each in cast.units]
    cast.team = [ev.make_assessor(), ev.make_assessor()]
    return cast


def score_all(held, *scores):
    for inspection, by in zip(held.inspections, scores, strict=False):
        for person, given in zip(held.team, by, strict=True):
            sign(inspection, person, given)


def settle(held):
    return settle_round(held.round, actor=held.city_officer, at=NOON)


def test_settling_stores_total_veto_and_rank_and_writes_one_line(held):
    score_all(
        held,
        [{"1.1": D(50)}, {"1.1": D(55)}],
        [{"J1": D(8)}, {"J1": D(10)}],
    )
    sign(held.inspections[2], held.team[0], {})
    sign(held.inspections[2], held.team[1], {}, hit=True)

    assert settle(held) == 3

    rows = {each.unit: each for each in Inspection.objects.select_related("unit")}
    assert (rows[held.one].total, rows[held.one].rank) == (D("82.50"), 2)
    assert (rows[held.two].total, rows[held.two].rank) == (D("99.00"), 1)
    assert (rows[held.other].total, rows[held.other].vetoed, rows[held.other].rank) == (
        D("90.00"),
        True,
        None,
    )
    assert {each.settled_at for each in rows.values()} == {NOON}
    line = AuditEvent.objects.about(held.round).get()
    assert line.action == "inspectionround.settle"
    assert (line.after["units"], line.after["vetoed"]) == (3, 1)
    assert len(line.after["sha256"]) == 64


def test_settling_again_changes_nothing_and_says_nothing(held):
    score_all(held, [{}, {}], [{}, {}], [{}, {}])
    settle(held)

    assert settle(held) == 0
    assert AuditEvent.objects.filter(action="inspectionround.settle").count() == 1


def test_a_correction_settles_anew_and_tells_before_and_after(held):
    score_all(held, [{}, {}], [{"1.1": D(50)}, {}], [{"1.1": D(40)}, {}])
    settle(held)
    ScoreSheet.objects.filter(
        assignment__inspection=held.inspections[0], assignment__assessor=held.team[0]
    ).update(is_current=False)
    later = NOON + timedelta(hours=1)
    sign(held.inspections[0], held.team[0], {"1.1": D(30)}, at=later, number=2, reason="笔误")

    assert settle(held) == 3

    first = Inspection.objects.get(pk=held.inspections[0].pk)
    assert (first.total, first.rank) == (D("75.00"), 3)
    line = AuditEvent.objects.about(first).get()
    assert line.before == {"total": "90.00", "vetoed": False, "short": False, "rank": 1}
    assert line.after == {"total": "75.00", "vetoed": False, "short": False, "rank": 3}


def test_an_unsigned_sheet_keeps_the_round_open(held):
    score_all(held, [{}, {}], [{}, {}], [{}, {}])
    Assignment.objects.filter(inspection=held.inspections[1]).update(state=Assignment.State.SCORING)

    with pytest.raises(Refused, match="还有 2 份测评表没有签字（“示例东社区”等），没有结分"):
        settle(held)
    assert not Inspection.objects.exclude(settled_at=None).exists()


def test_a_unit_that_nobody_scored_keeps_the_round_open(held):
    sign(held.inspections[0], held.team[0], {})

    with pytest.raises(Refused, match="等 2 家还没有人打分"):
        settle(held)


def test_an_item_that_nobody_scored_keeps_the_round_open(held):
    score_all(held, [{}, {}], [{}, {}])
    for person in held.team:
        sign(held.inspections[2], person, {}, without=["1.2"])

    with pytest.raises(Refused, match=r"示例西社区”的 1\.2 没有人打分"):
        settle(held)


def test_only_officers_over_the_round_settle_it(held):
    score_all(held, [{}, {}], [{}, {}], [{}, {}])

    for person in (held.east_officer, held.clerk, held.team[0]):
        with pytest.raises(Refused, match="您不能改动"):
            settle_round(held.round, actor=person, at=NOON)


def test_equal_totals_share_a_rank_and_the_next_is_left_out(held):
    score_all(held, [{}, {}], [{}, {}], [{"1.1": D(59)}, {}])

    assert [each.rank for each in standings(held.round)] == [1, 1, 3]


def test_unsigned_and_replaced_sheets_do_not_count(held):
    """An older version of 0 points and a sheet somebody is still filling in."""
    sign(held.inspections[0], held.team[0], {})
    ScoreSheet.objects.update(is_current=False)
    sign(held.inspections[0], held.team[0], {"1.1": D(50)}, number=2, reason="笔误")
    other = ev.make_assignment(held.inspections[0], held.team[1])
    ev.make_sheet(other, {"1.1": D(1)})

    first = standings(held.round)[0]

    assert (first.total, first.signed, first.asked) == (D("80.00"), 1, 2)


def test_the_leader_decides_where_the_edition_says_so(held):
    led = ev.make_edition(held.city, method="leader")
    Inspection.objects.update(edition=led)
    for each in held.inspections:
        each.edition = led
    score_all(held, [{"1.1": D(10)}, {"1.1": D(20)}], [{}, {}], [{}, {}])
    ev.make_member(held.round, held.team[1], is_leader=True)

    assert min(each.total for each in standings(held.round)) == D("50.00")


def test_places_draw_the_line_and_without_them_the_edition_does(held):
    score_all(held, [{}, {}], [{"1.1": D(59)}, {}], [{"1.1": D(58)}, {}])

    assert [each.above for each in standings(held.round)] == [True, False, False]
    set_places(held.round, 2, version=1, actor=held.city_officer, at=NOON)
    held.round.refresh_from_db()
    assert [each.above for each in standings(held.round)] == [True, True, False]


def test_a_preliminary_round_ranks_nobody(held):
    held.round.kind = InspectionRound.Kind.PRELIMINARY
    held.round.save()
    score_all(held, [{}, {}], [{}, {}], [{}, {}])

    settle(held)

    assert set(Inspection.objects.values_list("rank", flat=True)) == {None}


def test_figures_kept_are_used_until_a_signature_changes(held):
    score_all(held, [{}, {}], [{}, {}], [{}, {}])
    for each in held.inspections:
        keep_tally(each)

    with CaptureQueriesContext(connection) as sent:
        assert [each.total for each in standings(held.round)] == [D("90.00")] * 3
    assert not any('evaluations_score"' in each["sql"] for each in sent)

    sign(held.inspections[0], ev.make_assessor(), {"1.1": D(30)})
    assert min(each.total for each in standings(held.round)) == D("80.00")


def test_the_number_of_statements_does_not_grow_with_the_round(held):
    def count():
        with CaptureQueriesContext(connection) as sent:
            standings(held.round)
        return len(sent)

    for person in held.team:
        sign(held.inspections[0], person, {})
    Inspection.objects.exclude(pk=held.inspections[0].pk).delete()
    count()  # the edition is read once and remembered
    one = count()
    for unit in held.units[1:]:
        inspection = ev.make_inspection(held.round, unit, held.edition)
        for person in held.team:
            sign(inspection, person, {})

    assert count() == one <= 8


def test_sums_of_the_database_are_exact(held):
    """Ten times 0.1 and the like: what floats get wrong."""
    people = [ev.make_assessor() for _ in range(7)]
    for number, person in enumerate(people):
        sign(held.inspections[0], person, {"1.1": D("0.1") + D(number) / 100})

    pool = pools(held.inspections)[held.inspections[0].pk][ev.item_of(held.edition, "1.1").pk]

    assert (pool.count, pool.total, pool.low, pool.high) == (7, D("0.91"), D("0.10"), D("0.16"))


def test_a_sheet_taken_alone_has_the_total_its_author_gave(held):
    score_all(held, [{"1.1": D(50), "J1": D(4)}, {"1.2": D(20)}], [{}, {}], [{"J1": D(10)}, {}])

    alone = sheet_totals(list(Inspection.objects.select_related("edition")))

    strict, mild = held.team
    assert alone[held.inspections[0].pk] == {strict.pk: D(84), mild.pk: D(80)}
    assert alone[held.inspections[2].pk][strict.pk] == D(100)


def test_results_are_published_once_and_only_when_settled(held):
    score_all(held, [{}, {}], [{}, {}], [{}, {}])
    with pytest.raises(Refused, match="还没有结分，不能公布"):
        publish_results(held.round, actor=held.city_officer, at=NOON)
    settle(held)
    InspectionRound.objects.update(state=InspectionRound.State.FINISHED)
    assert not Inspection.objects.visible_to(held.clerk).exists()

    publish_results(held.round, actor=held.city_officer, at=NOON)

    assert [each.unit for each in Inspection.objects.visible_to(held.clerk)] == [held.one]
    told = held.clerk.notifications.get()
    assert "请查看“示例东嘎查”的得分和扣分理由" in told.text
    with pytest.raises(Refused, match="已于 2026-11-22 公布"):
        publish_results(held.round, actor=held.city_officer, at=NOON)
    held.round.refresh_from_db()
    with pytest.raises(Refused, match="名额不能再改"):
        set_places(held.round, 2, version=1, actor=held.city_officer, at=NOON)
