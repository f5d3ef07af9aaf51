"""The arithmetic of a deliberation, held against the plainest way of saying it."""

from decimal import Decimal
from itertools import product

import pytest

from units.ranking import (
    Candidate,
    Departure,
    Verdict,
    balance,
    digest,
    faults,
    named,
    rank,
    what_if,
)

V = Verdict


def unit(pk, total=None, **more):
    total = None if total is None else Decimal(total)
    line = Decimal(more.pop("line")) if "line" in more else None
    return Candidate(pk, name=f"甲{pk}", total=total, apply_line=line, **more)


def verdicts(ranking):
    return {each.pk: each.verdict for each in ranking.places}


def ranks(ranking):
    return [(each.pk, each.rank) for each in ranking.places]


KINDS = [("90", False), ("91", False), ("92", False), (None, False), ("92", True), ("88", False)]


@pytest.mark.parametrize("cut", [None, 0, 1, 2, 3, 5])
def test_every_mixture_of_four_agrees_with_the_definition(cut):
    for kinds in product(KINDS, repeat=4):
        made = [
            unit(pk, total, vetoed=vetoed, line="89") for pk, (total, vetoed) in enumerate(kinds)
        ]
        found = rank(made, cut)
        fit = [each.total for each in made if each.is_fit]

        assert sorted(each.pk for each in found.places) == [0, 1, 2, 3]
        for each in found.places:
            assert each.verdict == by_definition(each.candidate, fit, cut), (kinds, cut)
            assert each.rank == rank_by_definition(each.candidate, made), (kinds, cut)
        held = len(found.of(V.IN))
        assert cut is None or held <= cut
        tied = found.of(V.TIED)
        assert not tied or 0 < found.places_for_ties < len(tied)


def by_definition(candidate, fit, cut):
    """In: fewer than `cut` fit ones are at least as good besides it, and so on, said plainly."""
    if candidate.vetoed:
        return V.BARRED
    if candidate.total is None:
        return V.UNSCORED
    if candidate.total < 89:
        return V.BELOW
    better = sum(each > candidate.total for each in fit)
    as_good = sum(each >= candidate.total for each in fit)
    if cut is None or as_good <= cut:
        return V.IN
    return V.TIED if better < cut else V.BEYOND


def rank_by_definition(candidate, made):
    if candidate.vetoed or candidate.total is None:
        return None
    ranked = [each.total for each in made if each.total is not None and not each.vetoed]
    return 1 + sum(each > candidate.total for each in ranked)


def test_equal_totals_share_a_rank_and_the_next_counts_them_all():
    found = rank([unit(1, 90), unit(2, 95), unit(3, 95), unit(4, 80)], 2)

    assert ranks(found) == [(2, 1), (3, 1), (1, 3), (4, 4)]


def test_equal_totals_stand_in_the_order_of_first_inspection_then_of_their_body():
    made = [
        unit(1, 90),
        unit(2, 90, recommended_rank=2),
        unit(3, 90, recommended_rank=1),
        unit(4, 90, first_score=Decimal(80)),
        unit(5, 90, first_score=Decimal(85)),
    ]

    assert [each.pk for each in rank(made, 9).places] == [5, 4, 3, 2, 1]


def test_a_section_below_its_minimum_bars_like_a_veto():
    found = rank([unit(1, 99, short=True), unit(2, 99, vetoed=True), unit(3, 60)], 3)

    assert verdicts(found) == {1: V.BARRED, 2: V.BARRED, 3: V.IN}
    assert [each.pk for each in found.places] == [3, 1, 2]


def test_barred_ones_and_those_without_a_score_stand_after_the_ranked():
    found = rank([unit(1), unit(2, vetoed=True), unit(3, 50), unit(4, 60, vetoed=True)], 1)

    assert [each.pk for each in found.places] == [3, 4, 2, 1]


def test_each_is_held_against_its_own_apply_line():
    found = rank([unit(1, 95, line="100"), unit(2, 92, line="90"), unit(3, 91, line="90")], 2)

    assert verdicts(found) == {1: V.BELOW, 2: V.IN, 3: V.IN}
    assert found.has_mixed_lines
    assert not rank([unit(1, 95, line="90"), unit(2, 95)], 2).has_mixed_lines


def test_reaching_the_apply_line_exactly_is_reaching_it():
    assert verdicts(rank([unit(1, "90.00", line="90")], 1)) == {1: V.IN}
    assert verdicts(rank([unit(1, "89.99", line="90")], 1)) == {1: V.BELOW}


def test_a_tie_that_fits_is_no_tie_at_the_line():
    assert verdicts(rank([unit(1, 90), unit(2, 90), unit(3, 80)], 2)) == {
        1: V.IN,
        2: V.IN,
        3: V.BEYOND,
    }


def test_the_line_says_where_it_runs_and_by_how_much():
    found = rank([unit(1, "96.05"), unit(2, "95.90"), unit(3, "95.85"), unit(4, "95.60")], 2)

    assert (found.last_above.pk, found.first_below.pk) == (2, 3)
    assert found.gap == Decimal("0.05")
    assert rank([unit(1, 90)], 2).gap is None
    assert rank([], 2).last_above is None


def test_a_departure_turns_one_in_or_out_and_only_then_departs():
    made = [unit(1, 90), unit(2, 80)]
    out = rank(made, 1, {1: Departure(False, "材料不实"), 2: Departure(True, "替补")})
    same = rank(made, 1, {1: Departure(True, "仍在线上")})

    assert [(each.pk, each.chosen, each.departs) for each in out.places] == [
        (1, False, True),
        (2, True, True),
    ]
    assert not same.departures and same[1].chosen


@pytest.mark.parametrize(("bad", "verdict"), [("vetoed", V.BARRED), ("short", V.BARRED)])
def test_nothing_brings_a_barred_one_in(bad, verdict):
    found = rank([unit(1, 99, **{bad: True}), unit(2, 80)], 1, {1: Departure(True, "照顾")})

    assert found[1].verdict == verdict
    assert found[1].chosen is False
    assert faults(found, 1) == ["“甲1”一票否决或单项不达标，不能入选，请撤销调入。"]


@pytest.mark.parametrize("candidate", [unit(1, 70, line="90"), unit(1)])
def test_one_below_the_line_or_without_a_score_may_be_brought_in(candidate):
    found = rank([candidate], 1, {1: Departure(True, "条线单位另行测评")})

    assert found[1].chosen and found[1].departs


def test_a_tie_at_the_line_is_nobodys_until_it_is_decided():
    made = [unit(1, 95), unit(2, "90.50"), unit(3, "90.50"), unit(4, "90.50"), unit(5, 80)]
    found = rank(made, 3)

    assert [each.chosen for each in found.places] == [True, None, None, None, False]
    assert found.places_for_ties == 2
    assert faults(found, 3) == [
        "“甲2”“甲3”“甲4”同为 90.50 分，在命名线上并列，只有 2 个名额，须逐家决定。"
    ]

    decided = {2: Departure(True, "a"), 3: Departure(True, "b"), 4: Departure(False, "c")}
    after = rank(made, 3, decided)
    assert faults(after, 3) == []
    assert after.departures == []
    assert [each.pk for each in after.chosen] == [1, 2, 3]


def test_more_than_the_places_and_nobody_at_all_are_faults():
    two = rank([unit(1, 90), unit(2, 80)], 1, {2: Departure(True, "照顾")})

    assert faults(two, 1) == ["入选 2 家，超出名额 1 家，请减少 1 家。"]
    assert faults(two, None) == []
    assert faults(rank([], 3), 3) == ["还没有一家入选。"]
    assert faults(rank([unit(1, 9, line="90")], 3), 3) == ["还没有一家入选。"]


def test_moving_the_line_tells_who_comes_and_who_goes():
    made = [unit(pk, 100 - pk) for pk in range(1, 6)]
    ranking = rank(made, 3, {2: Departure(False, "x"), 5: Departure(True, "y")})

    wider, narrower = what_if(ranking, 4, limit=3), what_if(ranking, 1, limit=3)

    assert [each.pk for each in wider.coming] == [4]
    assert (wider.chosen, wider.over) == (4, 1)
    assert [each.pk for each in narrower.going] == [3]
    assert (narrower.chosen, narrower.over, narrower.coming) == (2, 0, ())
    same = what_if(ranking, 3)
    assert (same.coming, same.going) == ((), ())


def test_moving_the_line_into_a_tie_says_so():
    ranking = rank([unit(1, 95), unit(2, 90), unit(3, 90)], 3)

    moved = what_if(ranking, 2)

    assert [each.pk for each in moved.tied] == [2, 3]
    assert [each.pk for each in moved.going] == [2, 3]


def test_one_that_was_tied_and_falls_below_does_not_go_since_it_was_not_in():
    ranking = rank([unit(1, 95), unit(2, 90), unit(3, 90)], 2)

    moved = what_if(ranking, 1)

    assert (moved.coming, moved.going, moved.tied) == ((), (), ())


def test_names_in_a_sentence_stay_readable():
    assert named(["甲", "乙"]) == "“甲”“乙”"
    assert named(list("甲乙丙丁戊己")) == "“甲”“乙”“丙”“丁”“戊”等 6 家"


def test_the_digest_changes_with_figures_outcomes_and_reasons_and_with_nothing_else():
    made = [unit(1, "90.00", line="80"), unit(2, 85)]
    plain = digest(rank(made, 1))

    assert plain == digest(rank(list(reversed(made)), 1))
    assert plain == digest(rank([unit(1, "90", line="80.00"), unit(2, 85, recommended_rank=3)], 1))
    others = [
        rank(made, 2),
        rank(made, 3),
        rank(made[:1], 1),
        rank([unit(1, "90.01", line="80"), unit(2, 85)], 1),
        rank([unit(1, 90, line="81"), unit(2, 85)], 1),
        rank([unit(1, 90, line="80"), unit(2, 85, vetoed=True)], 1),
        rank(made, 1, {2: Departure(True, "甲")}),
        rank(made, 1, {2: Departure(True, "乙")}),
        rank(made, 1, {2: Departure(False, "乙")}),
    ]
    assert len({plain, *map(digest, others)}) == len(others) + 1


def test_the_balance_counts_by_body_and_category_beside_the_quotas():
    made = [
        unit(1, 95, body="东旗", category="村"),
        unit(2, 94, body="东旗", category="校"),
        unit(3, 93, body="西旗", category="村"),
        unit(4, 92, body="西旗", category="村"),
    ]
    quotas = {("东旗", "村"): 1, ("东旗", "校"): 2, ("西旗", None): 3}
    found = balance(rank(made, 3), quotas)

    assert found.cell("东旗", "村") == (1, 1, 1)
    assert found.cell("东旗") == (2, 2, 3)
    assert found.cell("西旗") == (1, 2, 3)
    assert found.cell("西旗", "村") == (1, 2, None)
    assert found.cell(category="村") == (2, 3, 1)
    assert found.cell() == (3, 4, 6)
    assert found.cell("北旗", "村") == (0, 0, None)
    assert balance(rank(made, 3), {}).cell() == (3, 4, None)


def test_a_total_given_to_a_body_counts_not_the_sum_over_its_categories():
    made = [unit(1, 95, body="东旗", category="村")]
    quotas = {("东旗", None): 3, ("东旗", "村"): 2, ("东旗", "校"): 3}

    found = balance(rank(made, 3), quotas)

    assert found.cell("东旗") == (1, 1, 3)
    assert found.cell() == (1, 1, 3)
