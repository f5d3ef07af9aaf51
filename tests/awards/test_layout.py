"""Where names break and shrink; plain text in, lines out."""

import pytest

from awards.layout import LINE, UNIT_STEPS, ems, fitted, office_lines
from awards.rules import chinese_date, number_key, stem_of
from tests.factories import TODAY

OFFICES = {
    "中共呼伦贝尔市委宣传部": ["中共呼伦贝尔市委", "宣传部"],
    "中共呼伦贝尔市委员会宣传部": ["中共呼伦贝尔市委员会", "宣传部"],
    "中共呼伦贝尔市委统一战线工作部": ["中共呼伦贝尔市委", "统一战线工作部"],
    "呼伦贝尔市民族事务委员会": ["呼伦贝尔市", "民族事务委员会"],
    "内蒙古自治区党委宣传部": ["内蒙古自治区党委", "宣传部"],
    "市民委": ["市民委"],
}


@pytest.mark.parametrize("name", OFFICES)
def test_a_department_breaks_after_its_place_or_committee(name):
    lines, size = office_lines(name, 45)

    assert lines == OFFICES[name]
    assert size == 12.5


@pytest.mark.parametrize("length", [4, 23, 27, 31, 40, 70, 100])
def test_a_unit_fits_the_paper_however_long_its_name(length):
    name = ("示例牧业发展有限责任公司" * 9)[:length]

    placed = fitted(name, UNIT_STEPS, tail=1)

    assert "".join(placed.lines) == name and len(placed.lines) <= 2
    assert max(ems(each) for each in placed.lines) * placed.size * 0.3528 <= LINE
    assert placed.size == 25 or length > 20


def test_dates_and_numbers_are_written_as_on_paper():
    assert chinese_date(TODAY) == "二〇二六年十一月二十二日"
    assert chinese_date(TODAY.replace(year=2030, month=10, day=10)) == "二〇三〇年十月十日"
    assert chinese_date(TODAY.replace(month=12, day=31)) == "二〇二六年十二月三十一日"
    assert number_key("呼民团〔2026〕 0001号") == number_key("呼民团[２０２６]0001号")


def test_a_format_without_a_place_gets_one(db):
    from tests.factories import make_kind

    told = {"region": None, "year": 2026, "batch": None, "level": "city", "category": None}

    assert stem_of("证{年份}-", kind=make_kind(), **told) == "证2026-{序号}"
    assert stem_of("", kind=make_kind(), **told) == "全国民团证〔2026〕{序号}号"
