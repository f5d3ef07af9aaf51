"""The pages of results: the ranking with its line, why a unit has its total, who may see what."""

from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluations.explaining import Explanation
from evaluations.models import Assignment, Inspection, InspectionRound, ScoreSheet, SelfCheck
from evaluations.operations.extras import call_third, call_thirds
from evaluations.operations.results import publish_results, set_places
from evaluations.operations.scoring import sign_sheet
from evaluations.operations.settling import settle_round
from portal.errors import Refused
from tests import factories as make
from tests.evaluations import factories as ev
from tests.evaluations.test_settling import held as held
from tests.evaluations.test_settling import score_all, sign
from tests.factories import NOON

FINISHED = InspectionRound.State.FINISHED


def page(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(f"evaluations:{name}", args=args), query)


def text(response):
    return response.content.decode()


def finish(held, publish=False):
    settle_round(held.round, actor=held.city_officer, at=NOON)
    InspectionRound.objects.update(state=FINISHED)
    held.round.refresh_from_db()
    if publish:
        publish_results(held.round, actor=held.city_officer, at=NOON)


@pytest.fixture
def scored(held):
    """Totals 90, 80 and 70; the last has a veto of its own in some tests."""
    score_all(
        held,
        [{"1.1": D(60)}, {"1.1": D(60)}],
        [{"1.1": D(55)}, {"1.1": D(45)}],
        [{"1.1": D(40)}, {"1.1": D(40)}],
    )
    return held


def test_the_ranking_runs_from_the_top_with_the_line_where_the_edition_draws_it(scored, client):
    response = page(client, scored.city_officer, "round-results", scored.round.pk)

    body = text(response)
    order = [body.index(each.name) for each in (scored.one, scored.two, scored.other)]
    assert order == sorted(order)
    assert body.index(scored.one.name) < body.index('class="p-cut"') < body.index(scored.two.name)
    assert "申报线　1 家　90.00 分" in body
    assert "差 10.00 分" in body
    assert "打分还没有结束" in body


def test_places_move_the_line_and_what_if_does_not(scored, client):
    set_places(scored.round, 2, version=1, actor=scored.city_officer, at=NOON)

    body = text(page(client, scored.city_officer, "round-results", scored.round.pk, places="3"))

    assert "推荐线　2 家　80.00 分" in body
    assert "推荐 3 家时，新进：" in body
    assert "第 3 名 示例西社区" in body
    scored.round.refresh_from_db()
    assert scored.round.places == 2


def test_the_lines_of_the_edition_stand_in_the_ranking_too(scored, client):
    sign(scored.inspections[2], ev.make_assessor(), {"1.1": D(0), "1.2": D(0)})
    set_places(scored.round, 2, version=1, actor=scored.city_officer, at=NOON)

    body = text(page(client, scored.city_officer, "round-results", scored.round.pk))

    places = [scored.one.name, "申报线　90.00 分", scored.two.name, "合格线　60.00 分", "推荐线"]
    found = [body.index(each) for each in places]
    assert found == sorted(found)
    assert found[-1] < body.index(scored.other.name)


def test_a_county_sees_its_own_units_once_the_round_is_over(scored, client):
    before = text(page(client, scored.east_officer, "round-results", scored.round.pk))
    assert "测评还没有结束" in before
    assert scored.one.name not in before

    finish(scored)
    after = text(page(client, scored.east_officer, "round-results", scored.round.pk))

    assert scored.one.name in after
    assert scored.other.name not in after
    assert "一致性" not in after
    assert (
        page(client, scored.east_officer, "round-consistency", scored.round.pk).status_code == 404
    )


def test_filters_narrow_the_list_and_ranks_stay_those_of_the_round(scored, client):
    response = page(client, scored.city_officer, "round-results", scored.round.pk, q="西社区")

    assert [each.standing.rank for each in response.context["rows"]] == [3]
    assert scored.one.name not in "".join(response.context["table"])


def test_the_list_costs_the_same_with_one_unit_and_three(scored, client):
    client.force_login(scored.city_officer)
    address = reverse("evaluations:round-results", args=[scored.round.pk])

    def count(**query):
        with CaptureQueriesContext(connection) as sent:
            client.get(address, query)
        return len(sent)

    count()
    assert count(q="西社区") == count() <= 22


def test_beside_the_total_stands_the_first_round_that_the_scoring_page_shows(scored, client):
    """Of several finished ones the latest held, whichever was settled last."""
    day = scored.round.starts_on
    for days, total in ((9, D(70)), (20, D(80))):
        held = ev.make_inspection_round(
            scored.east, kind="preliminary", state=FINISHED, starts_on=day - timedelta(days=days)
        )
        settled = {"total": total, "settled_at": NOON + timedelta(days=days)}
        ev.make_inspection(held, scored.one, scored.edition, **settled)

    rows = page(client, scored.city_officer, "round-results", scored.round.pk).context["rows"]

    assert [each.earlier for each in rows if each.unit == scored.one] == [D("70.00")]


def test_in_a_blind_round_the_team_sees_only_how_far_it_is(scored, client):
    InspectionRound.objects.update(blind=True)
    ev.make_assignment(scored.inspections[0], ev.make_assessor())
    serving = make.make_officer(scored.city)
    ev.make_member(scored.round, serving)

    body = text(page(client, serving, "round-results", scored.round.pk))

    assert "背靠背打分" in body
    assert "90.00" not in body
    office = text(page(client, scored.city_officer, "round-results", scored.round.pk))
    assert "90.00" in office
    analysis = text(page(client, serving, "round-consistency", scored.round.pk))
    assert "还不能看" in analysis


def test_the_workbook_holds_what_the_page_shows(scored, client):
    finish(scored)
    client.force_login(scored.city_officer)

    answer = client.post(reverse("evaluations:round-results-export", args=[scored.round.pk]))

    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(n for n, row in enumerate(rows) if row[0] == "名次")
    heads = rows[top]
    first = dict(zip(heads, rows[top + 1], strict=True))
    assert (first["名次"], first["单位全称"], first["总分"]) == (1, scored.one.name, 90)
    assert (first["线上"], first["千次重抽中在线上"]) == ("是", 1000)


def test_a_total_is_told_down_to_each_score_its_reason_person_time_and_version(scored, client):
    check = ev.make_check(scored.two, ev.make_round(scored.city, scored.edition))
    answer = ev.make_answer(check, "1.1", scored.city_officer, claimed=D(58))
    paper = ev.make_evidence(scored.two, scored.city_officer, name="会议记录.pdf")
    answer.citations.create(evidence=paper)
    SelfCheck.objects.filter(pk=check.pk).update(state="submitted", submitted_at=NOON)
    Inspection.objects.filter(unit=scored.two).update(self_check=check)

    body = text(page(client, scored.city_officer, "unit-result", scored.inspections[1].pk))

    assert "(55 + 45) ÷ 2 = 50.00" in body
    assert "2 人平均。" in body
    for person in scored.team:
        assert person.name in body
    assert "2026-11-22 12:00 · 第 1 版 · 在线" in body
    assert "单位说明：示例说明" in body
    assert "会议记录.pdf" in body
    assert "80.00" in body
    assert "由未进位的数四舍五入" in body


def test_what_if_names_what_would_reach_the_line(scored, client):
    pk = scored.inspections[1].pk

    response = page(client, scored.city_officer, "unit-result", pk, target="85")

    ways = [([each.code for each in way["items"]], way["gain"]) for way in response.context["ways"]]
    assert ways == [(["1.1"], D(10))]
    nothing = text(page(client, scored.city_officer, "unit-result", pk, target="95"))
    assert "补齐任何两项都达不到 95 分" in nothing
    odd = page(client, scored.city_officer, "unit-result", pk, target="NaN")
    assert odd.context["target"] == D(90)


def test_the_unit_page_costs_the_same_with_one_assessor_and_four(scored, client):
    def count():
        with CaptureQueriesContext(connection) as sent:
            page(client, scored.city_officer, "unit-result", scored.inspections[0].pk)
        return len(sent)

    count()
    two = count()
    for _ in range(2):
        sign(scored.inspections[0], ev.make_assessor(), {})
    assert count() == two <= 24


def test_a_unit_reads_its_score_and_reasons_once_published_and_never_who(scored, client):
    pk = scored.inspections[0].pk
    task = ev.make_assignment(
        scored.inspections[0], ev.make_assessor(username="严格"), state=Assignment.State.SIGNED
    )
    sheet = ev.make_sheet(task, {"1.1": D(50), "1.2": D(30), "J1": D(0)})
    sheet.scores.filter(indicator__code="1.1").update(reason="缺第三季度记录")
    ScoreSheet.objects.filter(pk=sheet.pk).update(signed_at=NOON)
    assert page(client, scored.clerk, "unit-result", pk).status_code == 404
    finish(scored)
    assert page(client, scored.clerk, "unit-result", pk).status_code == 404

    publish_results(scored.round, actor=scored.city_officer, at=NOON)
    body = text(page(client, scored.clerk, "unit-result", pk))

    assert "86.67" in body
    assert "缺第三季度记录" in body
    assert "严格" not in body
    assert all(person.name not in body for person in scored.team)
    assert page(client, scored.other_clerk, "unit-result", pk).status_code == 404


def test_an_assessor_sees_units_assigned_and_in_a_blind_round_waits_for_all(scored, client):
    InspectionRound.objects.update(blind=True)
    ev.make_assignment(scored.inspections[0], ev.make_assessor())
    mine = scored.team[0]

    closed = text(page(client, mine, "unit-result", scored.inspections[0].pk))
    opened = text(page(client, mine, "unit-result", scored.inspections[1].pk))

    assert "背靠背打分，还不能看" in closed
    assert "90.00" not in closed
    assert "80.00" in opened
    stranger = ev.make_assessor()
    assert page(client, stranger, "unit-result", scored.inspections[1].pk).status_code == 404


def test_a_total_that_no_longer_agrees_with_its_scores_is_said_aloud(scored, client):
    finish(scored)
    Inspection.objects.filter(unit=scored.one).update(total=D("99.99"))

    body = text(page(client, scored.city_officer, "unit-result", scored.inspections[0].pk))

    assert "存档的总分是 99.99，按现在的测评表合成是 90.00，两者不符" in body


@pytest.fixture
def apart(held):
    """The first unit's two sheets lie 40 of 60 points apart; there is somebody else on the team."""
    score_all(held, [{"1.1": D(20)}, {"1.1": D(60)}], [{}, {}], [{}, {}])
    third = ev.make_assessor(name="第三人")
    for person in (*held.team, third):
        ev.make_member(held.round, person)
    held.third = third
    return held


def test_scores_far_apart_call_a_third_by_the_rule_once(apart, client):
    task = call_third(apart.inspections[0], actor=apart.city_officer, at=NOON)

    assert (task.assessor, task.is_extra) == (apart.third, True)
    assert "派您给“示例东嘎查”打分" in apart.third.notifications.get().text
    with pytest.raises(Refused, match="现在不需要加派"):
        call_third(apart.inspections[0], actor=apart.city_officer, at=NOON)


def test_the_last_signature_tells_the_office_where_scores_lie_apart(apart):
    task = ev.make_assignment(apart.inspections[0], apart.third, state=Assignment.State.SCORING)
    sheet = ev.make_sheet(task, {"1.1": D(60), "1.2": D(30), "J1": D(0), "F1": None})
    assert sheet.signed_at is None

    sign_sheet(task, actor=apart.third, at=NOON)

    told = apart.city_officer.notifications.get()
    assert told.text == "“示例东嘎查”有 1 项打分差距较大，可按规则加派一人复核。"
    assert not apart.east_officer.notifications.exists()


def test_nobody_is_called_where_scores_agree_or_somebody_has_not_signed(apart):
    with pytest.raises(Refused, match="现在不需要加派"):
        call_third(apart.inspections[1], actor=apart.city_officer, at=NOON)
    ev.make_assignment(apart.inspections[0], ev.make_assessor())
    with pytest.raises(Refused, match="没有需要加派复核的单位"):
        call_thirds(apart.round, actor=apart.city_officer, at=NOON)


def test_whoever_must_stand_back_is_not_called(apart):
    apart.round.members.filter(user=apart.third).update(home=apart.east)

    with pytest.raises(Refused, match="没有还能给“示例东嘎查”打分的人"):
        call_thirds(apart.round, actor=apart.city_officer, at=NOON)
    with pytest.raises(Refused, match="您不能改动"):
        call_third(apart.inspections[0], actor=apart.east_officer, at=NOON)


def test_the_analysis_names_what_divides_and_calls_from_the_page(apart, client):
    body = text(page(client, apart.city_officer, "round-consistency", apart.round.pk))

    assert "加派复核（1 家）" in body
    assert "待加派" in body
    assert "若重抽测评人员 1000 次" in body
    client.post(reverse("evaluations:round-thirds", args=[apart.round.pk]))
    again = text(page(client, apart.city_officer, "round-consistency", apart.round.pk))
    assert "已按规则加派 1 家" in again
    assert "已加派" in again


def test_the_analysis_costs_the_same_with_two_units_apart_as_with_one(apart, client):
    def count():
        with CaptureQueriesContext(connection) as sent:
            page(client, apart.city_officer, "round-consistency", apart.round.pk)
        return len(sent)

    count()
    one = count()
    sign(apart.inspections[1], apart.third, {"1.1": D(0)})
    assert count() == one


def test_publishing_is_one_button_once_settled(scored, client):
    finish(scored)
    body = text(page(client, scored.city_officer, "round-results", scored.round.pk))
    assert "公布结果" in body

    client.post(reverse("evaluations:round-publish", args=[scored.round.pk]))

    scored.round.refresh_from_db()
    assert scored.round.published_at
    after = text(page(client, scored.city_officer, "round-results", scored.round.pk))
    assert "结果已公布" in after
    assert "名额设为" not in after


def test_places_that_are_no_number_are_refused_in_a_sentence(scored, client):
    client.force_login(scored.city_officer)
    address = reverse("evaluations:round-places", args=[scored.round.pk])

    answer = client.post(address, {"places": "三十", "version": 1}, follow=True)

    assert "名额请填写 1 到 9999 的整数" in text(answer)


def test_sections_without_points_say_nought_and_items_say_what_has_no_limit(cast, client):
    extras = (
        {"code": "K", "tier": "section", "text": "扣分"},
        {
            "code": "K1",
            "tier": "item",
            "parent": "K",
            "text": "迟报",
            "kind": "deduction",
            "each": D(1),
        },
    )
    edition = ev.make_edition(cast.city, (*ev.NODES, *extras))
    turn = ev.make_inspection(ev.make_inspection_round(cast.city), cast.one, edition)
    task = ev.make_assignment(turn, ev.make_assessor(), state=Assignment.State.SIGNED)
    sheet = ev.make_sheet(task, {"1.1": D(60), "1.2": D(30)})
    ScoreSheet.objects.filter(pk=sheet.pk).update(signed_at=NOON)

    told = Explanation(Inspection.objects.get(pk=turn.pk))

    assert {each.code: str(each.shown) for each in told.sections if not each.line} == {
        "J": "0.00",
        "F": "None",
        "K": "0.00",
    }
    words = {code: line.full_words for code, line in told.lines.items()}
    assert (words["1.1"], words["J1"], words["K1"], words["F1"]) == ("60", "10", "不限", "—")
    body = text(page(client, cast.city_officer, "unit-result", turn.pk))
    assert "不限" in body
