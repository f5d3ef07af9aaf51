"""指标沿革: proposed, decided by a person, followed when answers are carried or rounds rescored."""

from decimal import Decimal as D

import pytest

from evaluations.models import IndexEdition, ItemMapping
from evaluations.operations.carrying import carried_answers
from evaluations.operations.mappings import (
    confirm_mappings,
    map_item,
    mappings_of,
    propose_mappings,
    unmap,
)
from evaluations.rescoring import rescore
from portal.errors import Refused
from portal.models import AuditEvent
from tests.evaluations.factories import (
    NODES,
    item_of,
    make_answer,
    make_assessor,
    make_assignment,
    make_check,
    make_edition,
    make_evidence,
    make_inspection,
    make_inspection_round,
    make_round,
    make_sheet,
)
from tests.factories import NOON, make_unit

R = ItemMapping.Relation


@pytest.fixture
def pair(cast):
    """Last year's edition, and one in which 机制 was reworded and 台账 is new."""
    nodes = [dict(each) for each in NODES]
    nodes[2] |= {"text": "机制健全", "points": D(20)}
    nodes.insert(3, nodes[2] | {"code": "1.3", "text": "台账", "points": D(10)})
    return make_edition(cast.city), make_edition(cast.city, nodes)


def who(cast):
    return {"actor": cast.city_officer, "at": NOON}


def said(pair):
    return {
        (each.relation, each.old and each.old.code, each.new and each.new.code)
        for each in mappings_of(*pair)
    }


def decide(cast, pair, relation, old=None, new=None):
    items = {"old_item": old and item_of(pair[0], old), "new_item": new and item_of(pair[1], new)}
    return map_item(*pair, relation=relation, **items, **who(cast))


def test_every_item_gets_a_proposal_that_nothing_follows_yet(cast, pair):
    count = propose_mappings(*pair, **who(cast))

    assert count == 5
    assert ("same", "1.1", "1.1") in said(pair)
    assert ("new", None, "1.3") in said(pair)
    assert not any(each.confirmed_by for each in mappings_of(*pair))
    assert carried_answers(cast.one, *pair) == {}


def test_confirmed_mappings_outlive_new_proposals(cast, pair):
    decide(cast, pair, R.MERGED, "1.1", "1.2")

    propose_mappings(*pair, **who(cast))
    propose_mappings(*pair, **who(cast))

    assert ("merged", "1.1", "1.2") in said(pair)
    assert ("same", "1.1", "1.1") not in said(pair)
    assert len([each for each in said(pair) if "1.2" in each]) == 2  # the source and old 1.2


def test_proposals_are_confirmed_as_they_stand(cast, pair):
    propose_mappings(*pair, **who(cast))
    keys = [each.pk for each in mappings_of(*pair)]

    assert confirm_mappings(*pair, keys[:2], **who(cast)) == 2
    assert confirm_mappings(*pair, keys[:2], **who(cast)) == 0
    assert AuditEvent.objects.about(pair[1]).first().action == "itemmapping.confirm"


def test_a_decision_takes_the_place_of_the_one_before(cast, pair):
    decide(cast, pair, R.SAME, "1.1", "1.1")
    decide(cast, pair, R.DROPPED, "1.1")
    decide(cast, pair, R.NEW, new="1.1")

    assert said(pair) == {("dropped", "1.1", None), ("new", None, "1.1")}


def test_a_second_source_makes_the_first_one_merged_too(cast, pair):
    decide(cast, pair, R.SAME, "1.1", "1.1")
    decide(cast, pair, R.MERGED, "1.2", "1.1")

    assert said(pair) == {("merged", "1.1", "1.1"), ("merged", "1.2", "1.1")}


def test_a_second_part_makes_the_first_one_split_too(cast, pair):
    decide(cast, pair, R.SAME, "1.2", "1.2")
    decide(cast, pair, R.SPLIT, "1.2", "1.3")

    assert said(pair) == {("split", "1.2", "1.2"), ("split", "1.2", "1.3")}


@pytest.mark.parametrize(
    ("relation", "old", "new"),
    [(R.SAME, "1.1", None), (R.DROPPED, "1.1", "1.1"), (R.NEW, "1.1", "1.1"), (R.SAME, "1", "1")],
)
def test_a_decision_that_names_the_wrong_items_is_refused(cast, pair, relation, old, new):
    with pytest.raises(Refused, match="没有保存任何内容"):
        decide(cast, pair, relation, old, new)
    assert said(pair) == set()


def test_only_the_makers_of_the_new_edition_decide(cast, pair):
    mapping = decide(cast, pair, R.SAME, "1.1", "1.1")

    with pytest.raises(Refused, match="不能修改"):
        unmap(mapping, actor=cast.east_officer, at=NOON)
    unmap(mapping, **who(cast))
    assert said(pair) == set()


@pytest.fixture
def answered(cast, pair):
    """Last year's self check of one unit, handed in, with a file cited twice."""
    check = make_check(cast.one, make_round(cast.city, pair[0]), submitted_at=NOON)
    first = make_answer(check, "1.1", cast.clerk, claimed=D("50.5"), statement="学了")
    second = make_answer(check, "1.2", cast.clerk, claimed=D(30), statement="有机制")
    file = make_evidence(cast.one, cast.clerk)
    for each in (first, second):
        each.citations.create(evidence=file)
    return check


def test_answers_are_carried_along_confirmed_mappings(cast, pair, answered):
    decide(cast, pair, R.SAME, "1.1", "1.1")
    decide(cast, pair, R.SAME, "1.2", "1.2")

    found = carried_answers(cast.one, *pair)

    by_code = {each.indicator.code: each for each in found.values()}
    assert set(found) == {item_of(pair[1], code).pk for code in ("1.1", "1.2")}
    assert (by_code["1.1"].claimed, by_code["1.2"].claimed) == (D("50.5"), D(20))
    assert by_code["1.2"].statement == "有机制"


def test_merged_items_bring_both_answers_and_each_file_once(cast, pair, answered):
    decide(cast, pair, R.MERGED, "1.1", "1.1")
    decide(cast, pair, R.MERGED, "1.2", "1.1")

    (found,) = carried_answers(answered, *pair).values()

    assert [each.indicator.code for each in found.answers] == ["1.1", "1.2"]
    assert found.statement == "学了\n有机制"
    assert len(found.evidence) == 1
    assert found.claimed == D("53.5")  # 60 × 80.5 / 90, cut to steps of 0.5


def test_on_the_same_edition_every_answer_is_its_own(cast, pair, answered):
    found = carried_answers(cast.one, pair[0], pair[0])

    assert {each.indicator.code for each in found.values()} == {"1.1", "1.2"}
    assert {each.relation for each in found.values()} == {"same"}


def test_carrying_asks_as_often_for_two_items_as_for_one(
    cast, pair, answered, django_assert_max_num_queries
):
    decide(cast, pair, R.SAME, "1.1", "1.1")
    with django_assert_max_num_queries(6):
        [each.evidence for each in carried_answers(answered, *pair).values()]
    decide(cast, pair, R.SAME, "1.2", "1.2")
    with django_assert_max_num_queries(6):
        [each.evidence for each in carried_answers(answered, *pair).values()]


def scored(cast, edition, unit, **scores):
    round_ = make_inspection_round(cast.city, title=f"示例{unit.pk}")
    inspection = make_inspection(round_, unit, edition)
    task = make_assignment(inspection, make_assessor(cast.city), state="signed")
    values = {code.replace("_", ".").removeprefix("i"): value for code, value in scores.items()}
    make_sheet(task, values, signed_at=NOON)
    return inspection


def test_a_round_scored_anew_lists_units_that_cross_a_line_first(cast, pair):
    old, new = pair
    for code in ("1.1", "1.2"):
        decide(cast, pair, R.SAME, code, code)
    decide(cast, pair, R.NEW, new="1.3")
    steady, falling = cast.one, make_unit(cast.west, "示例跨线社区")
    rows = [
        scored(cast, old, steady, i1_1=D(60), i1_2=D(30)),
        scored(cast, old, falling, i1_1=D(38), i1_2=D(30)),
    ]
    inspections = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows])

    found = rescore(inspections, old, new)

    assert [each.inspection.unit for each in found] == [steady, falling]
    assert found[0].both.old.total == found[0].both.new.total == D(90)
    # 38 + 20 of 80 known points: 72.5 %, so the new item is taken as 7.25
    assert (found[1].both.old.total, found[1].both.new.total) == (D(68), D("65.25"))
    assert not found[1].sure or found[1].both.low.passed == found[1].both.high.passed


def test_rescoring_asks_as_often_for_three_units_as_for_one(cast, pair, django_assert_num_queries):
    old, new = pair
    decide(cast, pair, R.SAME, "1.1", "1.1")
    first = scored(cast, old, cast.one, i1_1=D(60))
    kind = type(first)
    rescore(kind.objects.filter(round=first.round), old, new)  # the trees are remembered from here
    with django_assert_num_queries(4):
        rescore(kind.objects.filter(round=first.round), old, new)
    for number in range(2):
        row = make_inspection(first.round, make_unit(cast.west, f"示例{number}"), old)
        task = make_assignment(row, make_assessor(cast.city), state="signed")
        make_sheet(task, {"1.1": D(40)}, signed_at=NOON)

    with django_assert_num_queries(4):
        assert len(rescore(kind.objects.filter(round=first.round), old, new)) == 3


def test_mappings_of_published_editions_stay_open(cast, pair):
    assert {each.state for each in pair} == {IndexEdition.State.PUBLISHED}

    decide(cast, pair, R.SAME, "1.1", "1.1")
