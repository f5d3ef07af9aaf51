"""What 初验 gave: the latest finished one, by its own method, unrounded until it is printed."""

from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pytest

from evaluations.earlier import first_points, first_turns
from evaluations.explaining import Explanation
from evaluations.models import Assignment, Inspection, ItemMapping
from evaluations.score_desk import Desk
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.score_data import tasks_of
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out
from tests.evaluations.test_review_sheets import row_of, sheet_of
from tests.factories import NOON, TODAY

THIRDS = [{"1.1": D(20), "1.2": D(20)}] * 2 + [{"1.1": D("20.5"), "1.2": D("20.5")}]


@pytest.fixture
def stand(cast):
    stand = lay_out(cast)
    stand.turn, stand.cast = stand.inspections[0], cast
    return stand


def first_round(stand, scores, *, leader=None, edition=None, **fields):
    """A 初验 of the first unit; who stands at place `leader` leads its team."""
    given = {"kind": "preliminary", "state": "finished"} | fields
    held = build.make_inspection_round(stand.cast.east, **given)
    turn = build.make_inspection(held, stand.cast.one, edition or stand.edition)
    for place, each in enumerate(scores):
        person = build.make_assessor(stand.cast.east)
        build.make_member(held, person, is_leader=place == leader)
        task = build.make_assignment(turn, person, state=Assignment.State.SIGNED)
        build.make_sheet(task, each, signed_at=NOON)
    return turn


def let_leaders_decide(stand):
    stand.edition = build.make_edition(stand.cast.city, method="leader")
    Inspection.objects.update(edition=stand.edition)


def first(stand, code="1.1"):
    """As the scoring page, the score book, and the explanation show it."""
    item = build.item_of(stand.edition, code).pk
    task = fetch(stand.tasks[0])
    rows = [row for part in Desk(task, stand.one).parts for row in part.rows]
    desk = next(row.first for row in rows if row.entry.pk == item)
    book = tasks_of(Assignment.objects.filter(pk=task.pk))[0].first(item)
    told = Explanation(task.inspection).lines[code].earlier
    assert desk == book == told
    return desk


def test_the_total_of_the_first_round_comes_from_unrounded_scores(stand, tmp_path):
    first_round(stand, THIRDS)
    for task in stand.tasks[:2]:
        build.make_sheet(task, {"1.1": D(60), "1.2": D(30)}, signed_at=NOON)
    Assignment.objects.filter(pk__in=[each.pk for each in stand.tasks[:2]]).update(state="signed")
    path, rows = str(tmp_path / "review.xlsx"), Inspection.objects.filter(pk=stand.turn.pk)

    write_review_book(path, rows, round=stand.round, author="审计人员", at=NOON)

    sheet = sheet_of(openpyxl.load_workbook(path), stand.cast.one)
    # twice 20 1/6: printed 20.17 each, together 40 1/3
    assert [row_of(sheet, code)[4] for code in ("1.1", "1.2")] == [20.17, 20.17]
    assert [row_of(sheet, label, 2)[4] for label in ("小计", "合计")] == [40.33, 40.33]
    assert round(Explanation(rows.get()).sections[0].earlier, 4) == D("40.3333")


def test_where_the_leader_decides_the_leader_s_score_is_what_the_first_round_gave(stand):
    let_leaders_decide(stand)
    first_round(stand, [{"1.1": D(50)}, {"1.1": D(40)}, {"1.1": D(30)}], leader=1)

    assert first(stand) == D(40)


def test_each_first_round_has_its_own_leader(stand):
    let_leaders_decide(stand)
    first_round(stand, [{"1.1": D(50)}, {"1.1": D(40)}], leader=1)
    west = build.make_inspection_round(stand.cast.west, kind="preliminary", state="finished")
    turn = build.make_inspection(west, stand.cast.other, stand.edition)
    for number, value in enumerate((D(20), D(10))):
        person = build.make_assessor(stand.cast.west)
        build.make_member(west, person, is_leader=number == 0)
        task = build.make_assignment(turn, person, state=Assignment.State.SIGNED)
        build.make_sheet(task, {"1.1": value}, signed_at=NOON)
    rows = Inspection.objects.filter(round=stand.round).select_related("round", "edition")

    found = first_points(rows)

    item = build.item_of(stand.edition, "1.1").pk
    assert [found[each.pk][item] for each in stand.inspections] == [D(40), D(20)]


def test_of_several_first_rounds_of_a_year_the_latest_finished_one_counts(stand):
    first_round(stand, [{"1.1": D(50)}], starts_on=TODAY)
    first_round(stand, [{"1.1": D(30)}], starts_on=TODAY - timedelta(days=9))
    first_round(stand, [{"1.1": D(10)}], starts_on=TODAY + timedelta(days=1), state="scoring")
    first_round(stand, [{"1.1": D(20)}], year=TODAY.year - 1)

    assert first(stand) == D(50)


def test_a_first_round_by_another_edition_is_carried_along_the_confirmed_mapping(stand):
    old = build.make_edition(stand.cast.city)
    first_round(stand, [{"1.1": D(50), "1.2": D(25)}], edition=old)
    for code, by in (("1.1", stand.cast.city_officer), ("1.2", None)):
        ItemMapping.objects.create(
            relation="same",
            old=build.item_of(old, code),
            new=build.item_of(stand.edition, code),
            old_edition=old,
            new_edition=stand.edition,
            confirmed_by=by,
        )

    assert (first(stand, "1.1"), first(stand, "1.2")) == (D(50), None)


def test_a_first_round_has_none_before_it(stand):
    first_round(stand, [{"1.1": D(50)}], starts_on=TODAY - timedelta(days=9))
    again = first_round(stand, [{"1.1": D(30)}])

    assert first_turns([again]) == {}


def test_first_rounds_of_many_units_are_read_with_as_few_statements(
    stand, django_assert_num_queries
):
    held = first_round(stand, [{"1.1": D(50)}]).round
    build.make_inspection(held, stand.cast.other, stand.edition)
    rows = list(Inspection.objects.filter(round=stand.round).select_related("round", "edition"))

    for some in (rows[:1], rows):
        with django_assert_num_queries(2):
            first_points(some)
