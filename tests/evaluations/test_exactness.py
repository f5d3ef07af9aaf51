"""The arithmetic of totals held against exact fractions, case by case and at random."""

from decimal import Decimal as D
from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rules.combine import Given, Pool, combine, pool_of, value_of, words_of
from evaluations.rules.items import Edition, Item, Section, rounded
from evaluations.rules.roll_up import explain, roll_up, what_if

HALVES = [D(n) / 2 for n in range(5)]


def exact_combined(values, method, leader):
    """The rule again, in fractions."""
    values = sorted(F(value) for value in values)
    if method == "leader" and leader is not None:
        return F(leader)
    if method == "trimmed" and len(values) >= 4:
        values = values[1:-1]
    return sum(values) / len(values)


def half_up(value):
    """Two decimals, half up, of a fraction not below nought."""
    cents = (value * 100 + F(1, 2)) // 1
    return D(int(cents)) / 100


def test_every_panel_of_up_to_four_agrees_with_fractions():
    """All scores in half points up to 2, one to four assessors, each method, led or not."""
    for size in range(1, 5):
        for values in product(HALVES, repeat=size):
            for method, led in product(("mean", "trimmed", "leader"), (False, True)):
                panel = [Given(n, value, led and n == 0) for n, value in enumerate(values)]
                wanted = exact_combined(values, method, values[0] if led else None)
                assert rounded(combine(panel, method)[0]) == half_up(wanted)


@pytest.mark.parametrize("count", range(1, 8))
def test_the_trimmed_mean_asks_for_four(count):
    pool = Pool(count, D(count * 3 + 6), D(0), D(9))

    trimmed = value_of(pool, "trimmed") != value_of(pool, "mean")

    assert trimmed == (
        count >= 4 and D(count * 3 + 6 - 9) / max(count - 2, 1) != pool.total / count
    )
    assert ("去掉" in words_of(pool, "trimmed")) == (count >= 4)


def test_a_pool_is_all_that_the_methods_need():
    panel = [Given(1, D(3)), Given(2, D("4.5"), True), Given(3, D(5))]

    assert pool_of(panel) == Pool(3, D("12.5"), D(3), D(5), D("4.5"))


def index(points, **fields):
    items = tuple(Item(f"1.{n}", "1", "range", each) for n, each in enumerate(points))
    extras = (Item("b", "x", "bonus", D(20)), Item("d", "x", "deduction", D(0), each=D(1)))
    defaults = {"sections": (Section("1"),), "apply_line": D(90), "pass_line": D(60)}
    return Edition(items=items + extras, bonus_cap=D(10), **defaults | fields)


panels = st.lists(
    st.lists(st.integers(0, 20).map(lambda n: D(n) / 2), min_size=1, max_size=7),
    min_size=1,
    max_size=12,
)
some = st.integers(0, 40).map(lambda n: D(n) / 2)


@given(panels, some, some, st.sampled_from(("mean", "trimmed", "leader")))
def test_totals_of_any_panels_agree_with_fractions(given, bonus, taken, method):
    scores = {
        f"1.{n}": combine([Given(who, value) for who, value in enumerate(values)], method)[0]
        for n, values in enumerate(given)
    }
    result = roll_up(index([D(10)] * len(given)), scores | {"b": bonus, "d": taken})

    base = sum((exact_combined(values, method, None) for values in given), F(0))
    total = max(base + min(F(bonus), 10) - F(taken), F(0))
    assert result.sections[0].shown == half_up(base)
    assert result.total == half_up(total)
    assert result.may_apply == (half_up(total) >= 90)


@given(panels, some, some)
def test_the_lines_of_an_explanation_add_up_before_rounding(given, bonus, taken):
    scores = {f"1.{n}": sum(values) / len(values) for n, values in enumerate(given)}
    result = roll_up(index([D(10)] * len(given)), scores | {"b": bonus, "d": taken})

    lines = explain(result)

    assert abs(sum(amount for _, amount in lines) - result.total) <= D("0.01") * len(lines)


def test_three_thirds_are_one_also_at_a_minimum():
    """1/3 + 1/3 + 1/3: without care, 0.999… would miss a minimum of 1."""
    third = combine([Given(1, D(0)), Given(2, D(0)), Given(3, D(1))], "mean")[0]
    edition = index([D(1)] * 3, sections=(Section("1", minimum=D(1)),))

    result = roll_up(edition, {"1.0": third, "1.1": third, "1.2": third})

    assert result.sections[0].shown == D("1.00")
    assert result.short_sections == []


def test_a_half_cent_made_of_sevenths_goes_up():
    """Seven sevenths of 0.025 are a half cent exactly; added up with 28 digits, 0.024999…"""
    added = sum([D("0.025") / 7] * 7)

    assert added < D("0.025")
    assert rounded(added) == D("0.03")


@pytest.mark.parametrize(
    ("section", "earned", "value", "capped"),
    [
        (Section("1", cap=D(15)), D(18), D(15), True),
        (Section("1", cap=D(15)), D(15), D(15), False),
        (Section("1", cap=D(25)), D(20), D(20), False),
        (Section("1", floor=D(2)), D(1), D(2), False),
        (Section("1"), D(0), D(0), False),
    ],
)
def test_a_section_counts_for_no_more_than_its_cap_and_no_less_than_its_floor(
    section, earned, value, capped
):
    result = roll_up(index([D(20)], sections=(section,)), {"1.0": earned})

    assert result.sections[0].value == value
    assert result.sections[0].is_capped == capped
    assert result.total == rounded(value)


def test_an_explanation_says_which_section_was_capped():
    edition = index([D(20)], sections=(Section("1", "学习", cap=D(15)),))

    assert explain(roll_up(edition, {"1.0": D(18)})) == [("学习（已按上限计）", D(15))]


def test_deductions_beyond_the_points_are_told_and_the_total_is_nought():
    lines = explain(roll_up(index([D(20)]), {"1.0": D(3), "d": D(5)}))

    assert lines == [("1", D(3)), ("扣分", D(-5)), ("扣分超过得分，按 0 分计", D(2))]


def test_a_veto_or_a_missed_minimum_fails_whatever_the_total():
    edition = index([D(20)], sections=(Section("1", minimum=D(10)),), pass_line=D(5))

    assert roll_up(edition, {"1.0": D(12)}).passed
    assert not roll_up(edition, {"1.0": D(9)}).passed
    assert not roll_up(edition, {"1.0": D(12)}, vetoes=["v"]).passed


def test_what_if_knows_of_caps_vetoes_and_lines_already_reached():
    edition = index([D(10), D(10), D(10)], sections=(Section("1", cap=D(20)),))
    scores = {"1.0": D(5), "1.1": D(8), "1.2": D(6)}

    assert what_if(edition, scores, D(20), most=9) == [
        ("1.1", "1.2", D(6)),
        ("1.0", "1.1", D(7)),
        ("1.0", "1.2", D(9)),
    ]
    assert what_if(edition, scores, D(21)) == []
    assert what_if(edition, scores, D(20), vetoes=["v"]) == []
    assert what_if(edition, scores, D(19)) == []
    assert what_if(edition, scores, D(20), size=1) == [
        ("1.1", D(2)),
        ("1.2", D(4)),
        ("1.0", D(5)),
    ]
