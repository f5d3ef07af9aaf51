"""How scores become a total, by tables of plain values."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rules.combine import Given, combine
from evaluations.rules.consistency import is_apart
from evaluations.rules.items import Answer, Edition, Item, Section, award, rounded, score_fault
from evaluations.rules.roll_up import explain, roll_up, what_if


def edition(**fields):
    """Two sections of 50, a bonus capped at 10, a deduction, a veto; 90 to apply, 60 to pass."""
    items = (
        Item("1.1", "1", "range", D(30)),
        Item("1.2", "1", "range", D(20)),
        Item("2.1", "2", "range", D(50)),
        Item("3.1", "3", "bonus", D(8)),
        Item("3.2", "3", "bonus", D(8)),
        Item("4.1", "4", "deduction", D(0), each=D(2)),
        Item("5.1", "5", "veto"),
    )
    fields.setdefault("sections", (Section("1", "党的领导"), Section("2", "精神家园")))
    fields.setdefault("items", items)
    return Edition(apply_line=D(90), pass_line=D(60), bonus_cap=D(10), **fields)


FULL = {"1.1": D(30), "1.2": D(20), "2.1": D(50)}


@pytest.mark.parametrize(
    ("item", "answer", "points"),
    [
        (Item("a", "1", "occurrence", D(2), each=D("0.5")), Answer(count=D(3)), D("1.5")),
        (Item("a", "1", "occurrence", D(2), each=D("0.5")), Answer(count=D(9)), D(2)),
        (Item("a", "1", "checklist", D(6), checklist=6), Answer(met=4), D(4)),
        (Item("a", "1", "checklist", D(6), checklist=6), Answer(met=0), D(0)),
        (
            Item("a", "1", "checklist", D(5), checklist=5, bands=((D(5), D(5)), (D(4), D(3)))),
            Answer(met=4),
            D(3),
        ),
        (
            Item(
                "a", "1", "threshold", D(10), bands=((D(95), D(10)), (D(90), D(7)), (D(85), D(4)))
            ),
            Answer(percent=D("94.99")),
            D(7),
        ),
        (Item("a", "1", "threshold", D(10), bands=((D(95), D(10)),)), Answer(percent=D(80)), D(0)),
        (Item("a", "4", "deduction", D(0), each=D(2)), Answer(count=D(3)), D(6)),
        (Item("a", "4", "deduction", D(4), each=D(2)), Answer(count=D(3)), D(4)),
    ],
)
def test_what_an_observation_earns(item, answer, points):
    assert award(item, answer) == points


@pytest.mark.parametrize(
    ("value", "words"),
    [(D("0.3"), "不是 0.5 的倍数"), (D(31), "超过满分 30"), (D(-1), "小于 0"), (D("12.5"), "")],
)
def test_a_score_is_within_its_range_and_on_a_step(value, words):
    fault = score_fault(Item("1.1", "1", "range", D(30)), value)

    assert (words in fault) if words else fault == ""


@pytest.mark.parametrize(
    ("values", "method", "score", "words"),
    [
        ([3, 4, 5], "mean", D(4), "3 人平均"),
        ([0, 4, 5, 9], "trimmed", D("4.5"), "去掉最高分和最低分"),
        ([0, 4, 5], "trimmed", D(3), "不足 4 人"),
        ([3, 4, 5], "leader", D(3), "组长评定"),
    ],
)
def test_several_scores_become_one_by_the_edition_s_method(values, method, score, words):
    given = [Given(number, D(value), number == 0) for number, value in enumerate(values)]

    combined, said = combine(given, method)

    assert combined == score
    assert words in said


def test_without_the_leader_the_mean_stands_in_and_says_so():
    combined, said = combine([Given(1, D(2)), Given(2, D(3))], "leader")

    assert (combined, said) == (D("2.5"), "组长未打分，暂取 2 人平均。")


def test_full_marks_make_a_hundred_and_may_apply():
    result = roll_up(edition(), FULL)

    assert (result.total, result.may_apply, result.passed, result.missing) == (
        D(100),
        True,
        True,
        (),
    )


def test_bonus_is_capped_and_deductions_come_off():
    result = roll_up(edition(), {**FULL, "3.1": D(8), "3.2": D(8), "4.1": D(4)})

    assert (result.bonus_earned, result.bonus, result.total) == (D(16), D(10), D(106))


def test_a_total_never_falls_below_nought():
    assert roll_up(edition(), {"1.1": D(1), "4.1": D(20)}).total == D(0)


def test_any_veto_means_not_qualified_whatever_the_total():
    result = roll_up(edition(), FULL, vetoes=["5.1"])

    assert (result.total, result.may_apply, result.passed) == (D(100), False, False)


def test_a_section_below_its_own_minimum_fails_though_the_total_would_do():
    sections = (Section("1", "党的领导"), Section("2", "精神家园", minimum=D(45)))
    result = roll_up(edition(sections=sections), {**FULL, "2.1": D(44)})

    assert result.total == D(94)
    assert [line.code for line in result.short_sections] == ["2"]
    assert not result.may_apply


def test_rounding_is_half_up_and_once_from_unrounded_values():
    third = D(10) / 3
    result = roll_up(edition(), {"1.1": third, "1.2": third, "2.1": third})

    assert [line.shown for line in result.sections] == [D("6.67"), D("3.33")]
    assert result.total == D("10.00")
    assert rounded(D("89.995")) == D("90.00")
    assert rounded(D("0.125")) == D("0.13")


def test_the_line_is_held_against_the_figure_people_see():
    assert roll_up(edition(), {**FULL, "2.1": D("39.995")}).may_apply
    assert not roll_up(edition(), {**FULL, "2.1": D("39.994")}).may_apply


def test_an_unscored_item_is_named():
    assert roll_up(edition(), {"1.1": D(30)}).missing == ("1.2", "2.1")


def test_a_total_explains_itself_line_by_line():
    result = roll_up(edition(), {**FULL, "3.1": D(8), "3.2": D(8), "4.1": D(4)})

    lines = explain(result)

    assert lines == [
        ("党的领导", D(50)),
        ("精神家园", D(50)),
        ("加分（已按上限计）", D(10)),
        ("扣分", D(-4)),
    ]
    assert sum(amount for _, amount in lines) == result.total


def test_what_if_names_the_two_items_that_would_reach_the_line():
    scores = {"1.1": D(20), "1.2": D(15), "2.1": D(45)}

    assert what_if(edition(), scores, D(90)) == [
        ("1.2", "2.1", D(10)),
        ("1.1", "1.2", D(15)),
        ("1.1", "2.1", D(15)),
    ]


points = st.decimals(min_value=0, max_value=20, places=1)


@given(st.fixed_dictionaries(dict.fromkeys(("1.1", "1.2", "2.1", "3.1", "4.1"), points)))
def test_more_points_never_lower_a_total(scores):
    before = roll_up(edition(), scores).unrounded
    for code in ("1.1", "1.2", "2.1", "3.1"):
        more = {**scores, code: scores[code] + 1}
        assert roll_up(edition(), more).unrounded >= before


def test_scores_further_apart_than_the_share_of_full_marks_are_flagged():
    assert is_apart(D(10), D(30), D("0.3"))
    assert not is_apart(D(9), D(30), D("0.3"))
    assert not is_apart(D(9), D(0), D("0.3"))
