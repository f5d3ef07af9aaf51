"""苏木 and 旗 read what came in, one more than the places is refused, the city accepts."""

from playwright.sync_api import expect

from tests.journeys.naming_applying import paper
from units.models import Application


def pass_on_from_the_sumu(world):
    """The mended one is read with its changes marked; the rest go together."""
    page = world.page(world.sumu_officer, "/units/desk/")
    page.click(f"a.name:text-is('{world.units.first.name}')")
    expect(page.locator("#part-deeds ins").first).to_contain_text("2026 年 6 月起")
    world.look(page, "review-changes")
    page.uncheck("#id_then_next")
    page.click("button[data-lead]")
    page.wait_for_selector(".p-message:has-text('已上报')")
    approve_all(world, page, "同意 3 件")


def approve_all(world, page, words):
    """Tick everything in the to-do and approve it in one."""
    page.goto("/units/desk/")
    page.check("[data-all]")
    page.click("button:text-is('批量同意')")
    page.wait_for_selector(f"button:text-is('{words}')")
    world.look(page, "approve-many")
    page.click(f"button:text-is('{words}')")
    page.wait_for_selector("text=已同意")


def record_the_approval(page):
    """What the 旗 has to have decided before it may recommend."""
    page.goto("/units/desk/")
    page.check("[data-all]")
    page.click("button:text-is('登记报批意见')")
    page.fill("#id_text", "2027 年第 3 次常委会会议研究同意推荐")
    page.set_input_files("#id_file", {**paper(99), "name": "常委会纪要.pdf"})
    page.click("button:text-is('登记报批意见')")
    page.wait_for_selector("text=登记“旗委常委会研究”")


def recommend_within_the_places(world):
    """Three places, four applications: the fourth stays, with the numbers."""
    page = world.page(world.east_officer, "/")
    world.look(page, "banner-home")
    record_the_approval(page)
    approve_all(world, page, "同意 3 件")
    expect(page.locator("main")).to_contain_text("没有办理")
    world.look(page, "banner-desk")
    left = Application.objects.get(state="reviewing", desk=world.east)
    page.goto(f"/units/desk/{left.pk}/")
    expect(page.locator("main")).to_contain_text("名额已满（3 / 3），现在不能推荐")
    expect(page.locator("button:text-is('同意推荐')")).to_be_disabled()
    world.look(page, "over-quota")
    turn_down(world, page, left)


def turn_down(world, page, left):
    page.fill("#id_text", "本批次名额已满，请下一批次再报。")
    page.click("summary:has-text('不予推荐')")
    page.click("button:text-is('不予推荐')")
    page.wait_for_selector(".p-message:has-text('不予推荐')")
    left.refresh_from_db()
    assert left.state == Application.State.REJECTED


def recommend_from_the_other_banner(world):
    page = world.page(world.west_officer, "/units/desk/")
    record_the_approval(page)
    page.wait_for_selector("button:text-is('同意推荐')")
    page.click("button:text-is('同意推荐')")
    page.wait_for_selector("text=已推荐，排第 1 位")


def order_the_list(world):
    """The 旗 puts its list into the order it stands for."""
    page = world.page(world.east_officer, "/units/desk/recommended/")
    page.click("a.name:text-is('鄂温克族自治旗')")
    expect(page.locator("[data-down]").first).to_be_visible()  # the script is there
    page.locator("[data-row]").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    world.look(page, "order")
    page.click("button:text-is('保存推荐顺序')")
    page.wait_for_selector("text=已保存")


def accept_in_the_city(world):
    page = world.page(world.city_officer, "/")
    world.look(page, "city-home")
    page.click("nav >> text=审核")
    world.look(page, "city-desk")
    approve_all(world, page, "同意 4 件")
    assert Application.objects.filter(state="accepted").count() == 4
