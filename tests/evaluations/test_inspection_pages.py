"""Pages of rounds: what they offer, what they say, and that they cost the same at any length."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.models import Assignment, Conflict, Inspection, InspectionRound, SelfCheck
from tests import factories as make
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out, prepare
from tests.factories import NOON, TODAY


def page(name, *args):
    return reverse(f"evaluations:{name}", args=args)


def said(response):
    return "".join(str(each) for each in get_messages(response.wsgi_request))


@pytest.fixture
def officer(cast, client):
    client.force_login(cast.city_officer)
    return cast.city_officer


def test_a_round_is_set_up_from_the_page(cast, officer, client):
    sent = {
        "kind": "acceptance",
        "title": "示例市级验收",
        "year": "2026",
        "region": str(cast.city.pk),
        "starts_on": "2026-11-20",
        "ends_on": "2026年12月10日",
        "assessors_each": "3",
        "outlier_percent": "25",
        "blind": "on",
    }

    response = client.post(page("inspection-round-new"), sent)

    made = InspectionRound.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.blind, str(made.outlier_limit), made.ends_on.month) == (True, "0.25", 12)


def test_the_form_says_when_the_end_lies_before_the_start(officer, client):
    sent = {"starts_on": "2026-11-20", "ends_on": "2026-11-19"}

    response = client.post(page("inspection-round-new"), sent)

    assert "结束日期不能早于开始日期。" in response.content.decode()


def test_candidates_are_units_of_the_region_not_yet_in_with_the_index_for_each(cast, client):
    edition = build.make_edition(cast.city, family="COMMUNITY")
    edition.family.categories.create(category=cast.one.category)
    round = build.make_inspection_round(cast.city, state=InspectionRound.State.PREPARING)
    build.make_inspection(round, cast.other, edition)
    client.force_login(cast.city_officer)

    text = client.get(page("inspection-candidates", round.pk)).content.decode()

    assert "示例东嘎查" in text
    assert "示例西社区" not in text
    assert edition.title in text


def submitted(unit, round):
    state = SelfCheck.State.SUBMITTED
    return build.make_check(unit, round, state=state, submitted_at=NOON)


def test_all_that_a_filter_finds_is_chosen_with_its_self_check(cast, client):
    edition = build.make_edition(cast.city)
    asked = build.make_round(cast.city, edition)
    check = submitted(cast.one, asked)
    build.make_check(cast.other, asked)
    round = build.make_inspection_round(cast.city, state=InspectionRound.State.PREPARING)
    client.force_login(cast.city_officer)

    response = client.post(
        f"{page('inspection-choose', round.pk)}?checked={asked.pk}", {"scope": "all"}
    )

    chosen = Inspection.objects.get()
    assert (chosen.unit, chosen.edition, chosen.self_check) == (cast.one, edition, check)
    assert "已选入 1 家。" in said(response)


def test_units_without_an_index_are_named_and_left_out(cast, client):
    round = build.make_inspection_round(cast.city, state=InspectionRound.State.PREPARING)
    client.force_login(cast.city_officer)

    sent = {"scope": "picked", "pk": [cast.one.pk]}
    response = client.post(page("inspection-choose", round.pk), sent)

    assert "有 1 家没有适用的测评体系，没有选入：示例东嘎查。" in said(response)
    assert not Inspection.objects.exists()


def test_nothing_ticked_is_said(cast, officer, client):
    stand = prepare(cast)
    choose = client.post(page("inspection-choose", stand.round.pk), {"scope": "picked"})
    bulk = client.post(page("inspections-bulk", stand.round.pk), {"scope": "picked"})
    team = client.post(page("inspection-team-add", stand.round.pk))

    assert "还没有勾选任何单位，没有选入" in said(choose)
    assert "还没有勾选任何单位，没有改动" in said(bulk)
    assert "还没有勾选任何人" in said(team)


def test_visits_are_set_for_ticked_units_and_shown_in_the_month(cast, officer, client):
    stand = prepare(cast)
    turn = stand.inspections[0]
    sent = {"scope": "picked", "pk": [turn.pk], "act": "visit", "visit_on": "2026-11-25"}

    client.post(page("inspections-bulk", stand.round.pk), sent)

    text = client.get(
        page("inspection-calendar", stand.round.pk) + "?month=2026-11"
    ).content.decode()
    assert Inspection.objects.get(pk=turn.pk).visit_on.isoformat() == "2026-11-25"
    assert "11 月 25 日" in text
    assert "没有日程的单位" in text


@pytest.mark.parametrize("day", ["明天", "2026-11", "2026-12-31"])
def test_a_day_that_cannot_be_is_refused(cast, officer, client, day):
    stand = prepare(cast)
    sent = {"scope": "picked", "pk": [stand.inspections[0].pk], "visit_on": day}

    response = client.post(page("inspection-visit", stand.round.pk), sent)

    assert said(response)
    assert Inspection.objects.filter(visit_on=None).count() == 2


def test_the_plan_is_shown_before_it_is_kept(cast, officer, client):
    stand = prepare(cast)
    address = page("inspection-assign", stand.round.pk)

    text = client.get(f"{address}?plan=1").content.decode()

    assert "已按规则排好，还没有保存" in text
    assert text.count("checked") >= 4
    assert not Assignment.objects.exists()


def test_ticks_are_kept_whether_a_script_packed_them_or_not(cast, officer, client):
    stand = prepare(cast)
    cells = [f"{row.pk}-{who.pk}" for row in stand.inspections for who in stand.people]
    address = page("inspection-apply", stand.round.pk)

    client.post(address, {"t": cells[:2]})
    assert Assignment.objects.count() == 2
    client.post(address, {"plan": ",".join([*cells, "unsinn", "1-x"])})

    assert Assignment.objects.count() == 4


def test_a_refused_matrix_comes_back_as_it_was_sent(cast, officer, client):
    stand = prepare(cast)
    Conflict.objects.create(user=stand.one, unit=cast.one, declared_at=NOON)
    turn = stand.inspections[0]
    sent = {"t": [f"{turn.pk}-{stand.one.pk}", f"{turn.pk}-{stand.two.pk}"]}

    text = client.post(page("inspection-apply", stand.round.pk), sent).content.decode()

    assert "“示例东嘎查”不能派测评员1：已声明回避。没有保存任何分配。" in text
    assert f'value="{turn.pk}-{stand.two.pk}" checked' in text


def test_progress_names_who_lags(cast, officer, client):
    stand = lay_out(cast, starts_on=TODAY - timedelta(days=300), ends_on=TODAY - timedelta(days=2))
    text = client.get(stand.round.get_absolute_url()).content.decode()

    assert "落后" in text
    assert "测评员1" in text


def test_people_are_handed_on_and_withdrawn_from_the_unit_s_page(cast, officer, client):
    stand = lay_out(cast)
    third = build.make_assessor(cast.city, name="测评员3")
    build.make_member(stand.round, third)
    task = stand.tasks[0]

    client.post(page("assignment-reassign", task.pk), {"to": third.pk, "note": "出差"})
    response = client.post(page("assignment-withdraw", stand.tasks[1].pk), {"note": ""})

    assert Assignment.objects.get(assessor=third).inspection == stand.inspections[0]
    assert "须填写说明" in said(response)
    text = client.get(page("inspection-tasks", stand.inspections[0].pk)).content.decode()
    assert "已撤回" in text


def test_an_officer_below_looks_on_and_changes_nothing(cast, client):
    stand = lay_out(cast)
    client.force_login(cast.east_officer)

    assert client.get(stand.round.get_absolute_url()).status_code == 200
    text = client.get(page("inspections", stand.round.pk)).content.decode()
    assert "示例东嘎查" in text
    assert "示例西社区" not in text
    for name in ("inspection-assign", "inspection-team", "inspection-candidates"):
        assert client.get(page(name, stand.round.pk)).status_code == 404
    for name in ("inspection-apply", "inspections-bulk", "inspection-choose"):
        assert client.post(page(name, stand.round.pk)).status_code == 404


@pytest.fixture
def ready(cast):
    """Everybody assigned; one visit of two planned; the first day is in four days."""
    state = InspectionRound.State.PREPARING
    begins = timezone.localdate() + timedelta(days=4)
    stand = lay_out(cast, state=state, starts_on=begins, ends_on=begins + timedelta(days=9))
    Inspection.objects.filter(pk=stand.inspections[0].pk).update(visit_on=begins)
    return stand


def test_before_opening_early_or_without_days_of_visits_the_page_says_so(ready, officer, client):
    warned = client.get(page("inspection-round", ready.round.pk)).content.decode()
    Inspection.objects.update(visit_on=ready.round.starts_on)
    InspectionRound.objects.update(starts_on=timezone.localdate())
    calm = client.get(page("inspection-round", ready.round.pk)).content.decode()

    assert f"本轮次 {ready.round.starts_on} 开始，今天打开早 4 天。" in warned
    assert "还有 1 家没有安排到场日期" in warned
    assert "今天打开早" not in calm and "没有安排到场日期" not in calm


def test_an_opened_round_says_who_has_been_told_and_what_is_left(ready, officer, client):
    opened = client.post(page("inspection-round-step", ready.round.pk, "open"))

    assert "“示例验收”已开始打分，2 名测评人员已收到通知；" in said(opened)
    assert "还有 1 家没有到场日期，请到“日程”安排。" in said(opened)


def test_a_finished_round_says_what_comes_next(cast, officer, client):
    stand = lay_out(cast)
    for task in stand.tasks:
        build.make_sheet(task, {"1.1": 50, "1.2": 20}, signed_at=NOON)
        Assignment.objects.filter(pk=task.pk).update(state=Assignment.State.SIGNED)

    finished = client.post(page("inspection-round-step", stand.round.pk, "finish"))

    assert "“示例验收”已结束，2 家已结分；请到“结果”核对" in said(finished)


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    "name",
    [
        "inspection-round",
        "inspections",
        "inspection-team",
        "inspection-assign",
        "inspection-calendar",
        "inspection-candidates",
    ],
)
def test_pages_of_a_round_cost_the_same_for_one_unit_and_for_four(cast, officer, client, name):
    stand = lay_out(cast)
    stand.inspections[1].assignments.all().delete()
    stand.inspections[1].delete()
    address = page(name, stand.round.pk)
    client.get(address)
    before = queries(client, address)

    for number in range(3):
        unit = make.make_unit(cast.west, f"示例单位{number}")
        turn = build.make_inspection(stand.round, unit, stand.edition, visit_on=TODAY)
        person = build.make_assessor(cast.west, name=f"测评员{number + 5}")
        build.make_member(stand.round, person, home=cast.west)
        build.make_assignment(turn, person)
        make.make_unit(cast.east, f"示例候选{number}")

    assert queries(client, address) <= before


def test_the_list_of_rounds_costs_the_same_for_one_and_for_three(cast, officer, client):
    lay_out(cast)
    before = queries(client, page("inspection-rounds"))

    for _ in range(2):
        lay_out(cast)

    assert queries(client, page("inspection-rounds")) == before


def test_one_declares_a_tie_among_the_units_of_one_s_rounds(cast, client):
    stand = lay_out(cast)
    stranger = make.make_unit(cast.east, "示例别家")
    client.force_login(stand.one)

    text = client.get(page("conflicts")).content.decode()
    assert "示例东嘎查" in text
    assert "示例别家" not in text
    assert client.post(page("conflict-declare", stranger.pk)).status_code == 404
    client.post(page("conflict-declare", cast.one.pk))

    tie = Conflict.objects.get()
    assert (tie.user, tie.unit) == (stand.one, cast.one)
    client.post(page("conflict-remove", tie.pk))
    assert not Conflict.objects.exists()


def test_the_home_page_tells_the_office_and_the_assessor(cast, client):
    stand = lay_out(cast)
    client.force_login(stand.one)
    assert "还剩 4 项" in client.get("/").content.decode()

    client.force_login(cast.city_officer)
    assert "0 / 4" in client.get("/").content.decode()


def test_deadline_words_stand_only_while_a_round_is_scored(cast, officer, client):
    round = build.make_inspection_round(
        cast.city, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1)
    )
    address = page("inspection-round", round.pk)
    assert "天</b>" in client.get(address).content.decode()

    InspectionRound.objects.update(state=InspectionRound.State.FINISHED)

    assert "天</b>" not in client.get(address).content.decode()


def test_the_matrix_names_the_banner_of_each_unit(cast, officer, client):
    stand = prepare(cast)
    below = make.make_region("示例苏木", cast.east)
    build.make_inspection(stand.round, make.make_unit(below, "示例小学"), stand.edition)

    body = client.get(page("inspection-assign", stand.round.pk)).content.decode()

    assert f"<small>{cast.east.name} · 示例苏木 · " in body
    assert f"<small>{cast.west.name} · " in body
