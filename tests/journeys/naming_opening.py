"""The city opens a batch: plan, papers, documents, places; then it is on."""

from playwright.sync_api import expect

from units.models import Batch

NOTICE = "各旗市区：现组织开展第七批申报，请按名额择优推荐。"


def open_batch(world):
    page = world.page(world.city_officer, "/")
    page.click("nav >> text=批次")
    page.click("text=筹备新批次")
    page.fill("#id_number", "7")
    page.fill("#id_starts_on", "2027-03-01")
    page.fill("#id_places", "4")
    page.fill("#id_approval_no", "呼党组〔2027〕9号")
    world.look(page, "plan")
    page.click("button:text-is('建立批次')")
    expect(page.locator("h1")).to_contain_text("第七批")
    world.look(page, "prepared")
    write_papers(world, page)
    ask_for_documents(world, page)
    give_places(world, page)
    page.click("summary:has-text('启动批次')")
    page.click(".p-ask button:has-text('启动批次')")
    page.wait_for_selector("text=已启动，已通知各推荐单位")
    world.look(page, "opened")
    assert world.batch.state == Batch.State.OPEN


def write_papers(world, page):
    """What is lacking leads to where it is put right."""
    page.click("a:has-text('还没有填写申报通知')")
    page.fill("#id_notice_text", NOTICE)
    page.fill("#id_deeds_least", "20")
    for number, body in enumerate(world.departments, 1):
        page.fill(f"#id_issuer_{body.pk}", str(number))
    page.click("button:text-is('保存')")
    expect(page.locator("h1")).to_contain_text("第七批")


def ask_for_documents(world, page):
    page.click("section:has(h2:text-is('申报材料')) >> text=修改")
    page.fill("#id_r-0-name", "创建工作总结")
    page.select_option("#id_r-0-kind", label="文件")
    page.fill("#id_r-0-least", "1")
    page.click("button:text-is('保存申报材料')")
    page.wait_for_selector("text=项材料")


def give_places(world, page):
    page.click("a:has-text('还没有把名额分配给推荐单位')")
    for name, places in (("鄂温克族自治旗", "3"), ("陈巴尔虎旗", "2")):
        page.fill(f"[aria-label='{name} 不分类别']", places)
    expect(page.locator("[data-verdict]")).to_contain_text("差额推荐 1 个")
    world.look(page, "places")
    page.click("button:text-is('保存名额')")
    page.wait_for_selector("text=已保存名额")
