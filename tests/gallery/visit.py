"""Serve the portal from this process, open each page as one who has it, and examine it."""

import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, sync_playwright

from portal.jobs.pulse import beat
from portal.operations.sign_in import CONFIRMED
from tests.architecture.matrix import SEES, all_rows
from tests.gallery import demo
from tests.gallery.city import lay_out

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
AXE = (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
OUT = settings.BASE_DIR / "var/gallery"
SPACIOUS = ("leader", "clerk", "system_admin", "security_admin", "audit_admin", "auditor")
BY_ROWS = (("0", "empty_officer"), ("1", "one_officer"), ("5000", "leader"))
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


def serve():
    """The portal on a free port of the loopback, in a thread of this process."""
    handler = StaticFilesHandler(get_wsgi_application())
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def pages(world, wanted):
    """(label, person, address) of everything that answers a GET."""
    for name, row in sorted(all_rows().items()):
        if "get" not in row.methods or row.api or (wanted and not any(w in name for w in wanted)):
            continue
        if row.args is None and row.owned is None:
            yield from _plain(name, row, world)
            continue
        person = _who(row, world)
        args = (
            row.owned(world, world.people[person])
            if row.owned
            else row.args(world, _where(row, person))
        )
        if args is not None:
            yield name, person, reverse(name, args=args)


def _where(row, person):
    """A place whose object the page opens for the person: the east, where they may see it."""
    seen = (row.sees or SEES).get(person, ())
    return "east" if not seen or "east" in seen else min(seen)


def _plain(name, row, world):
    """A list is looked at with no row, one and many; another page by one who has it."""
    if "officer" not in row.roles or not row.finds:
        yield name, _who(row, world), reverse(name)
        return
    for rows, person in BY_ROWS:
        yield f"{name} {rows}", person, reverse(name)


def _who(row, world):
    if row.by:
        return row.by
    if "anonymous" in row.roles:
        return "anonymous"
    return next(each for each in SPACIOUS if world.people[each].role in row.roles)


def cookie(user, base):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[CONFIRMED] = timezone.now().timestamp()
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": base}


def look(browser, world, base, size, label, person, address):
    """One page at one size: its screenshot, and what is wrong with it."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    if person != "anonymous":
        context.add_cookies([cookie(world.people[person], base)])
    page, faults = context.new_page(), []
    page.on("console", lambda line: line.type == "error" and faults.append(line.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    response = opened(page, base + address)
    if response is None:
        context.close()
        return faults
    if not page.url.startswith(base) or response.status != 200:
        faults.append(f"answered {response.status}")
    is_page = "html" in response.headers.get("content-type", "") and whole(response)
    if is_page:
        faults += examine(page)
        name = label.replace(":", "-").replace(" ", "-")
        page.screenshot(path=OUT / f"{name}-{size}.png", full_page=False)
    context.close()
    # Around a bare answer the browser draws a page of its own, and complains of that.
    return faults if is_page else [each for each in faults if each.startswith("answered")]


def opened(page, url):
    """The answer to an address; None where it is a file to keep."""
    try:
        return page.goto(url, wait_until="load")
    except Error as told:
        if "Download is starting" not in str(told):
            raise
        return None


def whole(response):
    """A page, not a part that another page fetches."""
    return "<!doctype html" in response.text()[:200].lower()


def examine(page):
    faults = []
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(f"wider than the window: {page.evaluate(WIDEST)}")
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
    for each in found:
        if each["impact"] in ("serious", "critical"):
            nodes = " · ".join(node["html"][:120] for node in each["nodes"][:2])
            faults.append(f"axe {each['id']}: {nodes}")
    return faults


WIDEST = """[...document.querySelectorAll('main *')].filter(
  e => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3)
  .map(e => e.outerHTML.slice(0, 100)).join(' | ')"""


def main(wanted):
    """The city of the access matrix, or with `demo` the demonstration; without words both."""
    OUT.mkdir(parents=True, exist_ok=True)
    if wanted[:1] == ["demo"]:
        return tour(demo.laid_out(), demo.pages, wanted[1:])
    call_command("migrate", verbosity=0)
    call_command("build_icons", verbosity=0)
    bad = tour(lay_out(), pages, wanted)
    also = not wanted and subprocess.run([sys.executable, "-m", "tests.gallery", "demo"]).returncode
    return 1 if bad or also else 0


def tour(world, pages_of, wanted):
    """Look at every page in both sizes and say how it went; 1 where something is wrong."""
    base, bad, seen = serve(), 0, 0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        for label, person, address in pages_of(world, wanted):
            beat("gallery", timezone.now())
            for size in SIZES:
                faults = look(browser, world, base, size, label, person, address)
                seen, bad = seen + 1, bad + bool(faults)
                print(f"{'坏' if faults else '好'} {size:8} {label:40} {address}", flush=True)
                for fault in faults:
                    print(f"     {fault}", flush=True)
        browser.close()
    print(f"{seen} views, {bad} with faults; pictures in {Path('var/gallery')}")
    return 1 if bad else 0
