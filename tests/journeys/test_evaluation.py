"""The whole evaluation told by a browser: from an index in Excel to review sheets for auditors."""

import subprocess
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.models import (
    Assignment,
    Family,
    FamilyCategory,
    IndexEdition,
    Indicator,
    Inspection,
    InspectionRound,
    Score,
    SelfCheck,
)
from tests.evaluations import factories as build
from tests.journeys.conftest import sign_in_as
from tests.journeys.killable import Killable

pytestmark = [pytest.mark.django_db(transaction=True)]
HEAD = ["一级指标", "测评标准", "分值", "测评方法"]
ROWS = [
    ["一、组织领导（90分）", "中心组学习", 60, "实地考察"],
    [None, "工作机制", 30, "实地考察"],
    ["加分项", "上级推广", 10, "材料审核"],
    ["一票否决", "发生影响民族团结的重大事件", "一票否决", None],
]
LEARNING, METHODS, VETO = "中心组学习", "工作机制", "发生影响民族团结的重大事件"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def killable(transactional_db):
    server = Killable()
    yield server
    server.stop()


@pytest.fixture
def story(chromium, cast, killable, tmp_path):
    killable.start()
    told = Story(chromium, cast, killable, tmp_path)
    yield told
    told.close()


class Story:
    """The people of the story, each at a window of their own."""

    def __init__(self, chromium, cast, server, folder):
        self.chromium, self.cast, self.server, self.folder = chromium, cast, server, folder
        self.windows = {}
        self.people = [build.make_assessor(cast.city, name=f"测评员{word}") for word in "甲乙丙"]
        family = Family.objects.create(code="COMMUNITY", name="社区（嘎查村）")
        FamilyCategory.objects.create(category=cast.one.category, family=family, confirmed=True)

    def close(self):
        for page in self.windows.values():
            page.context.close()

    def page(self, user, viewport=DESKTOP):
        """This person's window, signed in."""
        if user.pk not in self.windows:
            context = self.chromium.new_context(
                base_url=self.server.url, viewport=viewport, locale="zh-CN"
            )
            context.set_default_timeout(20_000)
            self.windows[user.pk] = context.new_page()
            sign_in_as(self.windows[user.pk], user)
        return self.windows[user.pk]

    @property
    def office(self):
        return self.page(self.cast.city_officer)

    def item(self, text):
        return Indicator.objects.get(edition=self.edition, text=text)

    @property
    def edition(self):
        return IndexEdition.objects.get()

    @property
    def round(self):
        return InspectionRound.objects.get()

    def task_of(self, person):
        return Assignment.objects.get(assessor=person)


def index_file(folder):
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    path = folder / "嘎查村指标.xlsx"
    book.save(path)
    return path


def fill(page, **values):
    for name, value in values.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(str(value))


def test_from_the_index_in_excel_to_the_review_sheets(story):
    publish_the_index(story)
    call_for_self_checks(story)
    fill_in_while_the_server_dies(story)
    set_up_the_inspection(story)
    score_on_screen(story)
    score_offline_and_settle_the_conflict(story)
    sign_and_finish(story)
    shown = read_the_result(story)
    compare_the_review_sheets(story, shown)


def publish_the_index(story):
    page = story.office
    page.goto(reverse("evaluations:edition-import"))
    page.set_input_files("[name=file]", index_file(story.folder))
    page.click("button:has-text('读取文件')")
    page.wait_for_selector("text=核对读入的内容")
    fill(
        page,
        family="社区（嘎查村）",
        title="嘎查村测评体系",
        issuer="市民委",
        edition_no="2026",
        total=100,
        bonus_cap=10,
        apply_line=90,
        pass_line=60,
        starts_on=timezone.localdate().replace(month=1, day=1),
    )
    page.click("button:has-text('建立草稿')")
    page.wait_for_selector("text=已建立草稿")
    page.goto(reverse("evaluations:edition-publish", args=[story.edition.pk]))
    page.click("form.p-formacts button")
    page.wait_for_url(f"**{story.edition.get_absolute_url()}")
    assert story.edition.state == IndexEdition.State.PUBLISHED


def call_for_self_checks(story):
    page, today = story.office, timezone.localdate()
    page.goto(reverse("evaluations:self-check-round-new"))
    fill(page, title="年度自查", year=today.year)
    fill(page, opens_on=today, due_on=today + timedelta(days=10))
    page.click("button:has-text('预览范围')")
    page.click("button:has-text('发起自查')")
    page.wait_for_selector("text=已发起“")
    assert SelfCheck.objects.filter(unit=story.cast.one).exists()


def fill_in_while_the_server_dies(story):
    check = SelfCheck.objects.get(unit=story.cast.one)
    page = story.page(story.cast.clerk, PHONE)
    section = story.item(LEARNING).parent
    page.goto(reverse("evaluations:self-check-section", args=[check.pk, section.pk]))
    answer(page, story.item(LEARNING), "58", "全年学习 12 次")
    expect(page.locator("[data-state]")).to_contain_text("已保存")

    story.server.kill()
    answer(page, story.item(METHODS), "30", "断电时写的")
    expect(page.locator("[data-state]")).to_contain_text("已存在本机", timeout=20_000)
    story.server.start()
    expect(page.locator("[data-state]")).to_contain_text("已保存", timeout=40_000)

    veto = story.item(VETO)
    page.goto(reverse("evaluations:self-check-section", args=[check.pk, veto.parent_id]))
    page.locator(f"#item-{veto.pk} input[value=no]").check()
    expect(page.locator("[data-state]")).to_contain_text("已保存")
    page.click("text=核对并提交")
    page.click("button:text-is('提交自查')")
    page.wait_for_selector("text=已提交，回执如下")
    check.refresh_from_db()
    assert (check.state, check.self_total) == (SelfCheck.State.SUBMITTED, 88)


def answer(page, indicator, points, words):
    box = page.locator(f"#item-{indicator.pk}")
    box.locator(".p-score").fill(points)
    box.locator("textarea").fill(words)


def set_up_the_inspection(story):
    page, today = story.office, timezone.localdate()
    page.goto(reverse("evaluations:inspection-round-new"))
    fill(page, kind="验收", title="年度验收", year=today.year, assessors_each=3)
    fill(page, starts_on=today, ends_on=today + timedelta(days=20), outlier_percent=20)
    page.click(".p-formacts button.btn-primary")
    expect(page.locator("h1")).to_contain_text("年度验收")
    held = story.round.pk
    page.goto(reverse("evaluations:inspection-candidates", args=[held]))
    page.check(f"input[name=pk][value='{story.cast.one.pk}']")
    page.click("button:has-text('选入本轮次')")
    page.wait_for_selector("text=已选入 1 家")
    page.goto(reverse("evaluations:inspection-team", args=[held]))
    for person in story.people:
        page.check(f"input[name=pk][value='{person.pk}']")
    page.click("button:has-text('加入测评组')")
    page.wait_for_selector("text=已把 3 人加入")
    page.goto(reverse("evaluations:inspection-assign", args=[held]) + "?plan=1")
    page.click("button:has-text('采用并保存')")
    page.wait_for_selector("text=已保存分配：新派 3 份")
    page.goto(reverse("evaluations:inspection-round", args=[held]))
    page.click("summary:has-text('开始打分')")
    page.click(".p-ask button:has-text('开始打分')")
    page.wait_for_selector("text=已开始打分，")
    assert Assignment.objects.filter(inspection__round=held).count() == 3


def score_on_screen(story):
    first, second, _ = story.people
    give(story, first, {LEARNING: ("60", ""), METHODS: ("30", "")})
    give(story, second, {LEARNING: ("55", "缺少第三季度的记录"), METHODS: ("30", "")})


def give(story, person, scores):
    """Type scores into the page, as an assessor does, until they are kept."""
    page = story.page(person)
    page.goto(story.task_of(person).get_absolute_url())
    for text, (points, reason) in scores.items():
        item = story.item(text)
        page.locator(f"[data-item='{item.pk}'] [data-box]").click()
        page.locator(f"[data-item='{item.pk}'] [data-box]").fill(points)
        if reason:
            page.fill(f"#reason{item.pk}", reason)
        page.keyboard.press("Enter")
    expect(page.locator("[data-savewords]")).to_contain_text("已保存")


def score_offline_and_settle_the_conflict(story):
    third = story.people[2]
    page, path = story.page(third), story.folder / "打分.xlsx"
    page.goto(reverse("evaluations:score-books"))
    with page.expect_download() as told:
        page.click("button:has-text('导出工作簿')")
    told.value.save_as(path)
    fill_offline(path)
    give(story, third, {LEARNING: ("45", "在线打的")})

    page.goto(reverse("evaluations:score-books"))
    page.set_input_files("[name=file]", path)
    page.click("button:has-text('读取并核对')")
    page.wait_for_selector("text=两边都改了 2 格")
    for box in page.locator("input[type=radio][value=mine]").all():
        box.check()
    page.click("button:has-text('写入确认的分数')")
    page.wait_for_selector("text=已写入 5 格")
    row = Score.objects.get(sheet__assignment__assessor=third, indicator__text=LEARNING)
    assert (row.value, row.reason, row.source) == (40, "现场询问，多数不了解", "workbook")


def fill_offline(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    rows = {sheet.cell(row, 2).value: row for row in range(5, 20)}
    sheet.cell(rows[LEARNING], 7).value = 40
    sheet.cell(rows[LEARNING], 8).value = "现场询问，多数不了解"
    sheet.cell(rows[METHODS], 7).value = 30
    sheet.cell(rows[VETO], 7).value = "是"
    sheet.cell(rows[VETO], 8).value = "测评期间发生重大事件"
    book.save(path)


def sign_and_finish(story):
    for person in story.people:
        page = story.page(person)
        page.goto(story.task_of(person).get_absolute_url())
        page.click("[data-sign]")
        page.click("[data-signform] button")
        page.wait_for_selector("text=已签字锁定")
    page = story.office
    page.goto(reverse("evaluations:inspection-round", args=[story.round.pk]))
    page.click("summary:has-text('结束并结分')")
    page.click(".p-ask button:has-text('结束并结分')")
    page.wait_for_selector("text=家已结分")


def read_the_result(story):
    """What the screen says: total, veto, disagreement."""
    inspection, page = Inspection.objects.get(), story.office
    page.goto(reverse("evaluations:round-results", args=[story.round.pk]))
    told = page.inner_text("main")
    assert "81.67" in told and "一票否决" in told and "分歧" in told
    page.goto(reverse("evaluations:unit-result", args=[inspection.pk]))
    told = page.inner_text("main")
    for figure in ("51.67", "30.00", "81.67"):
        assert figure in told
    return told


def compare_the_review_sheets(story, shown):
    page, path = story.office, story.folder / "评审表.xlsx"
    page.goto(reverse("evaluations:round-results", args=[story.round.pk]))
    with page.expect_download() as told:
        page.click("button:has-text('导出评审表')")
    told.value.save_as(path)
    call_command("verify_workbook", str(path), verbosity=0)
    resaved = through_libreoffice(path, story.folder)
    call_command("verify_workbook", str(resaved), verbosity=0)
    for each in (path, resaved):
        sheet = openpyxl.load_workbook(each).worksheets[1]
        rows = {row[1].value: [cell.value for cell in row] for row in sheet.iter_rows()}
        assert rows[LEARNING][3:9] == [58, None, 60, 55, 40, 51.67]
        assert rows["合计"][8:10] == [81.67, "一票否决"]
        assert f"{rows['合计'][8]:.2f}" in shown and f"{rows[LEARNING][8]:.2f}" in shown
        assert rows[VETO][7:9] == ["触发", "触发"]


def through_libreoffice(path, folder):
    out = folder / "again"
    profile = f"-env:UserInstallation=file://{folder / 'office'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", out, path]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return out / path.name
