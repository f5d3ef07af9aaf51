"""An inspection: set up by the operations its pages call; one unit is scored in the browser.

How a round is set up and scored by several people is told in test_evaluation.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import expect

from evaluations.models import Assignment, Inspection
from evaluations.operations.assignments import apply_plan
from evaluations.operations.bringing_down import choose_served
from evaluations.operations.inspections import add_round, advance_round, choose_units
from evaluations.operations.scoring import Entry, save_scores, sign_sheet
from evaluations.operations.teams import add_members
from tests.evaluations import factories as build

NODES = (
    {"code": "1", "tier": "section", "text": "组织领导"},
    {"code": "1.1", "tier": "item", "parent": "1", "text": "学习", "kind": "range", "points": 60},
    {"code": "1.2", "tier": "item", "parent": "1", "text": "机制", "kind": "range", "points": 40},
)
REASON = "台账不全"


@dataclass(frozen=True)
class Visit:
    """One wave of inspections: what it is called, for what, and what each unit gets."""

    kind: str
    title: str
    serves: str
    ends_on: date
    marks: dict  # unit → points of the two items; the first is scored in the browser


def inspect(world, visit):
    """From the round's beginning to its totals, which are settled down by finishing it."""
    round = set_up(world, visit)
    shown, *others = visit.marks
    score_in_the_browser(world, task_of(round, shown), visit.marks[shown])
    for unit in others:
        score(world, task_of(round, unit), visit.marks[unit])
    page = world.page(world.city_officer, round.get_absolute_url())
    page.click("summary:has-text('结束并结分')")
    page.click(".p-ask button:has-text('结束并结分')")
    page.wait_for_selector("text=家已结分")
    return round


def set_up(world, visit):
    act = {"actor": world.city_officer, "at": timezone.now()}
    today = timezone.localdate()
    values = {"kind": visit.kind, "title": visit.title, "year": today.year, "region": world.city}
    values |= {"starts_on": today, "ends_on": visit.ends_on, "assessors_each": 1}
    values |= {"blind": False, "outlier_limit": Decimal("0.30")}
    round = add_round(values, **act)
    choose_served(round, visit.serves, **act)
    edition = edition_of(world)
    choose_units(round, [(unit, edition, None) for unit in visit.marks], **act)
    add_members(round, [world.assessor], **act)
    pairs = {(each.pk, world.assessor.pk) for each in Inspection.objects.filter(round=round)}
    apply_plan(round, pairs, **act)
    advance_round("open", round, **act)
    return round


def edition_of(world):
    if world.edition is None:
        lines = {"total": 100, "apply_line": 80, "pass_line": 60, "bonus_cap": 0}
        world.edition = build.make_edition(world.city, NODES, "COMMUNITY", **lines)
    return world.edition


def task_of(round, unit):
    rows = Assignment.objects.select_related(
        "inspection__round__region", "inspection__unit", "inspection__edition", "assessor"
    )
    return rows.get(inspection__round=round, inspection__unit=unit)


def score_in_the_browser(world, task, points):
    page = world.page(world.assessor, "/")
    page.click("nav >> text=打分")
    page.goto(task.get_absolute_url())
    page.wait_for_selector("tr.cur")  # the script is there
    for code, value in zip(("1.1", "1.2"), points, strict=True):
        row = page.locator(f"tr[data-code='{code}']")
        row.locator("[data-box]").click()
        row.locator("[data-box]").fill(str(value))
        page.keyboard.press("Enter")
        page.keyboard.type(REASON)
        page.keyboard.press("Enter")
    expect(page.locator("[data-savewords]")).to_contain_text("已保存")
    world.look(page, "scoring")
    page.click("[data-sign]")
    world.look(page, "signing")
    page.click("[data-signform] button")
    page.wait_for_selector("text=已签字锁定")


def score(world, task, points):
    act = {"actor": world.assessor, "at": timezone.now()}
    items = [build.item_of(world.edition, code) for code in ("1.1", "1.2")]
    entries = [
        Entry(item.pk, value=Decimal(value), reason=REASON)
        for item, value in zip(items, points, strict=True)
    ]
    told = save_scores(task, entries, **act)
    assert not told.faults and not told.conflicts
    sign_sheet(task_of(task.inspection.round, task.inspection.unit), **act)
