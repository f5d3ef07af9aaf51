"""Leniency with its interval, and how firmly a ranking stands, by tables of plain values."""

import random
from decimal import Decimal as D
from math import inf

import pytest

from evaluations.rules.consistency import quantile, severities
from evaluations.rules.stability import Panel, rank_stability
from evaluations.standings import firmness_of, standings
from tests.evaluations import factories as build
from tests.factories import NOON


def by_assessor(totals):
    return {each.assessor: each for each in severities(totals)}


def test_a_lenient_assessor_stands_out_and_an_even_one_does_not():
    totals = {
        unit: {1: 85 + unit % 3, 2: 80 + unit % 4, 3: 80 + (unit + 1) % 4} for unit in range(12)
    }

    found = by_assessor(totals)

    assert found[1].stands_out
    assert found[1].estimate == pytest.approx(86 - 81.5)
    assert found[1].low < found[1].estimate < found[1].high
    assert found[1].units == 12


def test_a_single_unit_says_nothing_about_leniency():
    found = severities({1: {1: 90, 2: 10}})[0]

    assert not found.stands_out
    assert (found.estimate, found.low, found.high) == (80, -inf, inf)


def test_a_unit_scored_by_one_person_alone_is_left_out():
    assert severities({1: {1: 90}}) == []


def test_a_strict_colleague_does_not_make_others_look_lenient():
    """2 always works beside the strict 1; beside 3, who never does, 2 is as strict as 3."""
    dice = random.Random(1)
    totals = {unit: {1: 70 + dice.random(), 2: 80 + dice.random()} for unit in range(30)}
    totals |= {unit: {2: 90 + dice.random(), 3: 90 + dice.random()} for unit in range(30, 60)}

    found = by_assessor(totals)

    assert found[2].estimate == pytest.approx(found[3].estimate, abs=0.5)
    assert found[1].high < 0 < found[3].low


def test_people_who_share_no_colleague_are_not_compared():
    totals = {unit: {1: 70 + unit % 2, 2: 71 + unit % 3} for unit in range(9)}
    totals |= {unit: {3: 90 + unit % 2, 4: 91 + unit % 3} for unit in range(9, 18)}

    assert all(abs(each.estimate) < 3 for each in severities(totals))


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    dice, held = random.Random(20261122), 0
    for _ in range(200):
        totals = {
            unit: {who: 80 + unit + 2 * (who == 1) + dice.gauss(0, 3) for who in (1, 2, 3)}
            for unit in range(8)
        }
        found = by_assessor(totals)[1]
        held += found.low <= 2 <= found.high

    assert 180 <= held <= 199


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (5, 2.571), (10, 2.228), (60, 2.000)])
def test_the_quantiles_are_those_of_the_tables(freedom, t):
    assert quantile(freedom) == pytest.approx(t, abs=0.003)


HIGH = Panel(1, (99, 98, 97), 98.0, line=90)
ONE = Panel(2, (90, 80, 85), 85.0, line=85)
OTHER = Panel(3, (88, 79, 86), 84.33, line=85)


def test_a_unit_far_above_the_cut_stays_and_one_at_the_cut_wavers():
    inside = rank_stability([HIGH, ONE, OTHER], 2, seed=7)

    assert inside[1] == 1000
    assert 300 < inside[2] < 800
    assert sum(inside.values()) == 2000
    assert inside == rank_stability([OTHER, HIGH, ONE], 2, seed=7)


def test_with_a_line_instead_of_places_each_unit_is_held_against_it():
    inside = rank_stability([HIGH, ONE], seed=7)

    assert inside[1] == 1000
    assert 450 < inside[2] < 750


def test_the_draws_are_about_the_settled_total():
    """A cap took five points off every panel's mean; the resamples lie about what is settled."""
    capped = Panel(1, (99, 95, 97), 92.0, line=92)

    assert 400 < rank_stability([capped], seed=3)[1] < 800


def test_where_the_leader_decides_nothing_wavers():
    panel = Panel(1, (99, 60, 61), 99.0, method="leader", line=95)

    assert rank_stability([panel]) == {1: 1000}


def test_the_trimmed_mean_drops_the_highest_and_lowest_of_each_draw():
    """One wild score among five is drawn twice in a quarter of the panels, and only then counts."""
    wild = (90, 90, 90, 90, 10)
    trimmed = Panel(1, wild, 90.0, method="trimmed", line=90)
    mean = Panel(1, wild, 74.0, line=90)

    assert 690 < rank_stability([trimmed], seed=5)[1] < 790
    assert 280 < rank_stability([mean], seed=5)[1] < 380


def test_units_that_tie_at_the_cut_are_all_above_it_as_in_the_ranking():
    first, second = Panel(1, (80, 80), 80.0), Panel(2, (80, 80), 80.0)
    below, alone = Panel(3, (70, 70), 70.0), Panel(4, (90,), 80.0)

    inside = rank_stability([second, first, below, alone], 1)

    assert inside == {1: 1000, 2: 1000, 3: 0, 4: 1000}


def test_where_the_leader_gave_no_score_the_panel_is_that_of_a_mean(cast):
    edition = build.make_edition(cast.city, method="leader", apply_line=D(85))
    held = build.make_inspection_round(cast.city)
    turn = build.make_inspection(held, cast.one, edition)
    leader, *others = (build.make_assessor() for _ in range(3))
    build.make_member(held, leader, is_leader=True)
    for person, value in zip(others, (D(60), D(50)), strict=True):
        task = build.make_assignment(turn, person, state="signed")
        build.make_sheet(task, {"1.1": value, "1.2": D(30)}, signed_at=NOON)

    assert 650 < firmness_of(held, standings(held))[turn.pk] < 850
    task = build.make_assignment(turn, leader, state="signed")
    build.make_sheet(task, {"1.1": D(60), "1.2": D(30)}, signed_at=NOON)
    assert firmness_of(held, standings(held))[turn.pk] == 1000


def test_nobody_ranked_is_nobody_drawn():
    assert rank_stability([], 3) == {}
