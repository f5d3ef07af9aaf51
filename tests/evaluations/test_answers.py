"""Filling in: item by item against its version; nobody overwritten; closed once handed in."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from evaluations.models import Answer, SelfCheck
from evaluations.operations.answers import save_answer
from evaluations.tree import tree_of
from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.evaluations.factories import (
    NODES,
    item_of,
    make_answer,
    make_check,
    make_edition,
    make_round,
)
from tests.factories import NOON

S = SelfCheck.State


@pytest.fixture
def check(cast):
    round = make_round(cast.city, make_edition(cast.city), created_by=cast.city_officer)
    return SelfCheck.objects.for_filling().get(pk=make_check(cast.one, round).pk)


def entry_of(check, code="1.1"):
    return next(each for each in tree_of(check.edition).entries if each.item.code == code)


def save(check, actor, *, code="1.1", version=0, points="40", statement="做了", at=NOON):
    told = {"version": version, "value": {"points": points}, "statement": statement}
    return save_answer(check, entry_of(check, code), **told, actor=actor, at=at)


def test_the_first_thing_written_moves_the_check_to_filling(cast, check):
    save(check, cast.clerk)

    check.refresh_from_db()
    answer = Answer.objects.get()
    assert check.state == S.FILLING
    assert (answer.claimed, answer.statement, answer.version) == (40, "做了", 1)
    assert AuditEvent.objects.get(action="selfcheck.begin").actor == cast.clerk


def test_what_cannot_be_points_is_kept_as_typed_and_claims_nothing(cast, check):
    save(check, cast.clerk, points="61")

    answer = Answer.objects.get()
    assert (answer.value, answer.claimed) == ({"points": "61"}, None)


def test_of_two_people_the_second_is_shown_the_first(cast, check):
    save(check, cast.clerk)
    save(check, cast.clerk, version=1, statement="第一个人写的")

    with pytest.raises(Stale) as told:
        save(check, cast.sumu_officer, version=1, statement="第二个人写的")

    assert told.value.current.statement == "第一个人写的"
    assert Answer.objects.get().statement == "第一个人写的"


def test_two_first_savings_of_one_item_do_not_overwrite_each_other(cast, check):
    save(check, cast.clerk, statement="先到")

    with pytest.raises(Stale):
        save(check, cast.clerk, statement="后到")

    assert Answer.objects.get().statement == "先到"


def test_content_that_is_there_already_counts_as_saved(cast, check):
    save(check, cast.clerk)

    save(check, cast.clerk)

    assert Answer.objects.get().version == 1


def helped(officer):
    return AuditEvent.objects.filter(action="selfcheck.help", actor=officer).count()


def test_a_sumu_officer_fills_in_marked_and_audited_once_a_check(cast, check):
    save(check, cast.sumu_officer)
    save(check, cast.sumu_officer, version=1, statement="又改", at=NOON + timedelta(seconds=9))
    save(check, cast.sumu_officer, code="1.2", points="20")

    check.refresh_from_db()
    assert check.on_behalf
    assert all(Answer.objects.values_list("on_behalf", flat=True))
    assert helped(cast.sumu_officer) == 1


def test_help_that_wrote_nothing_is_not_told(cast, check):
    save(check, cast.clerk)
    for version in (0, 5):
        with pytest.raises(Stale):
            save(check, cast.sumu_officer, version=version, statement="没有写成")

    check.refresh_from_db()
    assert not check.on_behalf
    assert helped(cast.sumu_officer) == 0


def test_the_clerks_own_words_are_not_marked(cast, check):
    save(check, cast.sumu_officer)
    save(check, cast.clerk, version=1, statement="自己改的")

    assert not Answer.objects.get().on_behalf


@pytest.mark.parametrize("who", ["east_officer", "city_officer", "other_clerk", "west_officer"])
def test_nobody_else_fills_in(cast, check, who):
    with pytest.raises(Refused, match="不由您填报，没有保存"):
        save(check, getattr(cast, who))

    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("state", "round_values", "words"),
    [
        (S.SUBMITTED, {}, "已经提交，没有保存"),
        (S.FILLING, {"closed_at": NOON}, "结束，没有保存"),
        (S.FILLING, {"opens_at": NOON + timedelta(hours=1)}, "开始填报，没有保存"),
    ],
)
def test_a_check_that_is_not_open_takes_nothing(cast, check, state, round_values, words):
    check.state = state
    for name, value in round_values.items():
        setattr(check.round, name, value)

    with pytest.raises(Refused, match=words):
        save(check, cast.clerk)


def test_after_the_deadline_one_may_still_write_but_not_hand_in(cast, check):
    late = check.round.due_at + timedelta(days=1)

    save(check, cast.clerk, at=late)

    assert Answer.objects.count() == 1


def autosave(client, check, item="1.1", **sent):
    url = reverse("evaluations:self-check-item", args=[check.pk, entry_of(check, item).pk])
    body = {"version": 0, "value": {"points": "40"}, "statement": "做了"} | sent
    with time_machine.travel(NOON, tick=False):
        return client.post(url, json.dumps(body), content_type="application/json")


def signed_in(client, user):
    with time_machine.travel(NOON, tick=False):
        client.force_login(user)


def test_the_script_hears_what_is_saved_and_what_is_lacking(client, cast, check):
    signed_in(client, cast.clerk)

    told = autosave(client, check, statement="").json()

    assert (told["version"], told["saved"], told["points"]) == (1, "12:00", "40")
    assert told["lacks"] == ["请写一句情况说明，或附 1 份材料。"]
    assert told["total"] == "40"
    assert told["part"] == {
        "pk": item_of(check.edition, "1").pk,
        "done": 0,
        "of": 2,
        "claimed": "40",
    }
    assert [each["code"] for each in told["missing"]] == ["1.1", "1.2", "F1"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"value": {"points": "61"}}, True),
        ({"value": {"points": "许多"}}, True),
        ({"statement": "长" * 501}, True),
        ({"value": {}}, False),
        ({}, False),
    ],
)
def test_the_script_hears_when_what_is_kept_cannot_count(client, cast, check, sent, wrong):
    signed_in(client, cast.clerk)

    assert autosave(client, check, **sent).json()["wrong"] is wrong
    assert Answer.objects.count() == 1


def test_an_autosave_costs_six_queries(client, cast, check, django_assert_max_num_queries):
    signed_in(client, cast.clerk)
    autosave(client, check)

    with django_assert_max_num_queries(6):
        assert autosave(client, check, version=1, statement="又改").status_code == 200
    with django_assert_max_num_queries(6):
        assert autosave(client, check, item="1.2").status_code == 200


def test_the_second_tab_gets_both_contents(client, cast, check):
    signed_in(client, cast.clerk)
    autosave(client, check)

    answer = autosave(client, check, statement="另一个窗口")

    assert answer.status_code == 409
    theirs = answer.json()["theirs"]
    assert (theirs["statement"], theirs["version"], theirs["at"]) == ("做了", 1, "12:00")
    assert theirs["by"] == "你本人在另一个窗口"


def test_without_a_session_the_script_is_told_to_keep_it(client, check):
    answer = autosave(client, check)

    assert answer.status_code == 401
    assert "已存在本机" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["", "[]", '{"version": 1}', '{"version":"x","value":{}}', "\xff"])
def test_a_shape_that_is_none_is_refused(client, cast, check, body):
    signed_in(client, cast.clerk)
    url = reverse("evaluations:self-check-item", args=[check.pk, item_of(check.edition, "1.1").pk])

    with time_machine.travel(NOON, tick=False):
        answer = client.post(url, body, content_type="application/json")

    assert answer.status_code == 400
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        {"points": "1" * 500},
        {"points": ["a"]},
        {"points": {"a": 1}},
        {"points": None},
        {"ticks": [1]},
        {"hit": True},
        {"points": "\0\ud800"},
        {"points": "NaN"},
        {"points": "-Infinity"},
        {"points": "1e999"},
        {"points": float("inf")},
    ],
)
def test_odd_values_never_break_anything(client, cast, check, value):
    signed_in(client, cast.clerk)

    assert autosave(client, check, value=value).status_code == 200
    assert Answer.objects.get().claimed is None


@pytest.mark.parametrize("count", ["20000", "２００００", "9" * 20])
def test_a_count_whose_points_no_column_holds_is_kept_and_said(client, cast, count):
    node = {"code": "K1", "tier": "item", "parent": "K", "text": "扣分", "kind": "deduction"}
    section = {"code": "K", "tier": "section", "text": "扣分"}
    edition = make_edition(cast.city, (*NODES, section, node | {"each": 2}))
    check = make_check(cast.one, make_round(cast.city, edition))
    signed_in(client, cast.clerk)

    told = autosave(client, check, "K1", value={"count": count})

    assert told.status_code == 200
    assert told.json()["lacks"] == [f"{count} 太大，请核对。"]
    assert Answer.objects.get().claimed is None


def test_what_is_typed_too_long_is_kept_and_said(client, cast, check):
    signed_in(client, cast.clerk)

    told = autosave(client, check, statement="字" * 520).json()

    assert told["lacks"] == ["说明超出 20 字，上限 500 字，请删减。"]
    assert len(Answer.objects.get().statement) == 520


def section_url(check):
    return reverse(
        "evaluations:self-check-section", args=[check.pk, item_of(check.edition, "1").pk]
    )


def test_the_script_hears_that_what_was_refused_stays_in_the_browser(client, cast, check):
    SelfCheck.objects.filter(pk=check.pk).update(state=S.SUBMITTED)
    signed_in(client, cast.clerk)

    answer = autosave(client, check)

    assert answer.status_code == 409
    assert answer.json()["detail"].endswith("写下的内容留在本机。")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_section_takes_as_many_queries_for_one_answer_as_for_three(
    client, cast, check, rows, django_assert_max_num_queries
):
    for code in ("1.1", "1.2", "J1")[:rows]:
        make_answer(check, code, cast.clerk)
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        client.get(section_url(check))
        with django_assert_max_num_queries(13):
            client.get(section_url(check))


def test_a_later_visit_weighs_little(client, cast, check):
    for code in ("1.1", "1.2"):
        make_answer(check, code, cast.clerk, statement="写" * 500)
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        page = client.get(section_url(check), headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 12_000
