"""The scoring page, its autosave, the queue, the signature, and the history of a sheet."""

import json
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.models import (
    AnswerEvidence,
    Assignment,
    ItemMapping,
    Phrase,
    Score,
    ScoreSheet,
    SelfCheck,
)
from evaluations.score_queue import Queue
from evaluations.views.score_page import read_number
from portal.errors import Refused
from tests import factories as make
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out
from tests.factories import NOON, TODAY

State = Assignment.State


def page(name, *args):
    return reverse(f"evaluations:{name}", args=args)


def said(response):
    return "".join(str(each) for each in get_messages(response.wsgi_request))


@pytest.fixture
def stand(cast, client):
    stand = lay_out(cast)
    stand.task = stand.tasks[0]
    client.force_login(stand.one)
    return stand


def item(stand, code):
    return build.item_of(stand.edition, code).pk


def send(client, stand, *items, task=None):
    made = [{"indicator": item(stand, code), **fields} for code, fields in items]
    address = page("score-save", (task or stand.task).pk)
    return client.post(address, {"items": json.dumps(made)})


def test_a_score_is_saved_and_answered_with_its_version(stand, client):
    response = send(client, stand, ("1.1", {"value": "５５．５", "reason": " 材料\n不全 "}))

    assert response.json()["saved"] == {str(item(stand, "1.1")): 1}
    score = Score.objects.get()
    assert (score.value, score.reason) == (D("55.5"), "材料 不全")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("abc", "不是数字"),
        ("=1+1", "不是数字"),
        ("2026-11-22", "不是数字"),
        ("NaN", "不能作为分数"),
        ("1e9", "不能作为分数"),
        ("0.333", "不能作为分数"),
        ("61", "超过满分 60"),
        ("0.3", "不是 0.5 的倍数"),
        ("-1", "小于 0"),
    ],
)
def test_what_is_no_score_is_said_and_not_kept(stand, client, value, sentence):
    response = send(client, stand, ("1.1", {"value": value}))

    assert sentence in response.json()["faults"][str(item(stand, "1.1"))]
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '[{"indicator": "x"}]', '{"indicator": 1}', "[" * 5000]
)
def test_a_request_that_makes_no_sense_keeps_nothing(stand, client, text):
    response = client.post(page("score-save", stand.task.pk), {"items": text})

    assert response.json() == {"saved": {}, "faults": {}, "conflicts": {}}
    assert not Score.objects.exists()


def test_a_conflict_comes_back_with_what_stands(stand, client):
    send(client, stand, ("1.1", {"value": "50", "reason": "缺表"}))

    told = send(client, stand, ("1.1", {"value": "40"})).json()["conflicts"]

    there = told[str(item(stand, "1.1"))]
    assert (there["value"], there["version"], there["reason"]) == ("50", 1, "缺表")


def test_whoever_is_signed_out_is_told_that_it_is_kept_here(stand, client):
    client.logout()

    response = send(client, stand, ("1.1", {"value": "50"}))

    assert response.status_code == 401
    assert "已存在本机" in response.json()["detail"]


def test_a_locked_sheet_answers_with_the_sentence(stand, client):
    build.make_sheet(stand.task, {"1.1": D(60)}, signed_at=NOON)
    Assignment.objects.filter(pk=stand.task.pk).update(state=State.SIGNED)

    response = send(client, stand, ("1.1", {"value": "50"}))

    assert response.status_code == 409
    assert "已签字锁定" in response.json()["detail"]


def test_one_autosave_takes_at_most_six_queries(stand, client):
    send(client, stand, ("1.1", {"value": "50"}))
    address, key = page("score-save", stand.task.pk), item(stand, "1.2")
    for fields in (
        {"value": "20"},  # the first score of an item
        {"value": "21", "version": 1},  # a changed one
        {"value": "21", "version": 1},  # the same again
    ):
        sent = {"items": json.dumps([{"indicator": key, **fields}])}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(address, sent).json()["saved"]
        assert len(queries) <= 6, [each["sql"][:80] for each in queries]


def test_a_long_sheet_with_its_files_opens_in_fifteen_queries(cast, client):
    stand = long_round(cast)
    client.force_login(stand.person)
    address = page("score-sheet", stand.task.pk)
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        text = client.get(address).content.decode()

    assert len(queries) <= 15, [each["sql"][:90] for each in queries]
    assert text.count("data-item=") == 60
    assert text.count("data-file=") == 100
    assert "上年" in text and "初验" in text


def long_round(cast, *, items=60, files=100):
    """60 items, 100 files, a 初验 of this year and the result of last year by another edition."""
    nodes = [{"code": "1", "tier": "section", "text": "示例"}]
    nodes += [
        {
            "code": f"1.{n}",
            "tier": "item",
            "parent": "1",
            "text": f"要点{n}",
            "kind": "range",
            "points": D(5),
        }
        for n in range(1, items + 1)
    ]
    old, edition = (build.make_edition(cast.city, nodes, total=D(300)) for _ in range(2))
    asked = build.make_round(cast.city, edition)
    check = build.make_check(cast.one, asked, state=SelfCheck.State.FILLING)
    answers = [build.make_answer(check, f"1.{n}", cast.clerk) for n in range(1, items + 1)]
    for number in range(files):
        content, name = f"%PDF-1.4 {number}".encode(), f"示例{number}.pdf"
        evidence = build.make_evidence(cast.one, cast.clerk, content=content, name=name)
        AnswerEvidence.objects.create(answer=answers[number % items], evidence=evidence)
    SelfCheck.objects.filter(pk=check.pk).update(state=SelfCheck.State.SUBMITTED, submitted_at=NOON)
    earlier(cast, old, "acceptance", TODAY.year - 1)
    earlier(cast, edition, "preliminary", TODAY.year)
    map_all(old, edition, cast.city_officer)
    stand = lay_out(cast)
    person = build.make_assessor(cast.city)
    build.make_member(stand.round, person)
    turn = stand.inspections[0]
    type(turn).objects.filter(pk=turn.pk).update(edition=edition, self_check=check)
    stand.person, stand.task = person, build.make_assignment(turn, person)
    return stand


def earlier(cast, edition, kind, year):
    round = build.make_inspection_round(cast.city, kind=kind, year=year, state="finished")
    turn = build.make_inspection(round, cast.one, edition)
    task = build.make_assignment(turn, build.make_assessor(cast.city), state=State.SIGNED)
    build.make_sheet(task, {"1.1": D("4.5"), "1.2": D(3)}, signed_at=NOON)


def map_all(old, new, by):
    before = {each.code: each for each in old.indicators.filter(tier="item")}
    ItemMapping.objects.bulk_create(
        ItemMapping(
            relation="same",
            old=before[each.code],
            new=each,
            old_edition=old,
            new_edition=new,
            confirmed_by=by,
        )
        for each in new.indicators.filter(tier="item")
    )


def test_earlier_scores_stand_beside_the_box(cast, client):
    stand = long_round(cast, items=3, files=0)
    client.force_login(stand.person)

    text = client.get(page("score-sheet", stand.task.pk)).content.decode()

    line = text[text.index('data-code="1.1"') :].split("</tr>")[0]
    assert line.count("4.5") == 2


def test_the_page_of_somebody_else_s_sheet_does_not_exist(stand, client):
    for name in ("score-sheet", "sheet-correct"):
        assert client.get(page(name, stand.tasks[1].pk)).status_code == 404
    for name in ("score-save", "score-sign", "sheet-give-up"):
        assert client.post(page(name, stand.tasks[1].pk)).status_code == 404


def test_signing_from_the_page_says_what_is_missing_or_goes_on(stand, client):
    response = client.post(page("score-sign", stand.task.pk))
    assert "还没有打任何一项分" in said(response)
    send(client, stand, ("1.1", {"value": "60"}), ("1.2", {"value": "29"}))
    assert "还有 1 项没有写理由：1.2" in said(client.post(page("score-sign", stand.task.pk)))
    send(client, stand, ("1.2", {"value": "29", "reason": "缺表", "version": 1}))

    response = client.post(page("score-sign", stand.task.pk))

    assert response.url == f"{page('score-next')}?after={stand.task.pk}"
    assert ScoreSheet.objects.get().signed_at
    led = client.get(response.url)
    assert led.url == stand.tasks[2].get_absolute_url()


def test_a_correction_goes_from_the_history_through_the_page_to_the_officer(stand, cast, client):
    send(client, stand, ("1.1", {"value": "60"}), ("1.2", {"value": "29", "reason": "缺表"}))
    client.post(page("score-sign", stand.task.pk))
    address = page("sheet-correct", stand.task.pk)
    assert "请填写更正理由。" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "看错材料"})
    assert "更正第 2 版" in client.get(page("score-sheet", stand.task.pk)).content.decode()
    send(client, stand, ("1.2", {"value": "30", "version": 1}))
    client.post(page("score-sign", stand.task.pk))

    client.force_login(cast.city_officer)
    history = client.get(page("sheet-history", stand.task.pk)).content.decode()
    assert "待核准" in history and "改动：1.2" in history
    assert "的更正待核准" in client.get("/").content.decode()
    client.post(page("sheet-decide", stand.task.pk), {"act": "approve"})

    history = client.get(page("sheet-history", stand.task.pk)).content.decode()
    assert "已被更正" in history and "与签字时一致" in history
    assert ScoreSheet.objects.get(is_current=True).number == 2


def test_the_queue_offers_the_least_finished_unit_and_says_how_long(stand, client):
    start = timezone.now() - timedelta(minutes=4)
    sheet = build.make_sheet(stand.tasks[0], {"1.1": D(60)})
    for number in range(8):
        Score.objects.create(
            sheet=build.make_sheet(extra_task(stand, number)),
            indicator=build.item_of(stand.edition, "1.1"),
            value=D(1),
            saved_at=start + timedelta(seconds=30 * number),
        )
    sheet.scores.update(saved_at=start)

    queue = Queue(stand.one)

    assert queue.waiting[0].task == stand.tasks[2]
    assert queue.waiting[0].percent == 0
    assert "照您现在的速度" in queue.pace_words(timezone.now())
    assert "示例西社区" in client.get(page("score-queue")).content.decode()
    assert client.get(page("score-next")).url == stand.tasks[2].get_absolute_url()


def extra_task(stand, number):
    unit = make.make_unit(stand.round.region, f"示例加{number}")
    turn = build.make_inspection(stand.round, unit, stand.edition)
    return build.make_assignment(turn, stand.one)


def test_when_all_are_signed_the_queue_says_so(stand, client):
    Assignment.objects.update(state=State.SIGNED, state_changed_at=NOON)

    response = client.get(page("score-next"))

    assert "没有别的单位要打分了" in said(response)
    assert client.get(page("score-pace")).json() == {"words": "都已签字。"}


def test_the_queue_costs_the_same_for_two_units_and_for_five(stand, client):
    with CaptureQueriesContext(connection) as before:
        client.get(page("score-queue"))
    for number in range(3):
        extra_task(stand, number)

    with CaptureQueriesContext(connection) as after:
        client.get(page("score-queue"))

    assert len(after) == len(before)


def test_phrases_are_one_s_own(stand, client):
    kept = client.post(page("score-phrases"), {"text": "缺第三季度记录"}).json()
    assert "缺第三季度记录" in client.get(page("score-sheet", stand.task.pk)).content.decode()

    client.force_login(stand.two)
    client.post(page("score-phrases"), {"drop": kept["pk"]})
    assert Phrase.objects.exists()
    assert client.post(page("score-phrases"), {"text": " "}).status_code == 409
    client.force_login(stand.one)
    client.post(page("score-phrases"), {"drop": kept["pk"]})
    assert not Phrase.objects.exists()


@pytest.mark.parametrize(
    ("text", "value"), [("", None), (None, None), ("５", D(5)), ("4.50", D("4.5"))]
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert read_number(text) == value


def test_an_infinite_number_is_refused():
    with pytest.raises(Refused):
        read_number("Infinity")


def test_a_checklist_that_disagrees_with_its_boxes_is_not_kept(cast, client):
    boxes = {"kind": "checklist", "points": D(8), "checklist": ["方案", "计划", "小结", "台账"]}
    item = {"code": "1.1", "tier": "item", "parent": "1", "text": "机制", **boxes}
    edition = build.make_edition(
        cast.city, [{"code": "1", "tier": "section", "text": "组织"}, item]
    )
    person = build.make_assessor(cast.city)
    turn = build.make_inspection(build.make_inspection_round(cast.city), cast.one, edition)
    task, pk = build.make_assignment(turn, person), build.item_of(edition, "1.1").pk
    client.force_login(person)

    def sent(value, ticks):
        one = {"indicator": pk, "value": value, "ticks": ticks}
        return client.post(page("score-save", task.pk), {"items": json.dumps([one])}).json()

    assert "勾选了 0 条，应得 0 分，与填的 8 分不符" in sent("8", [])["faults"][str(pk)]
    assert not Score.objects.exists()
    assert sent("4", [0, 2])["saved"] == {str(pk): 1}
    assert 'data-worths="0,2,4,6,8"' in client.get(page("score-sheet", task.pk)).content.decode()


def test_a_bonus_without_its_ground_is_not_signed(stand, client):
    full = ("1.1", {"value": "60"}), ("1.2", {"value": "30"})
    send(client, stand, *full, ("J1", {"value": "4"}))

    response = client.post(page("score-sign", stand.task.pk))

    assert "还有 1 项没有写理由：J1。没有签字。" in said(response)
    send(client, stand, ("J1", {"value": "4", "version": 1, "reason": "自治区通报表扬"}))
    client.post(page("score-sign", stand.task.pk))
    assert ScoreSheet.objects.get().signed_at
