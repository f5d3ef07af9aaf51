"""Last year's words and files are carried over along the mapping of items."""

import pytest
import time_machine

from evaluations.filling import Filling
from evaluations.models import Answer, AnswerEvidence, ItemMapping, SelfCheck
from evaluations.operations.answers import answers_of, carry_answers
from evaluations.operations.editions import copy_edition
from evaluations.tree import tree_of
from portal.errors import Refused
from tests.evaluations.factories import (
    NODES,
    item_of,
    make_answer,
    make_check,
    make_edition,
    make_evidence,
    make_round,
)
from tests.evaluations.test_answers import helped, save, section_url
from tests.factories import NOON, make_user

S = SelfCheck.State


@pytest.fixture
def check(cast):
    round = make_round(cast.city, make_edition(cast.city), created_by=cast.city_officer)
    return SelfCheck.objects.for_filling().get(pk=make_check(cast.one, round).pk)


def test_a_helper_who_carries_over_is_marked_and_audited(cast, check):
    old, _ = last_years(cast, check)
    mapped(item_of(old, "1.1"), item_of(check.edition, "1.1"))

    carry_answers(check, tree_of(check.edition), actor=cast.sumu_officer, at=NOON)

    check.refresh_from_db()
    assert check.on_behalf
    assert helped(cast.sumu_officer) == 1


def test_nothing_is_carried_into_a_check_handed_in_this_very_moment(cast, check):
    old, _ = last_years(cast, check)
    mapped(item_of(old, "1.1"), item_of(check.edition, "1.1"))
    SelfCheck.objects.filter(pk=check.pk).update(state=S.SUBMITTED)
    check.state = S.FILLING

    with pytest.raises(Refused, match="已经提交"):
        carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON)

    assert not check.answers.exists()


def mapped(old, new, relation="same", by=True):
    fields = {"old_edition": old.edition, "new_edition": new.edition, "relation": relation}
    by = make_user() if by else None
    ItemMapping.objects.create(old=old, new=new, confirmed_by=by, **fields)


def last_years(cast, check, statement="去年写的"):
    old = make_edition(cast.city)
    past = make_check(cast.one, make_round(cast.city, old), submitted_at=NOON)
    answer = make_answer(past, "1.1", cast.clerk, statement=statement)
    return old, answer


def test_last_years_words_and_files_are_carried_along_unchanged_items(cast, check):
    old, answer = last_years(cast, check)
    proof = make_evidence(cast.one, cast.clerk)
    AnswerEvidence.objects.create(answer=answer, evidence=proof)
    new = item_of(check.edition, "1.1")
    mapped(item_of(old, "1.1"), new)
    save(check, cast.clerk, code="1.2", points="10")

    count = carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON)

    carried = Answer.objects.get(check_form=check, indicator=new)
    assert count == 1
    assert (carried.statement, carried.claimed) == ("去年写的", None)
    assert carried.carried_from == answer
    assert [(each.evidence, each.reused) for each in carried.citations.all()] == [(proof, True)]


def test_what_stands_there_already_is_not_overwritten_by_last_years(cast, check):
    old, _ = last_years(cast, check)
    new = item_of(check.edition, "1.1")
    mapped(item_of(old, "1.1"), new)
    save(check, cast.clerk, statement="今年写的")

    assert carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON) == 0
    assert Answer.objects.get(check_form=check).statement == "今年写的"


def test_a_mapping_only_proposed_carries_nothing(cast, check):
    old, _ = last_years(cast, check)
    mapped(item_of(old, "1.1"), item_of(check.edition, "1.1"), by=False)

    assert carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON) == 0


def test_items_that_were_merged_bring_both_their_words(cast, check):
    old, answer = last_years(cast, check)
    make_answer(answer.check_form, "1.2", cast.clerk, statement="第二项")
    for code in ("1.1", "1.2"):
        mapped(item_of(old, code), item_of(check.edition, "1.1"), "merged")

    carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON)

    assert Answer.objects.get(check_form=check).statement == "去年写的\n第二项"


def test_the_form_shows_what_was_carried_beside_what_it_has_become(client, cast, check):
    old, _ = last_years(cast, check)
    mapped(item_of(old, "1.1"), item_of(check.edition, "1.1"))
    carry_answers(check, tree_of(check.edition), actor=cast.clerk, at=NOON)
    save(check, cast.clerk, version=1, statement="今年改了")
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        page = client.get(section_url(check)).content.decode()

    assert "已从 2026 年带入，改过" in page
    assert "去年写的" in page and "今年改了" in page


def test_a_copy_of_an_edition_carries_by_its_own_mapping(cast):
    old = make_edition(cast.city)
    person = {"actor": cast.city_officer, "at": NOON}
    copy = copy_edition(old, title="新版", edition_no="新", starts_on=NOON.date(), **person)
    past = make_check(cast.one, make_round(cast.city, old), submitted_at=NOON)
    make_answer(past, "1.2", cast.clerk, statement="去年的机制")
    fresh = make_check(cast.one, make_round(cast.city, copy))
    fresh = SelfCheck.objects.for_filling().get(pk=fresh.pk)

    assert carry_answers(fresh, tree_of(copy), actor=cast.clerk, at=NOON) == 1
    assert fresh.answers.get().statement == "去年的机制"


def test_a_checklist_that_only_last_year_ticked_is_still_missing(cast):
    items = ({**NODES[1], "kind": "checklist", "checklist": ["有队伍", "有场所"]}, *NODES[2:])
    edition = make_edition(cast.city, nodes=(NODES[0], *items))
    check = make_check(cast.one, make_round(cast.city, edition))
    past = make_check(cast.one, make_round(cast.city, edition))
    earlier = make_answer(past, "1.1", cast.clerk, statement="去年写的")
    now = make_answer(check, "1.1", cast.clerk, statement="去年写的", carried_from=earlier)

    def lacks():
        filling = Filling(check, answers_of(check))
        return next(line.lacks for line in filling.lines if line.item.code == "1.1")

    assert lacks() == ["往年内容已带入，还没有勾选。"]
    Answer.objects.filter(pk=now.pk).update(statement="今年没有场所")
    assert lacks() == []
