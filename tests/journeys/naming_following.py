"""What follows: the reminder, a round of 复验, 整改 that is mended, a revocation."""

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.naming_applying import paper
from tests.journeys.naming_world import confirmed, do_jobs, leave_by
from units.models import Designation, Rectification, Reverification, ReverificationRound
from units.operations.reverifications import apply_reverification
from units.verdicts import PLEDGES

REPORT = "三年来坚持每季度开展一次各族牧户互助活动，建立台账，定期走访，矛盾纠纷当月化解。" * 4
FINDING = "2029 年第三季度活动没有台账"


def title_of(unit):
    return Designation.objects.get(unit=unit)


def turn_of(unit):
    return Reverification.objects.for_display().get(designation__unit=unit)


def read_the_reminder(world):
    """The clerk finds it behind the bell, and it leads to the title."""
    page = world.page(world.clerks["first"], "/")
    world.look(page, "reminded-home")
    page.goto("/messages/")
    page.wait_for_selector("text=还有 180 天到期")
    world.look(page, "reminder")
    page.click("main button:has-text('还有 180 天到期')")
    page.wait_for_url(f"**{title_of(world.units.first).get_absolute_url()}")
    expect(page.locator(".p-time li:has-text('呼民委发〔2027〕31号')")).to_have_count(1)
    world.look(page, "title-due")


def call_round(world):
    page = world.page(world.city_officer, "/")
    page.click("nav >> text=复验与整改")
    page.click("a:text-is('发起复验')")
    page.click("button:text-is('预览范围')")
    page.wait_for_selector("button:has-text('发起复验（3 个称号）')")
    world.look(page, "round")
    page.click("button:has-text('发起复验（3 个称号）')")
    page.wait_for_selector("text=共 3 个称号")
    assert ReverificationRound.objects.get().reverifications.count() == 3


def apply_again(world):
    """One unit in the browser, another by the operation; the third lets it pass."""
    page = world.page(world.clerks["first"], "/")
    world.look(page, "reverify-home")
    leave_by(page, lambda: page.click(".p-nameline a.btn-primary"))
    if page.locator("a:text-is('填写申请')").count():
        page.click("a:text-is('填写申请')")
    page.fill("#id_statement", REPORT)
    for box in page.locator("input[name=pledges]").all():
        box.check()
    world.look(page, "reverify")
    page.click("button:text-is('提交申请')")
    page.wait_for_selector("text=复验申请已提交")
    turn = turn_of(world.units.second)
    told = {"statement": REPORT, "pledges": list(PLEDGES), "version": turn.version}
    apply_reverification(turn, **told, actor=world.clerks["second"], at=timezone.now())


def order_to_mend(world):
    """Below the line: not 合格, but what is wrong can be put right."""
    page = world.page(world.city_officer, turn_of(world.units.first).get_absolute_url())
    expect(page.locator("main")).to_contain_text("低于合格线")
    world.look(page, "conclude")
    confirmed(page, lambda: page.click("a:text-is('限期整改')"))
    page.fill("#id_items", FINDING)
    page.fill("#id_note", "台账不全，限期补齐。")
    confirmed(page, lambda: page.click("button:text-is('认定限期整改')"))
    page.wait_for_selector("text=复验结论：限期整改")


def mend(world):
    """The unit says what it did, proves it, reports; somebody else looks and closes it out."""
    page = world.page(world.clerks["first"], "/")
    page.click(".p-nameline a.btn-primary")
    page.set_input_files("input[name=files]", {**paper(7), "name": "第三季度台账.pdf"})
    page.click("button:text-is('上传')")
    page.wait_for_selector("text=第三季度台账.pdf")
    page.fill(".fu-itemform [name$=measure]", "补建台账，明确专人每月登记")
    page.fill(".fu-itemform [name$=responsible]", "嘎查文书岗")
    page.fill(".fu-itemform [name$=done_on]", str(timezone.localdate()))
    page.fill(".fu-itemform [name$=outcome]", "第三季度台账已补齐，第四季度按月登记")
    page.click("button:text-is('保存第 1 项')")
    page.wait_for_selector("button:text-is('报送整改结果')")
    world.look(page, "mend")
    page.click("button:text-is('报送整改结果')")
    page.wait_for_selector(".p-message:has-text('整改结果已报送')")


def close_out(world):
    order = Rectification.objects.get()
    page = world.page(world.closer, order.get_absolute_url())
    world.look(page, "close-out")
    page.click("a:text-is('销号')")
    page.fill("#id_note", "现场核查，台账齐全。")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=已销号")
    order.refresh_from_db()
    assert (order.state, order.closed_by) == (Rectification.State.CLOSED, world.closer)


def renew(world):
    before = title_of(world.units.first).ends_on
    page = world.page(world.closer, turn_of(world.units.first).get_absolute_url())
    confirmed(page, lambda: page.click("a:text-is('合格')"))
    page.fill("#id_document_no", "呼民委发〔2030〕5号")
    confirmed(page, lambda: page.click("button:text-is('认定合格')"))
    page.wait_for_selector("text=复验结论：合格")
    world.look(page, "renewed")
    title = title_of(world.units.first)
    assert (title.state, title.ends_on) == ("active", before + relativedelta(years=3))


def revoke(world):
    """不合格, and from there the revocation with its decision."""
    page = world.page(world.city_officer, turn_of(world.units.second).get_absolute_url())
    confirmed(page, lambda: page.click("a:text-is('不合格')"))
    page.fill("#id_note", "多项工作停顿，示范作用丧失。")
    confirmed(page, lambda: page.click("button:text-is('认定不合格')"))
    page.wait_for_selector("text=复验结论：不合格")
    world.look(page, "failed")
    confirmed(page, lambda: page.click("a:text-is('办理撤销')"))
    page.fill("#id_document_no", "呼民委发〔2030〕6号")
    page.fill("#id_note", "复验不合格，不再符合示范标准。")
    world.look(page, "revoke")
    confirmed(page, lambda: page.click("button:text-is('撤销称号')"))
    page.wait_for_selector("text=已撤销")
    world.look(page, "revoked")
    assert title_of(world.units.second).state == Designation.State.REVOKED
    do_jobs()
