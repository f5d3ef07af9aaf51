"""The world of the naming story: a city, its people at their windows, and a clock that moves."""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

from django.core.management import call_command
from django.utils import timezone

from awards.operations.templates import load_templates
from portal.celery import app
from portal.jobs import claimable
from portal.jobs.pulse import beat
from portal.jobs.worker import run_job
from portal.models import Region
from tests import factories as make
from tests.evaluations import factories as build
from tests.journeys.conftest import sign_in_as
from units.models import Application, Batch

PASSWORD = "Portal-2026-x"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
BEGINS = "2027-03-01 09:00"  # a Monday
SEATED = timedelta(minutes=8)  # after that a person has been away, and signs in again
DEPARTMENTS = ("呼伦贝尔市委宣传部", "呼伦贝尔市委统战部", "呼伦贝尔市民族事务委员会")


class MovedClock:
    """What time it is in the portal: the real clock, some years on."""

    def __init__(self, real):
        self.real, self.shift = real, None
        self.move_to(BEGINS)

    def now(self):
        return self.real() + self.shift

    def move_to(self, text):
        """Now it is that moment in Beijing; never back."""
        moment = timezone.make_aware(datetime.fromisoformat(text))
        assert self.shift is None or moment > self.now()
        self.shift = moment - self.real()


class World:
    """Everybody in the story, each at a window of their own."""

    def __init__(self, chromium, url, clock):
        self.chromium, self.url, self.clock = chromium, url, clock
        self.windows, self.seen, self.edition = {}, {}, None
        self.pictures = Path(os.environ["PICTURES"]) if os.environ.get("PICTURES") else None
        lay_out(self)

    def close(self):
        for number, page in enumerate(self.windows.values(), 1):
            self.look(page, f"left-{number}")
            page.context.close()

    def page(self, person, path=None, viewport=DESKTOP):
        """This person's window, signed in, at that address; without one, where it stands."""
        page, at = self._window(person, viewport), self.clock.now()
        beat("journey", at)
        if person not in self.seen or at - self.seen[person] > SEATED:
            sign_in_as(page, person)
        self.seen[person] = at
        if path:
            page.goto(path)
        return page

    def _window(self, person, viewport):
        if person not in self.windows:
            context = self.chromium.new_context(
                base_url=self.url, viewport=viewport, locale="zh-CN"
            )
            context.set_default_timeout(15_000)
            self.windows[person] = context.new_page()
        return self.windows[person]

    def run_clock(self, text):
        """That morning comes, and the portal's own clock with it; returns what it says it did."""
        self.clock.move_to(text)
        said = StringIO()
        call_command("run_clock", "--on", text[:10], stdout=said)
        return said.getvalue()

    def passer_by(self, viewport=DESKTOP):
        """The window of somebody without an account."""
        return self._window(None, viewport)

    def look(self, page, name):
        """Keep how the page looks, in both sizes, where PICTURES names a folder."""
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        here = page.viewport_size
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(viewport)
            page.screenshot(path=self.pictures / f"{name}-{size}.png")
        page.set_viewport_size(here)

    @property
    def batch(self):
        return Batch.objects.get()

    def application(self, unit):
        return Application.objects.for_display().get(unit=unit)


@contextmanager
def moved_clock(monkeypatch):
    """The portal reads the time at its edges, by timezone.now(); there it is moved."""
    clock = MovedClock(timezone.now)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", clock.now)
        yield clock


def do_jobs():
    """Do all background work that waits, as a worker does it."""
    app.loader.import_default_modules()
    while waiting := claimable(timezone.now()):
        for job in waiting:
            run_job(job)


def confirmed(page, click):
    """Do what asks for the password once more, and give it if it asks."""
    leave_by(page, click)
    if page.locator("#id_step_up_password").count():
        page.fill("#id_step_up_password", PASSWORD)
        leave_by(page, lambda: page.press("#id_step_up_password", "Enter"))


def leave_by(page, click):
    """Click, and go on once another page stands there whole: the one left is asked nothing."""
    page.evaluate("document.documentElement.dataset.left = ''")
    click()
    page.wait_for_selector("html:not([data-left])", state="attached")
    page.wait_for_load_state()


def lay_out(world):
    """Regions, units, people, the rule and the departments; the batch is the story's own."""
    province = make.make_region("内蒙古自治区", level=Region.Level.PROVINCE)
    world.city = make.make_region("呼伦贝尔市", province)
    world.east = make.make_region("鄂温克族自治旗", world.city)
    world.west = make.make_region("陈巴尔虎旗", world.city)
    world.sumu = make.make_region("伊敏苏木", world.east)
    make.make_kind("示范单位", code="demo_unit")
    load_templates(at=timezone.now())
    world.units = SimpleNamespace(
        **{key: make.make_unit(region, name) for key, region, name in _units(world)}
    )
    world.rule = make.make_rule(**_rule(world.city))
    for region in (world.east, world.west):
        make.make_body(region)
    _people(world)


def _units(world):
    """Who applies: `first` is the unit whose whole way is told."""
    return (
        ("first", world.sumu, "示例毕鲁图嘎查"),
        ("second", world.sumu, "示例吉登嘎查"),
        ("objected", world.sumu, "示例永丰嘎查"),
        ("fourth", world.sumu, "示例苇子坑嘎查"),
        ("other", world.west, "示例巴彦哈达社区"),
        ("gone", world.west, "示例完工社区"),
    )


def _rule(city):
    return {
        "region": city,
        "approval_route": ["旗委常委会研究"],
        "notice_days": 5,
        "objection_days": 10,
        "term_years": 3,
        "rectification_days": 60,
        "needs_approval_no": True,
    }


def _people(world):
    officer = make.make_officer
    world.city_officer = officer(world.city, username="shi", name="市级经办", may_sign=True)
    world.closer = officer(world.city, username="hecha", name="市级核查", may_sign=True)
    world.east_officer = officer(world.east, username="qi", name="旗级经办")
    world.west_officer = officer(world.west, username="qi2", name="旗级经办")
    world.sumu_officer = officer(world.sumu, username="sumu", name="苏木经办")
    world.clerks = {
        key: make.make_clerk(unit, username=f"tianbao-{key}", name="填报员")
        for key, unit in vars(world.units).items()
    }
    world.assessor = build.make_assessor(world.city, username="ceping", name="测评员")
    world.signers, world.departments = [], []
    for name in DEPARTMENTS:
        signer = officer(world.city, name="签发人", may_sign=True)
        world.departments.append(make.make_issuing_body(world.city, name, signers=[signer]))
        world.signers.append(signer)
