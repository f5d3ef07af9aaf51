"""A village clerk fills in a self-check over a bad line, and loses nothing."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.models import Answer, Receipt, SelfCheck
from tests.evaluations.factories import item_of, make_check, make_edition, make_round
from tests.journeys.conftest import sign_in_as
from tests.journeys.killable import Killable

pytestmark = [pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def check(cast):
    now = timezone.now()
    edition = make_edition(cast.city)
    period = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=9)}
    round = make_round(cast.city, edition, created_by=cast.city_officer, **period)
    return make_check(cast.one, round)


def address(check, section="1"):
    return reverse(
        "evaluations:self-check-section", args=[check.pk, item_of(check.edition, section).pk]
    )


def box(page, check, code):
    return page.locator(f"#item-{item_of(check.edition, code).pk}")


def write(page, check, code, points, words):
    item = box(page, check, code)
    item.locator(".p-score").fill(points)
    item.locator("textarea").fill(words)


def state(page):
    return page.locator("[data-state]")


def saved(page, seconds=15):
    expect(state(page)).to_contain_text("已保存", timeout=seconds * 1000)


def hold_sending(page):
    """What the page sends stays on the way, in the list returned."""
    held = []
    page.route("**/items/**", lambda route: held.append(route))
    return held


def answers():
    return {each.indicator.code: each.statement for each in Answer.objects.all()}


@pytest.fixture
def form(visitor, cast, check):
    page = visitor.new_page()
    sign_in_as(page, cast.clerk)
    page.goto(address(check))
    return page


@pytest.fixture
def killable(transactional_db):
    server = Killable()
    yield server
    server.stop()


def test_the_server_dies_in_the_middle_and_the_clerk_hands_in(chromium, cast, check, killable):
    killable.start()
    context = chromium.new_context(base_url=killable.url, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    sign_in_as(page, cast.clerk)
    page.goto(address(check))
    write(page, check, "1.1", "55", "全年学习 12 次")
    saved(page)

    killable.kill()
    write(page, check, "1.2", "25", "断电时写的")
    expect(state(page)).to_contain_text("没有网络，1 项已存在本机，连上后自动保存", timeout=15_000)
    assert answers() == {"1.1": "全年学习 12 次"}

    killable.start()
    saved(page, seconds=40)
    assert answers() == {"1.1": "全年学习 12 次", "1.2": "断电时写的"}
    page.click("[data-go] >> text=下一节")
    page.wait_for_url(f"**{address(check, 'J')}")
    page.click("[data-go] >> text=下一节")
    page.wait_for_url(f"**{address(check, 'F')}")
    box(page, check, "F1").locator("input[value=no]").check()
    saved(page)
    page.click("text=核对并提交")
    page.click("button:text-is('提交自查')")
    page.wait_for_selector("text=已提交，回执如下")
    context.close()

    receipt = Receipt.objects.get()
    assert (receipt.total, receipt.check_form.state) == (80, SelfCheck.State.SUBMITTED)
    assert "断电时写的" in receipt.content


def test_without_a_line_it_is_kept_here_and_goes_up_from_the_next_page(form, visitor, check):
    write(form, check, "1.1", "50", "有网时写的")
    saved(form)
    visitor.set_offline(True)
    write(form, check, "1.1", "50", "没网时写的")
    expect(state(form)).to_contain_text("没有网络", timeout=15_000)
    form.close(run_before_unload=False)
    visitor.set_offline(False)

    page = visitor.new_page()
    page.goto(address(check, "J"))
    saved(page)

    assert answers() == {"1.1": "没网时写的"}


def test_the_line_comes_back_and_the_same_page_goes_on_by_itself(form, visitor, check):
    visitor.set_offline(True)
    write(form, check, "1.1", "50", "草原上写的")
    expect(state(form)).to_contain_text("没有网络", timeout=15_000)

    visitor.set_offline(False)
    saved(form)

    assert answers() == {"1.1": "草原上写的"}


def test_a_lid_closed_before_anything_was_sent_loses_nothing(form, visitor, check):
    hold_sending(form)
    write(form, check, "1.1", "50", "刚写完就合上了")
    form.close(run_before_unload=False)

    page = visitor.new_page()
    page.goto(address(check))
    saved(page)

    assert answers() == {"1.1": "刚写完就合上了"}
    expect(box(page, check, "1.1").locator("textarea")).to_have_value("刚写完就合上了")


def test_what_arrives_as_the_lid_closes_is_ones_own(form, visitor, check):
    """The points alone come in after the next page was made, but before that reads the rest."""
    held = hold_sending(form)
    with form.expect_request("**/items/**"):
        write(form, check, "1.1", "50", "刚写完就合上了")
    page, script = visitor.new_page(), []
    page.route("**/self-check-form*.js", lambda route: script.append(route))
    with page.expect_request("**/self-check-form*.js"):
        page.goto(address(check), wait_until="commit")
    expect(box(page, check, "1.1").locator("textarea")).to_have_value("")
    held[0].fetch()  # arrives, and the page that sent it never hears of it
    form.close(run_before_unload=False)
    assert answers() == {"1.1": ""}

    script[0].continue_()
    saved(page)

    assert answers() == {"1.1": "刚写完就合上了"}


def test_of_two_tabs_the_second_sees_both_and_chooses(form, visitor, check):
    other = visitor.new_page()
    other.goto(address(check))
    write(form, check, "1.1", "50", "第一个窗口写的")
    saved(form)

    write(other, check, "1.1", "40", "第二个窗口写的")
    both = box(other, check, "1.1").locator(".p-both")
    expect(both).to_contain_text("你本人在另一个窗口")
    expect(both).to_contain_text("第一个窗口写的")
    expect(state(other)).to_contain_text("1 项有两份内容，请核对")
    assert answers() == {"1.1": "第一个窗口写的"}

    both.get_by_role("button", name="用我写的").click()
    saved(other)
    assert answers() == {"1.1": "第二个窗口写的"}


def test_of_two_people_the_second_may_take_what_the_first_wrote(
    form, chromium, visitor, check, cast
):
    helper = chromium.new_context(base_url=form.url.split("/evaluations")[0], viewport=PHONE)
    page = helper.new_page()
    sign_in_as(page, cast.sumu_officer)
    page.goto(address(check))
    write(page, check, "1.1", "30", "苏木代填的")
    saved(page)
    helper.close()

    write(form, check, "1.1", "40", "嘎查自己写的")
    both = box(form, check, "1.1").locator(".p-both")
    expect(both).to_contain_text("代填")
    both.get_by_role("button", name="用已保存的").click()

    expect(box(form, check, "1.1").locator("textarea")).to_have_value("苏木代填的")
    expect(state(form)).not_to_contain_text("两份内容")
    assert answers() == {"1.1": "苏木代填的"}


def test_a_session_that_ends_is_told_and_nothing_is_lost(form, cast, check):
    write(form, check, "1.1", "50", "登录时写的")
    saved(form)
    Session.objects.all().delete()
    write(form, check, "1.1", "50", "过期后写的")
    expect(state(form)).to_contain_text("登录已过期，已存在本机", timeout=15_000)

    form.click("[data-state] >> text=重新登录")
    form.fill("#id_username", cast.clerk.username)
    form.fill("#id_password", "Portal-2026-x")
    form.click(".p-signcard button[type=submit]")
    form.wait_for_url(f"**{address(check)}")
    saved(form)

    assert answers() == {"1.1": "过期后写的"}


def test_while_typing_it_is_saved_at_least_every_five_seconds(form, check):
    words = box(form, check, "1.1").locator("textarea")
    for _ in range(20):  # ten seconds without a pause of two
        words.press_sequentially("学习", delay=20)
        form.wait_for_timeout(450)
        if Answer.objects.exists():
            break

    assert "学习" in Answer.objects.get().statement


def test_the_page_counts_and_says_what_is_missing(form, check):
    expect(form.locator("aside [data-missing-words]")).to_have_text("还差 3 项")
    write(form, check, "1.1", "0.3", "做了")

    expect(box(form, check, "1.1").locator("[data-lacks]")).to_contain_text("0.5 的倍数")
    expect(state(form)).to_have_text("1 项填得不对，请改正；写下的都留着")
    write(form, check, "1.1", "60", "做了")

    expect(form.locator("aside [data-missing-words]")).to_have_text("还差 2 项")
    expect(form.locator("aside [data-percent]")).to_have_text("33%")
    expect(form.locator("aside [data-total]")).to_have_text("60")
    expect(state(form)).to_contain_text("已保存")


def test_without_scripts_the_buttons_save(chromium, live_server, cast, check):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in_as(page, cast.clerk)
    page.goto(address(check))
    write(page, check, "1.1", "50", "没有脚本写的")
    page.click("button:text-is('下一节')")
    page.wait_for_url(f"**{address(check, 'J')}")
    context.close()

    assert answers() == {"1.1": "没有脚本写的"}


def test_what_is_typed_before_the_script_has_arrived_is_saved(visitor, cast, check):
    page = visitor.new_page()
    sign_in_as(page, cast.clerk)
    waiting = []
    page.route("**/self-check-form.js", lambda route: waiting.append(route))
    with page.expect_request("**/self-check-form.js"):
        page.goto(address(check), wait_until="commit")
    write(page, check, "1.1", "50", "脚本还没到就写了")

    waiting[0].continue_()
    saved(page)

    assert answers() == {"1.1": "脚本还没到就写了"}
