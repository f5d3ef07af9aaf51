"""A real browser: Debian's Chromium, one for the run, a fresh profile a test."""

import os

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-background-networking"]
PATIENCE = 15_000  # milliseconds; a page is asked again until it says so, never once
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_stand():
    """The running portal serves scripts and styles from where they lie, uncollected."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "WHITENOISE_USE_FINDERS", True, raising=False)
        patched.setattr(settings, "WHITENOISE_AUTOREFRESH", True, raising=False)
        yield


@pytest.fixture(scope="session")
def chromium():
    """The browser. It keeps an event loop in this thread, in which the tables are also read."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visitor(chromium, live_server):
    """A person's browser window on the running portal."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def sign_in_as(page, user):
    """Through the page, as everybody does."""
    page.goto("/sign-in/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "Portal-2026-x")
    page.click(".p-signcard button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
