"""Two editions: what changed, what may have become of an item, and scores carried along."""

from decimal import Decimal as D

import pytest

from evaluations.rules.compare import compare, counts, words_changed
from evaluations.rules.items import Edition, Item, Section
from evaluations.rules.likeness import propose
from evaluations.rules.restate import carry, restate
from evaluations.rules.structure import Node


def item(code, text="学习", points=10, **more):
    return Node(code, "item", text, parent="1", kind="range", points=D(points), **more)


SECTION = Node("1", "section", "组织领导")


def changes(old, new, pairs):
    lines = compare([SECTION, *old], [SECTION, *new], [("1", "1", True), *pairs])
    return [(e.old and e.old.code, e.new and e.new.code, e.changes) for e in lines[1:]]


def test_added_dropped_reworded_and_reweighted_items_are_told_in_the_new_order():
    old = [item("1.1"), item("1.2", "取消的"), item("1.3", "机制健全"), item("1.4", "原样")]
    new = [
        item("1.1", points=8),
        item("1.2", "机制更加健全"),
        item("1.3", "新增的"),
        item("1.4", "原样"),
    ]
    pairs = [("1.1", "1.1", True), ("1.3", "1.2", False), ("1.4", "1.4", True)]

    assert changes(old, new, pairs) == [
        ("1.1", "1.1", ("reweighted",)),
        ("1.2", None, ("dropped",)),
        ("1.3", "1.2", ("reworded", "moved")),
        (None, "1.3", ("added",)),
        ("1.4", "1.4", ()),
    ]


def test_items_merged_into_one_stand_on_a_line_each():
    old, new = [item("1.1", "甲"), item("1.2", "乙")], [item("1.1", "甲乙")]

    lines = changes(old, new, [("1.1", "1.1", True), ("1.2", "1.1", True)])

    assert [line[:2] for line in lines] == [("1.1", "1.1"), ("1.2", "1.1")]


def test_counts_are_of_items_only():
    lines = compare([SECTION], [SECTION, item("1.1")], [])

    assert counts(lines)["added"] == 1


def test_the_words_that_changed_are_marked_and_short_islands_join():
    before, after = words_changed("每年专题学习2次并有记录", "每季度专题学习4次并有记录")

    assert before == (
        ("每", False),
        ("年", True),
        ("专题学习", False),
        ("2", True),
        ("次并有记录", False),
    )
    assert after == (
        ("每", False),
        ("季度", True),
        ("专题学习", False),
        ("4", True),
        ("次并有记录", False),
    )


def test_texts_without_a_common_word_are_changed_whole():
    assert words_changed("甲乙", "丙丁") == ((("甲乙", True),), (("丙丁", True),))


def test_proposals_name_their_reason_and_every_item_has_one():
    old = {"1.1": "中心组专题学习", "1.2": "领导小组健全", "1.3": "排查化解机制", "1.4": "档案"}
    new = {
        "1.1": "中心组专题学习",
        "2.1": "领导小组机构健全",
        "3.1": "网格化治理与排查化解机制台账",
        "3.2": "矛盾调处",
    }

    found = {(p.relation, p.old, p.new): p.why for p in propose(old, new)}

    assert found[("same", "1.1", "1.1")] == "编号和文字相同"
    assert found[("same", "1.2", "2.1")].startswith("文字相近")
    assert ("dropped", "1.4", "") in found
    assert ("new", "", "3.2") in found
    assert {old_code for _, old_code, _ in found} - {""} == set(old)
    assert {code for _, _, code in found} - {""} == set(new)


def test_an_item_found_inside_another_is_proposed_as_merged_or_split():
    old = {"1": "结对联创共建", "2": "交往交流活动"}
    new = {"1": "结对联创共建、交往交流活动"}

    assert {(p.relation, p.old, p.new) for p in propose(old, new)} == {
        ("same", "1", "1"),
        ("merged", "2", "1"),
    } or {(p.relation, p.old, p.new) for p in propose(old, new)} == {
        ("same", "2", "1"),
        ("merged", "1", "1"),
    }
    back = {p.relation for p in propose(new, old)}
    assert back == {"same", "split"}


def edition(*items, apply_line=90, pass_line=60, bonus_cap=0):
    return Edition(
        sections=(Section("1"),),
        items=tuple(items),
        apply_line=D(apply_line),
        pass_line=D(pass_line),
        bonus_cap=D(bonus_cap),
    )


def scored(code, points, kind="range"):
    return Item(code, "1", kind, D(points))


OLD = edition(scored("a", 40), scored("b", 60), scored("f", 0, "veto"))


@pytest.mark.parametrize(
    ("mappings", "points"),
    [
        ([("same", "a", "x")], {"x": D(15)}),
        ([("merged", "a", "x"), ("merged", "b", "x")], {"x": D("14.1")}),
        ([("split", "a", "x"), ("split", "a", "y")], {"x": D(15), "y": D(60)}),
        ([("dropped", "a", None)], {}),
    ],
)
def test_scores_are_carried_by_the_share_of_full_marks(mappings, points):
    new = edition(scored("x", 20), scored("y", 80))

    assert carry(OLD, new, mappings, {"a": D(30), "b": D("40.5")}) == points


def test_items_nobody_scored_are_taken_at_the_rate_of_the_others_between_none_and_all():
    new = edition(scored("x", 80), scored("n", 20))

    both = restate(OLD, new, [("same", "b", "x")], {"a": D(40), "b": D(54)})

    assert both.old.total == D(94)
    assert (both.new.total, both.low.total, both.high.total) == (D(90), D(72), D(92))
    assert both.unknown == ("n",)
    assert both.crosses("may_apply") == ""
    assert not both.sure("may_apply")
    assert both.sure("passed")


def test_a_unit_that_falls_below_the_line_crosses_it_downward():
    new = edition(scored("x", 100))

    both = restate(OLD, new, [("same", "b", "x")], {"a": D(40), "b": D(51)})

    assert (both.crosses("may_apply"), both.crosses("passed")) == ("down", "")


def test_a_veto_is_carried_to_the_item_it_became():
    new = edition(scored("x", 100), scored("v", 0, "veto"))

    both = restate(OLD, new, [("same", "f", "v")], {"b": D(60)}, ["f"])

    assert both.new.vetoes == ("v",)
    assert not both.new.passed
