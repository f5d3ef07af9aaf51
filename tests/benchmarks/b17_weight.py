"""B17: what a visit to the register weighs, and how soon it is painted on a slow machine."""

import os
import sys
from urllib.request import urlopen

from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.benchmarks.harness import Figure
from tests.servers import Server

IDS = ("B17",)
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-background-networking"]
PAINTED = """() => new Promise(done => {
  const watch = new PerformanceObserver(list => done(list.getEntries().pop().startTime));
  watch.observe({type: "largest-contentful-paint", buffered: true});
})"""


class Gunicorn(Server):
    """The portal as it is deployed, with two workers."""

    name = "gunicorn"
    patience = 60

    def command(self):
        how = ["-c", "python:portal.serving.gunicorn", "--workers", "2"]
        where = ["--bind", f"127.0.0.1:{self.port}"]
        return [sys.executable, "-m", "gunicorn", *how, *where, "portal.wsgi:application"]

    def is_ready(self):
        """It listens before its workers have loaded; a page is what counts."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/sign-in/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def measure(city, full):
    """First visit with an empty cache, a later one, and both on a quarter of the speed."""
    session = city.client(city.city_officer).cookies["sessionid"].value
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop; nothing here is async
    with Gunicorn() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        first, later, painted = visits(browser, server.port, session)
        browser.close()
    yield Figure("B17", "register, first visit, compressed", first, "kB", 350)
    yield Figure("B17", "register, later visit, compressed", later, "kB", 40)
    yield Figure("B17", "largest paint on a 4 × slowed CPU", painted, "ms", 1500)


def visits(browser, port, session):
    """kB of the first and of a later visit, and the slower of their largest paints."""
    origin = f"http://127.0.0.1:{port}"
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sizes = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    weights, paints = [], []
    for _ in range(3):
        sizes.clear()
        page.goto(origin + reverse("units:register"), wait_until="networkidle")
        weights.append(round(sum(sizes) / 1000, 1))
        paints.append(round(page.evaluate(PAINTED)))
    return weights[0], max(weights[1:]), max(paints)
