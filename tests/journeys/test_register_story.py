"""A day at the commission: sign in, find a unit, take in a printed list, take the register away."""

import csv
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests import factories as make
from tests.journeys.conftest import sign_in_as
from units.models import Designation, Level, Unit

pytestmark = [pytest.mark.django_db(transaction=True)]

LIST = [
    ["级别", "称号", "批次", "命名日期", "文号", "地区", "单位名称"],
    ["盟市级", "示范单位", "第五批", "2025年6月3日", "呼民委发[2025]7", "东旗", "示例红旗嘎查"],
    ["盟市级", "示范单位", "第五批", "2025年6月3日", "呼民委发[2025]7", "东旗", "示例巴音嘎查"],
    ["盟市级", "示范单位", "第五批", "2025年6月3日", "呼民委发[2025]7", "东旗", "示例草原小学"],
]


@pytest.fixture
def register(cast):
    """Two units of one name in two 苏木, one whose name differs by a variant character."""
    north = make.make_region("北苏木", cast.east)
    school = make.make_category("学校")
    return {
        "here": make.make_unit(cast.east_sumu, "示例红旗嘎查"),
        "there": make.make_unit(north, "示例红旗嘎查"),
        "near": make.make_unit(north, "示例巴彦嘎查", short_name="巴彦"),
        "school": make.make_unit(cast.east_sumu, "示例草原小学", category=school),
        "kind": make.make_kind("示范单位", printed_forms=["示范单位"]),
    }


@pytest.fixture
def printed_list(tmp_path):
    path = tmp_path / "第五批命名名单.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(LIST)
    return path


def test_from_signing_in_to_a_workbook_of_the_register(visitor, cast, register, printed_list):
    page = visitor.new_page()
    sign_in_as(page, cast.city_officer)

    find_by_initials(page, register["near"])
    take_in(page, printed_list)
    settle_the_doubts(page, register)
    page.click("button:text-is('应用')")
    page.wait_for_selector("text=已写入名册")
    assert_written(register)
    assert_on_the_sheet(export(page))


def find_by_initials(page, unit):
    page.click("nav >> text=名册")
    page.fill("input[name=q]", "slby")
    page.press("input[name=q]", "Enter")
    page.click(f"#rows a:text-is('{unit.name}')")
    page.wait_for_url(f"**{unit.get_absolute_url()}")
    expect(page.locator("h1")).to_have_text(unit.name)


def take_in(page, path):
    page.click("nav >> text=更多")
    page.click("nav >> text=名单导入")
    page.goto("/units/imports/new/")
    page.set_input_files("input[type=file]", path)
    page.click("button:text-is('读取名单')")
    page.click("button:text-is('核对名单')")
    expect(page.locator(".p-importsum")).to_contain_text("还有 2 行待处理")
    expect(page.locator("button:has-text('应用（2 行待处理）')")).to_be_disabled()


def settle_the_doubts(page, register):
    """Of two units with one name the officer takes the one here; the near name is the very unit."""
    page.click(f"button[value='unit:{register['here'].pk}']")
    page.wait_for_selector("text=还有 1 行待处理")
    page.click(f"button[value='unit:{register['near'].pk}']")
    page.wait_for_selector("button:text-is('应用'):not([disabled])")
    assert not Designation.objects.exists()


def assert_written(register):
    named = Designation.objects.order_by("unit__name")
    assert {each.unit_id for each in named} == {
        register[each].pk for each in ("here", "near", "school")
    }
    assert {(each.level, each.named_on, each.document_no) for each in named} == {
        (Level.CITY, date(2025, 6, 3), "呼民委发〔2025〕7号")
    }
    assert Unit.objects.get(pk=register["near"].pk).name == "示例巴彦嘎查"


def export(page):
    page.goto("/units/")
    with page.expect_download() as waiting:
        page.click("button:has-text('导出 Excel')")
    return BytesIO(waiting.value.path().read_bytes())


def assert_on_the_sheet(workbook):
    sheet = load_workbook(workbook).active
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(row for row in rows if row and "单位名称" in row)
    table = [dict(zip(heading, row, strict=True)) for row in rows[rows.index(heading) + 1 :]]
    school = next(row for row in table if row["单位名称"] == "示例草原小学")
    assert school["命名日期"].date() == date(2025, 6, 3)
    assert {row["单位名称"] for row in table} >= {"示例红旗嘎查", "示例巴彦嘎查", "示例西社区"}
