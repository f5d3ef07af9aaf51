"""推荐顺序 in the browser: dragged, let go beside the list, moved by keys, kept as a draft."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import NOON, make_body, make_running_batch
from tests.journeys.conftest import sign_in_as
from tests.units.desks import recommended
from units.operations.recommending import listed

pytestmark = [pytest.mark.django_db(transaction=True)]


def drag(page, grip, to, *, escape=False):
    """The grip of a row by mouse to a point; Escape on the way calls it off."""
    box = grip.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + 30, steps=4)
    page.mouse.move(*to, steps=6)
    if escape:
        page.keyboard.press("Escape")
    page.mouse.up()


def test_a_list_is_put_in_order_by_mouse_and_by_keys(visitor, cast):
    batch = make_running_batch(cast.city, shift=(timezone.now() - NOON).days)
    body = make_body(cast.east)
    one, two, three = (recommended(cast, batch, rank, f"示例{rank}嘎查") for rank in (1, 2, 3))
    page = visitor.new_page()
    sign_in_as(page, cast.east_officer)
    page.goto(f"/units/desk/recommended/{batch.pk}/{body.pk}/")
    rows, grips = page.locator("[data-row]"), page.locator("[data-grip]")

    def shows(*wanted):
        for place, each in enumerate(wanted):
            expect(rows.nth(place)).to_have_attribute("aria-label", each.unit.name)
            expect(rows.nth(place).locator("[data-rank]")).to_have_value(str(place + 1))

    last = rows.nth(2).bounding_box()
    drag(page, grips.nth(0), (last["x"] + 200, last["y"] + last["height"] - 4))
    shows(two, three, one)
    drag(page, grips.nth(0), (300, 700))  # beside the list: nothing has moved
    shows(two, three, one)
    drag(page, grips.nth(0), (last["x"] + 200, last["y"] + 10), escape=True)
    shows(two, three, one)
    rows.nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    shows(two, one, three)
    expect(page.locator(".p-save")).to_contain_text("已保存草稿")
    page.reload()
    expect(page.get_by_text("已恢复您")).to_be_visible()
    shows(two, one, three)
    page.click("text=保存推荐顺序")

    expect(page.get_by_text("推荐顺序已保存")).to_be_visible()
    assert listed(batch, body) == [two.pk, one.pk, three.pk]
