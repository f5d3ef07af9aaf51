"""A session that ends while somebody fills in a long form costs them nothing (bars, row 6)."""

import os
import random
import time
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from portal.models import Draft
from tests.factories import make_user
from tests.journeys import long_form
from tests.journeys.conftest import sign_in_as

PASSWORD = "Portal-2026-x"
FULL = os.environ.get("FULL") == "1"
SEEDS = range(50 if FULL else 1)
GRACE = 5  # seconds after which nothing may be lost

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def long_page(settings, visitor):
    settings.ROOT_URLCONF = "tests.journeys.long_form"
    long_form.accepted.clear()
    make_user(username="tianbao")
    page = visitor.new_page()
    page.goto("/long/")
    sign_in(page)
    return page


def sign_in(page):
    page.fill("#id_username", "tianbao")
    page.fill("#id_password", PASSWORD)
    page.click(".p-signcard button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path == "/long/")


def type_all(page, chance):
    """Fill forty fields in six seconds or so; the session ends on the way. When was each done?"""
    end_before, done = chance.randrange(long_form.FIELDS), {}
    for number in range(long_form.FIELDS):
        if number == end_before:
            Session.objects.all().delete()
        words = f"第 {number} 项，示例 {chance.random()}"
        page.fill(f"#id_field{number}", words)
        done[number] = words, time.monotonic()
        page.wait_for_timeout(chance.uniform(60, 240))
    return done


def values(page):
    return [page.input_value(f"#id_field{number}") for number in range(long_form.FIELDS)]


def says(page, words):
    expect(page.locator(f"text={words}").first).to_be_visible()


def wait_until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    assert holds()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_handed_in_without_a_session_comes_back_whole(long_page, seed, record_property):
    record_property("attempts", "一份 40 项的表")
    done = type_all(long_page, random.Random(seed))
    typed = [words for words, _ in done.values()]

    long_page.click(".p-formacts button[type=submit]")
    long_page.wait_for_url("**/sign-in/**")
    says(long_page, "刚才填写的内容已保留")
    sign_in(long_page)
    long_page.wait_for_selector("text=已恢复您")
    assert values(long_page) == typed

    long_page.click(".p-formacts button[type=submit]")
    long_page.wait_for_url("**/password/")
    assert list(long_form.accepted[0].values()) == typed
    wait_until(lambda: not Draft.objects.exists())
    long_page.goto("/long/")
    assert set(values(long_page)) == {""}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_window_that_dies_loses_at_most_the_last_five_seconds(
    long_page, visitor, seed, record_property
):
    record_property("attempts", "一份 40 项的表")
    done = type_all(long_page, random.Random(1000 + seed))
    died = time.monotonic()
    long_page.close(run_before_unload=False)

    page = visitor.new_page()
    page.goto("/long/")
    sign_in(page)
    page.wait_for_selector("text=已恢复您")

    kept = values(page)
    lost = [n for n, (words, at) in done.items() if died - at > GRACE and kept[n] != words]
    assert lost == []
    assert sum(died - at > GRACE for _, at in done.values()) >= 3


def test_two_minutes_before_the_end_the_page_offers_to_go_on(long_page):
    long_page.clock.install()
    long_page.goto("/long/")
    long_page.fill("#id_field0", "写了一半")
    long_page.wait_for_selector("text=已保存草稿")

    long_page.clock.run_for((27 * 60 + 10) * 1000)
    says(long_page, "2 分钟后将自动退出")
    assert ["field0", "写了一半"] in Draft.objects.get().data
    long_page.click("text=继续使用")
    long_page.wait_for_selector("text=2 分钟后将自动退出", state="detached")

    long_page.clock.run_for((27 * 60 + 10) * 1000)
    Session.objects.all().delete()
    long_page.clock.run_for(3 * 60 * 1000)
    long_page.click(".p-strip-notice.over button")
    sign_in(long_page)
    expect(long_page.locator("#id_field0")).to_have_value("写了一半")


def test_a_stale_token_after_signing_in_elsewhere_keeps_the_form(long_page, visitor):
    long_page.fill("#id_field0", "写了一半")
    other = visitor.new_page()
    other.goto("/password/")
    visitor.clear_cookies(name="csrftoken")
    other.goto("/password/")

    long_page.click(".p-formacts button[type=submit]")
    long_page.click("[data-kept] button")
    long_page.wait_for_url("**/password/")

    assert long_form.accepted[0]["field0"] == "写了一半"


def test_chosen_files_wait_on_the_page_until_one_has_signed_in_again(visitor, cast, tmp_path):
    bring = tmp_path / "示例名单.csv"
    bring.write_text("单位名称,级别\n示例嘎查,盟市级\n", encoding="utf-8")
    page = visitor.new_page()
    sign_in_as(page, cast.city_officer)
    page.goto("/units/imports/new/")
    page.set_input_files("[type=file]", bring)
    Session.objects.all().delete()

    page.click("text=读取名单")
    page.wait_for_selector("text=登录已过期，还没有提交；选好的文件还在")
    with visitor.expect_page() as opened:
        page.click("text=在新窗口登录")
    beside = opened.value
    beside.fill("#id_username", cast.city_officer.username)
    beside.fill("#id_password", PASSWORD)
    beside.click(".p-signcard button[type=submit]")
    beside.wait_for_url(lambda url: "/sign-in/" not in url)
    page.click("text=读取名单")

    page.wait_for_url("**/mapping/")
    says(page, "示例嘎查")
