"""When a sheet may be signed, what its digest covers, and how long the rest will take."""

from datetime import datetime, timedelta
from decimal import Decimal as D

import pytest

from evaluations.rules.items import Item
from evaluations.rules.pace import per_item, spoken, time_left
from evaluations.rules.sheets import Line, digest, gaps, line_fault, sign_faults, subtotal

RANGE = Item("1.1", "1", "range", D(10), text="学习")
BONUS = Item("J1", "J", "bonus", D(5), text="典型")
TAKEN = Item("K1", "K", "deduction", each=D(2), text="迟报")
LIST = Item("1.3", "1", "checklist", D(8), checklist=4, text="机制")
UNEVEN = Item("1.4", "1", "checklist", D(8), checklist=3, text="台账")
VETO = Item("F1", "F", "veto", text="重大事件")
ITEMS = [RANGE, BONUS, TAKEN, VETO]
START = datetime(2026, 11, 22, 9)


@pytest.mark.parametrize(
    ("item", "line", "ordered", "lacks"),
    [
        (RANGE, Line(), True, "score"),
        (RANGE, Line(D(9)), True, "reason"),
        (RANGE, Line(D(9)), False, ""),
        (RANGE, Line(D(9), reason=" "), True, "reason"),
        (RANGE, Line(D(9), reason="缺签到表"), True, ""),
        (RANGE, Line(D(10)), True, ""),
        (RANGE, Line(D(0)), False, ""),
        (BONUS, Line(), True, ""),
        (BONUS, Line(D(0)), True, ""),
        (BONUS, Line(D(3)), False, "reason"),
        (BONUS, Line(D(3), reason="自治区通报"), True, ""),
        (TAKEN, Line(), True, ""),
        (TAKEN, Line(D(2)), False, "reason"),
        (TAKEN, Line(D(0)), True, ""),
        (VETO, Line(), True, ""),
        (VETO, Line(hit=True), False, "reason"),
    ],
)
def test_what_an_item_still_lacks(item, line, ordered, lacks):
    assert gaps([item], {item.code: line}, ordered) == ([(item, lacks)] if lacks else [])


def test_a_sheet_says_what_keeps_it_from_being_signed():
    second = Item("1.2", "1", "range", D(5), text="机制")

    found = sign_faults([RANGE, second, VETO], {"1.1": Line(D(9)), "F1": Line(hit=True)}, True)

    assert found == ["还有 1 项没有打分：1.2。", "还有 2 项没有写理由：1.1、F1。"]


@pytest.mark.parametrize(
    ("item", "line", "said"),
    [
        (RANGE, Line(D("0.3")), "不是 0.5 的倍数"),
        (RANGE, Line(D(11)), "超过满分 10"),
        (RANGE, Line(D(-1)), "小于 0"),
        (RANGE, Line(D(5), hit=True), "不是一票否决项"),
        (VETO, Line(D(1)), "不打分"),
        (LIST, Line(D(8), met=0), "勾选了 0 条，应得 0 分，与填的 8 分不符"),
        (LIST, Line(D("7.5"), met=4), "勾选了 4 条，应得 8 分，与填的 7.5 分不符"),
        (UNEVEN, Line(D(7), met=3), "勾选了 3 条，应得 8 分"),
    ],
)
def test_what_cannot_stand_is_said(item, line, said):
    assert said in line_fault(item, line)
    assert said in "".join(sign_faults([item], {item.code: line}, False))


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (LIST, Line(D(4), met=2)),
        (LIST, Line(D(4))),  # from a workbook, which has no boxes
        (LIST, Line(met=2)),
        (UNEVEN, Line(D("5.5"), met=2)),  # 5.33 is no score: typed by hand
        (RANGE, Line(D(4), met=0)),
    ],
)
def test_a_checklist_agrees_with_its_boxes(item, line):
    assert line_fault(item, line) == ""


def test_deductions_and_bonus_are_not_in_the_subtotal():
    lines = {"1.1": Line(D("9.5")), "J1": Line(D(3)), "K1": Line(D(2))}

    assert subtotal(ITEMS, lines) == D("9.5")


def test_the_digest_changes_with_every_word_and_not_with_how_figures_are_written():
    head = {"sheet": 1, "assessor": "ceping"}
    lines = {"1.1": Line(D(5), reason="缺表"), "F1": Line(hit=True)}
    one = digest(head, lines)

    assert one == digest(head, {"F1": Line(hit=True), "1.1": Line(D("5.00"), reason="缺表")})
    others = [
        digest(head | {"assessor": "other"}, lines),
        digest(head, {"1.1": lines["1.1"]}),
        digest(head, lines | {"1.1": Line(D("5.5"), reason="缺表")}),
        digest(head, lines | {"1.1": Line(D(5), reason="缺")}),
        digest(head, lines | {"1.1": Line(D(5), reason="缺表", comment="好")}),
        digest(head, lines | {"F1": Line()}),
    ]
    assert len({one, *others}) == 7


def at_seconds(*seconds):
    return [START + timedelta(seconds=each) for each in seconds]


def test_breaks_do_not_slow_the_pace():
    moments = at_seconds(0, 30, 60, 90, 120, 150, 150 + 3600, 180 + 3600)

    assert per_item(moments) == timedelta(seconds=30)
    assert time_left(moments, 10) == (timedelta(minutes=5), True)


def test_whoever_has_hardly_begun_gets_the_usual_pace():
    assert time_left(at_seconds(0, 30), 4) == (timedelta(minutes=3), False)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.2, "1 分钟"), (59, "59 分钟"), (60, "1 小时"), (63, "1 小时 5 分钟"), (118, "2 小时")],
)
def test_time_in_words(minutes, words):
    assert spoken(timedelta(minutes=minutes)) == words
