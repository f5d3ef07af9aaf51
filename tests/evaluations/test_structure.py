"""What keeps an index from being published."""

from decimal import Decimal as D

import pytest

from evaluations.rules.structure import Node, faults

SECTION = Node("1", "section", "党的领导")


def item(code="1.1", **fields):
    fields.setdefault("parent", "1")
    fields.setdefault("kind", "range")
    fields.setdefault("points", D(100))
    return Node(code, "item", "中心组专题学习", **fields)


def found(*nodes, total=100, bonus_cap=0):
    return faults([SECTION, *nodes], total=D(total), bonus_cap=D(bonus_cap), step=D("0.5"))


def test_an_index_whose_points_add_up_has_no_fault():
    assert found(item(points=D(60)), item("1.2", points=D(40)), total=110, bonus_cap=10) == []


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([item(points=D(99))], "共 99，与总分 100 不符"),
        ([item(), item()], "编号 1.1 出现了 2 次"),
        ([item(parent="9")], "上级 9 不存在"),
        ([item(kind="")], "没有写计分方式"),
        ([item(points=D(0))], "没有写满分"),
        ([item(points=D("99.7"))], "不是 0.5 的倍数"),
        ([item(kind="occurrence")], "没有写每次分值"),
        ([item(kind="checklist")], "没有列出清单"),
        ([item(kind="threshold")], "没有写达标比例"),
        ([item(kind="threshold", bands=((D(90), D(101)),))], "超过满分 100"),
        ([], "还没有测评要点"),
    ],
)
def test_each_fault_is_a_sentence_that_names_the_place(nodes, words):
    assert any(words in text and text.endswith("。") for text in found(*nodes))


def test_a_section_s_printed_points_are_held_against_its_items():
    section = Node("1", "section", "党的领导", points=D(90), minimum=D(120))

    texts = faults([section, item()], total=D(100), bonus_cap=D(0), step=D("0.5"))

    assert texts == [
        "“1 党的领导”最低分 120 高于本项满分 100。",
        "“1 党的领导”写明 90 分，所属要点合计 100 分。",
    ]


def test_nodes_that_are_each_other_s_parents_are_found_and_end():
    one = Node("1", "section", "甲", parent="2")
    two = Node("2", "group", "乙", parent="1")

    texts = faults([one, two], total=D(0), bonus_cap=D(0), step=D("0.5"))

    assert sum("绕成了圈" in text for text in texts) == 2
