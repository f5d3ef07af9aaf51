"""The tree of a draft is changed by its makers, one at a time; a published one by nobody."""

from decimal import Decimal as D

import pytest

from evaluations.models import IndexEdition, ItemMapping
from evaluations.operations.editions import (
    copy_edition,
    correct_edition,
    drop_edition,
    publish_edition,
)
from evaluations.operations.indicators import (
    add_indicator,
    drop_indicator,
    edit_indicator,
    move_indicator,
)
from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.evaluations.factories import item_of, make_edition
from tests.factories import NOON, TODAY

DRAFT = IndexEdition.State.DRAFT


@pytest.fixture
def draft(cast):
    return make_edition(cast.city, state=DRAFT)


def who(cast):
    return {"actor": cast.city_officer, "at": NOON}


def codes(edition):
    return list(edition.indicators.order_by("position").values_list("code", flat=True))


def new_item(draft, code="1.3", parent="1", **fields):
    told = {"tier": "item", "code": code, "text": "新要点", "kind": "range", "points": D(5)}
    return told | {"parent": item_of(draft, parent) if parent else None} | fields


def test_a_new_node_stands_behind_the_last_of_its_parent(cast, draft):
    add_indicator(draft, new_item(draft), **who(cast))

    assert codes(draft) == ["1", "1.1", "1.2", "1.3", "J", "J1", "F", "F1"]
    assert AuditEvent.objects.about(draft).first().action == "indicator.add"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "1.1"}, "编号 1.1 已经用在这套测评体系里"),
        ({"parent": None}, "测评要点须归入上级指标"),
        ({"parent": "1.1"}, "测评要点不能放在测评要点之下"),
        ({"tier": "section", "kind": "", "parent": "1"}, "一级指标不能放在一级指标之下"),
    ],
)
def test_a_node_that_does_not_fit_is_refused_and_nothing_is_written(cast, draft, fields, words):
    parent = fields.pop("parent", "1")

    with pytest.raises(Refused, match=words):
        add_indicator(draft, new_item(draft, **{"parent": parent} | fields), **who(cast))
    assert draft.indicators.count() == 7


def test_a_parent_in_another_edition_is_refused(cast, draft):
    other = make_edition(cast.city, state=DRAFT)
    values = new_item(draft) | {"parent": item_of(other, "1")}

    with pytest.raises(Refused, match="不在这套测评体系里"):
        add_indicator(draft, values, **who(cast))


def test_the_second_of_two_editors_is_shown_what_the_first_wrote(cast, draft):
    mine, theirs = item_of(draft, "1.1"), item_of(draft, "1.1")
    values = new_item(draft, "1.1")
    edit_indicator(theirs, values | {"text": "先写的"}, version=1, **who(cast))

    with pytest.raises(Stale) as told:
        edit_indicator(mine, values | {"text": "后写的"}, version=1, **who(cast))
    assert told.value.current.text == "先写的"
    assert item_of(draft, "1.1").text == "先写的"


def test_nodes_move_among_their_own_and_take_their_children_along(cast, draft):
    move_indicator(item_of(draft, "1"), "down", version=1, **who(cast))

    assert codes(draft) == ["J", "J1", "1", "1.1", "1.2", "F", "F1"]
    with pytest.raises(Refused, match="已经在最前"):
        move_indicator(item_of(draft, "1.1"), "up", version=1, **who(cast))


def test_moving_what_was_changed_meanwhile_is_refused(cast, draft):
    with pytest.raises(Stale):
        move_indicator(item_of(draft, "1.1"), "down", version=9, **who(cast))


def test_dropping_a_section_takes_its_items_too(cast, draft):
    assert drop_indicator(item_of(draft, "1"), version=1, **who(cast)) == 3
    assert codes(draft) == ["J", "J1", "F", "F1"]
    entry = AuditEvent.objects.about(draft).first()
    assert entry.before == {"指标": "1 组织领导", "条数": 3}


@pytest.mark.parametrize("act", ["add", "edit", "move", "drop"])
def test_nobody_changes_the_tree_of_a_published_edition(cast, act):
    edition = make_edition(cast.city)
    node = item_of(edition, "1.1")
    acts = {
        "add": lambda: add_indicator(edition, new_item(edition), **who(cast)),
        "edit": lambda: edit_indicator(node, new_item(edition, "1.1"), version=1, **who(cast)),
        "move": lambda: move_indicator(node, "down", version=1, **who(cast)),
        "drop": lambda: drop_indicator(node, version=1, **who(cast)),
    }

    with pytest.raises(Refused, match=r"已发布，不能再改.*请复制为新草稿"):
        acts[act]()
    assert edition.indicators.count() == 7


def test_an_officer_of_a_旗_does_not_change_the_city_s_draft(cast, draft):
    with pytest.raises(Refused, match="不能修改"):
        drop_indicator(item_of(draft, "1.1"), version=1, actor=cast.east_officer, at=NOON)


def test_new_words_call_for_another_look_at_the_mapping(cast):
    edition = make_edition(cast.city)
    told = {"title": "新版", "edition_no": "新", "starts_on": TODAY}
    copy = copy_edition(edition, **told, **who(cast))
    values = new_item(copy, "1.1", text=item_of(copy, "1.1").text)

    edit_indicator(item_of(copy, "1.1"), values | {"points": D(50)}, version=1, **who(cast))
    assert not ItemMapping.objects.filter(confirmed_by=None).exists()
    edit_indicator(item_of(copy, "1.1"), values | {"text": "改写"}, version=2, **who(cast))

    assert ItemMapping.objects.get(confirmed_by=None).new.code == "1.1"


def test_facts_of_a_draft_are_corrected_once_by_each_version(cast, draft):
    correct_edition(draft, {"total": D(90)}, version=1, **who(cast))

    with pytest.raises(Stale):
        correct_edition(draft, {"total": D(80)}, version=1, **who(cast))
    draft.refresh_from_db()
    assert draft.total == D(90)
    entry = AuditEvent.objects.about(draft).get()
    assert (entry.before, entry.after) == ({"total": "100.00"}, {"total": "90"})


def test_a_version_number_in_use_is_refused(cast, draft):
    other = make_edition(cast.city)

    with pytest.raises(Refused, match="请换一个版本号"):
        correct_edition(draft, {"edition_no": other.edition_no}, version=1, **who(cast))


def test_a_draft_is_given_up_whole_and_a_published_edition_never(cast, draft):
    drop_edition(draft, **who(cast))
    edition = make_edition(cast.city)

    with pytest.raises(Refused, match="已发布，不能再改"):
        drop_edition(edition, **who(cast))
    assert list(IndexEdition.objects.all()) == [edition]


def test_a_draft_that_others_were_copied_from_is_kept(cast, draft):
    told = {"title": "新版", "edition_no": "新", "starts_on": TODAY}
    copy_edition(draft, **told, **who(cast))

    with pytest.raises(Refused, match="已被其他内容引用"):
        drop_edition(draft, **who(cast))


def test_lines_above_the_total_keep_an_edition_from_being_published(cast):
    edition = make_edition(cast.city, state=DRAFT, apply_line=D(101))

    with pytest.raises(Refused, match="申报线 101 高于总分 100"):
        publish_edition(edition, **who(cast))
