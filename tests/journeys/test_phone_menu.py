"""On a phone the menu is behind a button."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_the_menu_opens_leads_and_closes(chromium, live_server, cast):
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    sign_in_as(page, cast.city_officer)
    register = page.locator("nav >> text=名册").first
    expect(register).to_be_hidden()

    page.click("[data-menu]")
    page.click("text=更多")
    expect(page.locator("nav >> text=行政区划").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(register).to_be_hidden()
    page.click("[data-menu]")
    page.click("nav >> text=名册")

    page.wait_for_url("**/units/")
    context.close()
