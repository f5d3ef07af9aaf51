"""Units apply: one types its form and mends what is returned, one withdraws, others hand in."""

import io

from django.utils import timezone
from playwright.sync_api import expect

from portal.intake.receiving import receive
from tests.evaluations import sample_files as sample
from units.models import Application, RecommendingBody
from units.operations.application_files import add_file
from units.operations.applications import save_part, start_application
from units.operations.handing_in import submit_application

DEEDS = (
    "嘎查成立民族团结促进小组，全年组织各族牧户互助接羔 46 次，开办国家通用语言夜校两期，"
    "参加 120 人次，邻里纠纷比上年少了一半。"
)
MENDED = f"{DEEDS}2026 年 6 月起，与相邻社区共办那达慕，各族群众 800 人参加。"
FORM = {
    "nature": "基层群众性自治组织",
    "staff_count": "186",
    "address": "伊敏苏木示例路 1 号",
    "contact_name": "示例联系人",
    "contact_phone": "0470-0000000",
    "summary": "互助接羔结对子，各族牧户一家亲",
    "deeds": DEEDS,
}
TYPED = {"deeds": "deeds-text"}  # where the field's id is not its name
REMARK = "请补充 2026 年共办活动的时间和参加人数。"


def paper(seed):
    return {"name": "工作总结.pdf", "mimeType": "application/pdf", "buffer": sample.pdf(seed)}


def saved(page):
    expect(page.locator("[data-state]")).to_contain_text("已保存")


def type_the_form(world):
    """From the home page to the receipt."""
    page = world.page(world.clerks["first"], "/")
    expect(page.locator("main")).to_contain_text("可以申报")
    world.look(page, "clerk-home")
    page.click(".ap-opening a:has-text('开始申报')")
    expect(page.locator("main")).to_contain_text("能不能申报")
    world.look(page, "eligible")
    page.click("button:text-is('开始申报')")
    for name, text in FORM.items():
        page.fill(f"#{TYPED.get(name, name)}", text)
    page.set_input_files("#documents [data-files][multiple]", paper(1))
    expect(page.locator("#documents [data-code]")).to_have_count(1)
    page.check("#pledged")
    saved(page)
    expect(page.locator("h2[data-missing-words]")).to_contain_text("都已填好")
    world.look(page, "form")
    page.click("button:text-is('核对并提交')")
    world.look(page, "submit")
    page.click("button:text-is('提交申报')")
    page.wait_for_selector("text=已提交，回执如下")
    world.look(page, "receipt")


def hand_in(world, key):
    """The same without a browser, by the operations that its pages call."""
    unit, clerk = getattr(world.units, key), world.clerks[key]
    act = {"actor": clerk, "at": timezone.now()}
    body = RecommendingBody.objects.get(region__in=unit.region.ancestor_ids())
    made = start_application(unit, world.batch, category=unit.category, body=body, **act)
    for part, names in PARTS.items():
        values = {name: FORM.get(name, True) for name in names}
        made = save_part(made, part, version=0, values=values, **act)
    stored = receive(
        io.BytesIO(sample.pdf(unit.pk)), name="工作总结.pdf", owner=clerk, at=act["at"]
    )
    add_file(made, world.batch.requirements.get(), stored, **act)
    submit_application(world.application(unit), **act)


PARTS = {
    "basics": ("nature", "staff_count", "address", "contact_name", "contact_phone"),
    "deeds": ("summary", "deeds"),
    "pledge": ("pledged",),
}


def return_with_remarks(world):
    """The 苏木 reads the first application and gives it back with a word to one section."""
    page = world.page(world.sumu_officer, "/")
    world.look(page, "sumu-home")
    page.click("nav >> text=审核")
    page.click(f"a.name:text-is('{world.units.first.name}')")
    page.fill("#id_remark_deeds", REMARK)
    page.fill("#id_text", "事迹材料还不够具体，请补充后再报。")
    world.look(page, "review")
    page.uncheck("#id_then_next")
    page.click("button:text-is('退回修改')")
    page.wait_for_selector("text=已退回")
    assert world.application(world.units.first).state == Application.State.RETURNED


def mend_and_hand_in_again(world):
    page = world.page(world.clerks["first"], "/")
    world.look(page, "clerk-returned")
    page.click(".ap-opening a.btn-primary")
    expect(page.locator("#deeds")).to_contain_text(REMARK)
    world.look(page, "form-returned")
    page.fill("#deeds-text", MENDED)
    saved(page)
    page.click("button:text-is('核对并提交')")
    expect(page.locator("main")).to_contain_text("2026 年 6 月起")
    page.click("button:text-is('提交申报')")
    page.wait_for_selector("text=已提交，回执如下")


def withdraw(world):
    """A unit thinks better of it."""
    page = world.page(world.clerks["gone"], "/")
    page.click("nav >> text=申报")
    page.click("table a.name")
    page.click("a:text-is('撤回')")
    page.fill("textarea", "今年暂不参加评选。")
    world.look(page, "withdraw")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=已撤回")
    assert world.application(world.units.gone).state == Application.State.WITHDRAWN
