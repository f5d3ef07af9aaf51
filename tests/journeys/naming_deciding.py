"""The city decides: ranking and line, a departure, sign-off, public notice, the decision."""

from playwright.sync_api import expect

from tests.journeys.naming_world import PHONE, confirmed, do_jobs
from units.models import Application, Designation, NamingDecision, Objection, PublicNotice

STEADY = "边境嘎查长年守边固边，经部门会商一致同意列入。"


def deliberate(world):
    """The line is moved, one below it is taken in with a reason, the meeting is written down."""
    page = world.page(world.city_officer, world.batch.get_absolute_url())
    page.click("a:text-is('审定排序')")
    world.look(page, "ranking")
    page.fill("#line", "3")
    expect(page.locator("#tried")).to_contain_text("退出 1 家")
    world.look(page, "what-if")
    page.click("button:text-is('命名线移到 3 家')")
    page.wait_for_selector("text=命名线已移到 3 家")
    page.click(f"[aria-label='调整 {world.units.other.name}']")
    page.check("#choose input[value=yes]")
    page.fill("#choose textarea", STEADY)
    page.click("button:text-is('保存调整')")
    page.wait_for_selector("text=已列为入选")
    page.click("a:text-is('填写纪要')")
    page.fill("#id_held_on", "2027-06-09")
    page.fill("#id_minutes", "会议逐家审议，同意拟命名 4 家。")
    page.click("button:text-is('保存纪要')")
    page.wait_for_selector("text=纪要已保存")
    world.look(page, "deliberation")
    confirmed(page, lambda: page.click("button:text-is('提交会签')"))
    page.wait_for_selector("text=名单已提交会签")


def sign_off(world):
    """Each department for itself; with the last one the list is settled."""
    for number, signer in enumerate(world.signers):
        page = world.page(signer, "/")
        if not number:
            world.look(page, "signer-home")
        expect(page.locator("main h2").first).to_have_text("请您会签")
        page.click("main a:has-text('审定名单')")
        confirmed(page, lambda page=page: page.click("a:text-is('会签名单')"))
        expect(page.locator("main")).to_contain_text(STEADY)
        if not number:
            world.look(page, "sign")
        confirmed(page, lambda page=page: page.click("button:text-is('会签名单')"))
        page.wait_for_selector(".p-message:has-text('已代表')")
    assert Application.objects.filter(state="proposed").count() == 4


def publish(world):
    page = world.page(world.city_officer, world.batch.get_absolute_url())
    page.click("a:text-is('拟写公示')")
    page.fill("#id_contact_office", "市民委督查科")
    page.fill("#id_contact_phone", "0470-0000000")
    page.click("button:text-is('保存')")
    page.wait_for_selector("text=公示已拟好")
    world.look(page, "notice-draft")
    confirmed(page, lambda: page.click("button:text-is('发布')"))
    world.look(page, "notice-publish")
    page.click("button:text-is('确认发布')")
    page.wait_for_selector("text=已发布，公众现在可以查看")
    do_jobs()
    page.reload()
    world.look(page, "notice")


def object_in_public(world):
    """Somebody reads the notice on a phone, and knows better. No account, no name."""
    page = world.passer_by(PHONE)
    page.goto("/public/notices/")
    page.click("main a:has-text('公示')")
    world.look(page, "public-notice")
    page.click("a:text-is('提出异议')")
    page.select_option("#id_entry", label=entry_label(world.units.objected))
    page.fill("#id_text", "2026 年 11 月该嘎查有未化解的草场纠纷，申报材料没有如实写明。")
    page.check("input[name=is_anonymous][value='1']")
    world.look(page, "public-objection")
    page.click("button:text-is('提交异议')")
    page.wait_for_selector("text=请记下查询码")
    world.look(page, "public-receipt")
    world.receipt = page.url


def entry_label(unit):
    entry = PublicNotice.objects.get().entries.get(application__unit=unit)
    return f"{entry.position}. {entry.unit_name}"


def uphold(world):
    """The office looks into it, finds it true, and takes the unit off."""
    page = world.page(world.city_officer, "/")
    world.look(page, "objection-home")
    page.goto(Objection.objects.get().get_absolute_url())
    page.click("button:text-is('受理')")
    page.wait_for_selector("text=已受理")
    page.fill("#id_findings", "经核查，草场纠纷属实，至今没有化解。")
    page.fill("#id_answer", "经核查情况属实，已取消该单位的拟命名资格。")
    world.look(page, "objection")
    confirmed(page, lambda: page.click("button:has-text('认定成立')"))
    page.wait_for_selector("text=已从名单中取消")
    assert world.application(world.units.objected).state == Application.State.STRUCK
    page = world.passer_by(PHONE)
    page.goto(world.receipt)
    expect(page.locator("main")).to_contain_text("已取消该单位的拟命名资格")


def name(world):
    """The decision is drafted from what is left, and takes effect."""
    page = world.page(world.city_officer, f"/units/deliberations/{world.batch.pk}/")
    page.click("a:text-is('拟定命名决定')")
    page.fill("#id_document_no", "呼民委发[2027]31号")
    page.click("button:text-is('生成草稿')")
    page.wait_for_selector("a:text-is('办理生效')")
    world.look(page, "decision-draft")
    confirmed(page, lambda: page.click("a:text-is('办理生效')"))
    world.look(page, "decision-apply")
    confirmed(page, lambda: page.click("button:text-is('办理生效')"))
    page.wait_for_selector("text=已生效")
    world.look(page, "decision")
    assert NamingDecision.objects.get().state == NamingDecision.State.APPLIED
    named = {each.unit for each in Designation.objects.filter(state="active")}
    assert named == {world.units.first, world.units.second, world.units.other}
