"""An assessor at work: by keyboard alone, over a bad line, in two tabs; and what it costs."""

import time
from decimal import Decimal as D

import pytest
from playwright.sync_api import expect

from evaluations.models import (
    Assignment,
    Inspection,
    InspectionRound,
    Phrase,
    Score,
    ScoreSheet,
)
from tests import factories as make
from tests.evaluations import factories as build
from tests.journeys.conftest import sign_in_as
from tests.journeys.effort import Effort

pytestmark = [pytest.mark.django_db(transaction=True)]

NODES = [
    {"code": "1", "tier": "section", "text": "组织领导"},
    *(
        {
            "code": f"1.{n}",
            "tier": "item",
            "parent": "1",
            "text": f"示例要点{n}",
            "kind": "range",
            "points": D(5),
        }
        for n in range(1, 21)
    ),
    {"code": "F", "tier": "section", "text": "否决"},
    {"code": "F1", "tier": "item", "parent": "F", "text": "重大事件", "kind": "veto"},
]


@pytest.fixture
def task(cast):
    """Twenty items and a veto, to be scored by one assessor."""
    edition = build.make_edition(cast.city, NODES)
    round = build.make_inspection_round(cast.city, assessors_each=1)
    person = build.make_assessor(cast.city, username="ceping1")
    build.make_member(round, person)
    turn = build.make_inspection(round, cast.one, edition)
    build.make_assignment(build.make_inspection(round, cast.other, edition), person)
    return build.make_assignment(turn, person)


@pytest.fixture
def page(task, visitor):
    page = visitor.new_page()
    sign_in_as(page, task.assessor)
    page.goto(task.get_absolute_url())
    page.wait_for_selector("tr.cur")
    return page


def wait_until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    assert holds()


def given(task):
    rows = Score.objects.filter(sheet__assignment=task).select_related("indicator")
    return {row.indicator.code: row.value for row in rows}


def saved(page):
    expect(page.locator("[data-savewords]")).to_contain_text("已保存")


def says(page, words):
    expect(page.locator(f"text={words}")).to_be_visible()


def is_at(page, code):
    expect(page.locator("tr.cur")).to_have_attribute("data-code", code)


def test_twenty_items_are_scored_and_signed_by_keyboard_alone(page, task, record_property):
    effort = Effort(page)
    for number in range(1, 21):
        if number % 4:
            effort.press("Space")  # full marks; it stays on the item
            effort.press("Enter")
        else:
            effort.type("4")
            effort.press("Enter")  # asks for the reason
            effort.press("Alt+1")
            effort.press("Enter")
    wait_until(lambda: len(given(task)) == 20)
    saved(page)  # the last reason too

    record_property("score 20 items", str(effort))
    print(f"score 20 items by keyboard alone: {effort}")
    assert effort.clicks == 0
    assert effort.total <= 55  # Space never moves on: an item asks for its own Enter
    assert [given(task)[f"1.{n}"] for n in (1, 4, 20)] == [D(5), D(4), D(4)]
    reasons = Score.objects.filter(value=4).values_list("reason", flat=True)
    assert set(reasons) == {"材料不全"}
    effort.press("Enter")  # the veto is passed over
    page.wait_for_selector("[data-sign]:not(.e-notyet)")
    page.keyboard.press("Enter")
    expect(page.locator("[data-signask]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/scoring/{task.pk}/" not in url)
    assert ScoreSheet.objects.get().signed_at


def test_a_signature_waits_for_what_is_on_its_way(mixed_page, mixed):
    page, held = mixed_page, []
    for key in ("Space", "Enter", "Space"):
        page.keyboard.press(key)
    wait_until(lambda: given(mixed) == {"1.1": D(5), "1.2": D(8)})
    page.route("**/save/", lambda route: held.append(route), times=1)
    with page.expect_request("**/save/"):
        page.click("[data-code='1.1'] [data-box]")
        page.fill("[data-code='1.1'] [data-box]", "4")
        page.keyboard.press("Enter")
        page.keyboard.type("材料不全")
        page.keyboard.press("Enter")
    page.click("[data-sign]")
    page.click("[data-signform] button")
    for route in held:
        route.continue_()

    page.wait_for_selector("text=已签字锁定")
    assert given(mixed)["1.1"] == D(4)


def test_a_score_above_the_maximum_stays_on_the_page_with_its_sentence(page, task):
    page.keyboard.type("6")
    page.keyboard.press("Enter")

    says(page, "6 超过满分 5，请核对。")
    assert page.text_content("[data-savewords]") == "1 项填得不对，没有保存"
    assert page.text_content("[data-scored]") == page.text_content("[data-given]") == "0"
    page.keyboard.press("Backspace")
    page.keyboard.type("３")
    page.keyboard.press("ArrowDown")
    wait_until(lambda: given(task) == {"1.1": D(3)})
    saved(page)


def test_without_a_line_scores_stay_here_and_go_up_when_it_is_back(page, task, visitor):
    visitor.set_offline(True)
    for _ in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    page.wait_for_selector("text=3 项未同步，已存在本机")
    assert given(task) == {}

    visitor.set_offline(False)

    wait_until(lambda: len(given(task)) == 3)
    saved(page)


def test_a_lid_closed_without_a_line_loses_nothing(page, task, visitor):
    visitor.set_offline(True)
    page.keyboard.type("3.5")
    page.keyboard.press("Enter")
    page.keyboard.type("缺签到表")
    page.wait_for_selector("text=未同步")
    page.close(run_before_unload=False)

    visitor.set_offline(False)
    again = visitor.new_page()
    again.goto(task.get_absolute_url())

    wait_until(lambda: given(task) == {"1.1": D("3.5")})
    assert Score.objects.get().reason == "缺签到表"


def test_a_session_that_ends_is_told_and_nothing_is_lost(page, task, visitor):
    visitor.clear_cookies(name="sessionid")
    page.keyboard.press("Space")
    page.wait_for_selector("text=登录已过期，1 项存在本机")

    sign_in_as(page, task.assessor)
    page.goto(task.get_absolute_url())

    wait_until(lambda: given(task) == {"1.1": D(5)})


def test_of_two_tabs_the_second_sees_both_and_chooses(page, task, visitor):
    other = visitor.new_page()
    other.goto(task.get_absolute_url())
    other.wait_for_selector("tr.cur")
    page.keyboard.press("Space")
    wait_until(lambda: given(task) == {"1.1": D(5)})

    other.keyboard.type("4")
    other.keyboard.press("ArrowDown")
    other.wait_for_selector("text=已有另一处保存（在线）：5")
    assert given(task) == {"1.1": D(5)}
    other.click("[data-conflict]:not([hidden]) [data-mine]")

    wait_until(lambda: given(task) == {"1.1": D(4)})


def test_a_veto_is_asked_for_its_ground_and_confirmed(page, task):
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_selector("text=本单位不合格。请写明依据")
    page.keyboard.press("Enter")
    says(page, "请先写明触发依据。")
    page.keyboard.type("通报文号示例1号")
    page.keyboard.press("Enter")

    wait_until(lambda: Score.objects.filter(hit=True, reason="通报文号示例1号").exists())
    says(page, "触发 1 / 1")


@pytest.fixture
def mixed(cast):
    """An item, a checklist, a bonus and a deduction, before one assessor."""
    boxes = {"kind": "checklist", "points": D(8), "checklist": ["方案", "计划", "小结", "台账"]}
    kinds = ({"kind": "range", "points": D(5)}, boxes, {"kind": "bonus", "points": D(4)})
    nodes = [{"code": "1", "tier": "section", "text": "组织领导"}]
    for number, kind in enumerate((*kinds, {"kind": "deduction", "each": D(1)}), 1):
        code, text = f"1.{number}", f"示例要点{number}"
        nodes.append({"code": code, "tier": "item", "parent": "1", "text": text, **kind})
    round = build.make_inspection_round(cast.city, assessors_each=1)
    person = build.make_assessor(cast.city, username="ceping2")
    build.make_member(round, person)
    turn = build.make_inspection(round, cast.one, build.make_edition(cast.city, nodes))
    return build.make_assignment(turn, person)


@pytest.fixture
def mixed_page(mixed, visitor):
    page = visitor.new_page()
    sign_in_as(page, mixed.assessor)
    page.goto(mixed.get_absolute_url())
    page.wait_for_selector("tr.cur")
    return page


def test_space_ticks_the_boxes_stays_and_gives_no_bonus(mixed_page, mixed):
    page = mixed_page
    for key in ("ArrowDown", "Space"):
        page.keyboard.press(key)
    wait_until(lambda: given(mixed) == {"1.2": D(8)})

    is_at(page, "1.2")
    assert Score.objects.get().raw == {"ticks": [0, 1, 2, 3]}
    for key in ("Enter", "Space", "Enter", "Space"):
        page.keyboard.press(key)
    expect(page.locator("tr.cur [data-box]")).to_have_value("")
    expect(page.locator("[data-code='1.3'] [data-box]")).to_have_value("")
    page.focus("[data-code='1.2'] [data-box]")
    page.fill("[data-code='1.2'] [data-box]", "6")
    says(page, "勾选了 4 条，应得 8 分，与填的 6 分不符")
    page.uncheck("[data-tick='3']")
    wait_until(lambda: given(mixed)["1.2"] == D(6))


def test_the_signature_leads_to_what_is_lacking_and_says_what_is_signed(mixed_page, mixed):
    page = mixed_page
    page.keyboard.press("Space")
    page.fill("[data-code='1.3'] [data-box]", "2")
    page.click("[data-sign]")
    is_at(page, "1.2")
    says(page, "这一项还没有打分。")
    page.keyboard.press("Space")
    page.click("[data-sign]")
    is_at(page, "1.3")
    page.keyboard.type("自治区通报")  # the reason has the focus
    saved(page)

    page.click("[data-sign]")

    asked = page.locator("[data-signask]")
    expect(asked).to_be_focused()
    words = asked.inner_text()
    assert [each in words for each in ("13 分", "+2 分", "0 分", "未触发", "15 分")] == [True] * 5


def test_the_pace_follows_what_is_saved(mixed_page, mixed):
    mixed_page.wait_for_selector("[data-pace]:has-text('还剩 2 项')", state="attached")
    mixed_page.keyboard.press("Space")

    mixed_page.wait_for_selector("[data-pace]:has-text('还剩 1 项')", state="attached")


def test_n_leads_to_the_next_unit(page, task):
    page.keyboard.press("n")

    other = Assignment.objects.exclude(pk=task.pk).get()
    page.wait_for_url(f"**{other.get_absolute_url()}")


def test_assigning_thirty_units_takes_three_clicks(cast, visitor, record_property):
    """From the round's page to every unit given to two people."""
    edition = build.make_edition(cast.city)
    state = InspectionRound.State.PREPARING
    round = build.make_inspection_round(cast.city, assessors_each=2, state=state)
    for number in range(30):
        unit = make.make_unit(cast.east if number % 2 else cast.west, f"示例单位{number}")
        build.make_inspection(round, unit, edition)
    for number in range(6):
        home = (cast.east, cast.west, None)[number % 3]
        person = build.make_assessor(cast.city, name=f"测评员{number}")
        build.make_member(round, person, home=home)
    page = visitor.new_page()
    sign_in_as(page, cast.city_officer)
    page.goto(round.get_absolute_url())
    effort = Effort(page)

    effort.click("nav.p-tabs a:has-text('分配')")
    effort.click("a:has-text('按规则分配')")
    effort.click("button:has-text('采用并保存')")
    page.wait_for_selector("text=已保存分配：新派 60 份")

    record_property("assign 30 units", str(effort))
    print(f"assign 30 units to two people each: {effort}")
    assert effort.clicks == 3 and effort.keys == 0
    counts = {turn.pk: turn.assignments.count() for turn in Inspection.objects.filter(round=round)}
    assert set(counts.values()) == {2}


def test_a_reason_is_kept_as_a_phrase_used_in_a_comment_and_dropped(page, task):
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.keyboard.type("缺第三季度记录")
    page.click("text=存为常用语")
    page.wait_for_selector("[data-pk]:has-text('缺第三季度记录')")
    page.click("tr.more:not([hidden]) [data-comment]")
    page.keyboard.press("Alt+1")
    wait_until(lambda: Score.objects.filter(comment="缺第三季度记录").exists())

    page.click("text=整理")
    page.click("[data-pk]")
    wait_until(lambda: not Phrase.objects.exists())

    expect(page.locator("[data-tidy]")).to_be_hidden()
    page.click("[data-phrase='材料不全']")  # a click puts in again
    comment = page.locator("tr.more:not([hidden]) [data-comment]")
    expect(comment).to_have_value("缺第三季度记录；材料不全")
