"""What is filled in becomes points, and what is lacking becomes a sentence."""

from decimal import Decimal as D

import pytest

from evaluations.rules.claims import Filled, claim, lacks, number_of
from evaluations.rules.items import Item

ITEMS = {
    "range": Item("1.1", "1", "range", D(5)),
    "occurrence": Item("1.2", "1", "occurrence", D(1), each=D("0.5")),
    "checklist": Item("1.3", "1", "checklist", D(6), checklist=6),
    "graded": Item(
        "1.4", "1", "checklist", D(10), checklist=5, bands=((D(5), D(10)), (D(4), D(8)))
    ),
    "threshold": Item("1.5", "1", "threshold", D(10), bands=((D(95), D(10)), (D(90), D(7)))),
    "bonus": Item("J1", "J", "bonus", D(4)),
    "open bonus": Item("J2", "J", "bonus"),
    "deduction": Item("K1", "K", "deduction", each=D(2)),
    "veto": Item("F1", "F", "veto"),
}


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("range", {"points": "4.5"}, D("4.5")),
        ("range", {"points": "４．５ 分"}, D("4.5")),
        ("range", {}, None),
        ("occurrence", {"count": "3"}, D(1)),
        ("checklist", {"ticks": [0, 2, 5]}, D(3)),
        ("checklist", {"ticks": [0, 0, 99]}, D(1)),
        ("checklist", {}, None),
        ("graded", {"ticks": [0, 1, 2, 3]}, D(8)),
        ("graded", {"ticks": [0]}, D(0)),
        ("threshold", {"percent": "92.5%"}, D(7)),
        ("threshold", {"percent": "89"}, D(0)),
        ("bonus", {"points": "4"}, D(4)),
        ("deduction", {"count": "2"}, D(4)),
        ("deduction", {"count": "４９９９次"}, D(9998)),
        ("occurrence", {"count": "20000"}, D(1)),
        ("range", {"points": "-0"}, D(0)),
        ("veto", {"hit": True}, None),
    ],
)
def test_points_follow_from_what_was_filled_in(name, value, points):
    assert claim(ITEMS[name], value).points == points


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("range", {"points": "5.5"}, "超过满分 5"),
        ("range", {"points": "0.3"}, "0.5 的倍数"),
        ("range", {"points": "=1+1"}, "不是数字"),
        ("range", {"points": "-1"}, "-1 小于 0，请填"),
        ("deduction", {"count": "－１"}, "小于 0，请填"),
        ("range", {"points": "NaN"}, "不是数字"),
        ("bonus", {"points": "Infinity"}, "不是数字"),
        ("deduction", {"count": "1e999"}, "不是数字，请只填次数"),
        ("range", {"points": "9" * 20}, "超过满分 5"),
        ("open bonus", {"points": "10000"}, "10000 太大，请核对。"),
        ("occurrence", {"count": "100000"}, "100000 太大，请核对。"),
        ("deduction", {"count": "20000"}, "20000 太大，请核对。"),
        ("deduction", {"count": "２００００"}, "太大，请核对。"),
        ("deduction", {"count": "9" * 20}, "太大，请核对。"),
        ("occurrence", {"count": "1.5"}, "不是整数"),
        ("threshold", {"percent": "120"}, "超过 100"),
        ("threshold", {"percent": "九成"}, "不是数字，请只填百分比"),
    ],
)
def test_what_cannot_be_claimed_is_said_in_a_sentence(name, value, words):
    told = claim(ITEMS[name], value)

    assert told.points is None
    assert words in told.fault


def lacking(name, value, statement="", files=0, asked=False):
    filled = Filled(value, statement, files, asked)
    return " ".join(lacks(ITEMS[name], filled, words_cap=10))


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("还没有填。", ("range", {})),
        ("还没有填自评分。", ("range", {}, "做了")),
        ("还没有勾选。", ("checklist", {})),
        ("一条也没有勾选", ("checklist", {"ticks": []}, "", 1)),
        ("", ("checklist", {"ticks": []}, "今年没有做")),
        ("请写一句情况说明，或附 1 份材料。", ("range", {"points": "3"})),
        ("", ("range", {"points": "3"}, "", 1)),
        ("", ("range", {"points": "0"})),
        ("至少要 1 份", ("range", {"points": "3"}, "做了", 0, True)),
        ("说明超出 2 字，上限 10 字", ("range", {"points": "3"}, "一二三四五六七八九十十二")),
        ("", ("bonus", {})),
        ("请写一句情况说明", ("bonus", {"points": "1"})),
        ("", ("deduction", {})),
        ("请在说明里写明情况。", ("deduction", {"count": "1"})),
        ("“没有”或“有”", ("veto", {})),
        ("", ("veto", {"hit": False})),
        ("请在说明里写明情况。", ("veto", {"hit": True})),
    ],
)
def test_what_is_lacking_is_said_and_nothing_more(words, given):
    told = lacking(*given)

    assert words in told
    assert bool(told) == bool(words)


@pytest.mark.parametrize("text", ["", "1e5", "1,000", "0x1", "∞", "1..2", "٣x"])
def test_a_number_is_only_what_people_write_as_one(text):
    assert number_of(text) is None
