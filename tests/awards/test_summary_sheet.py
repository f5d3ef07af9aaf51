"""申报汇总表: its columns, where each value comes from, who gets which lines."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from awards.models import Candidate
from portal.models import AuditEvent
from tests import factories as make
from tests.awards.packed import full_application
from tests.factories import NOON, TODAY
from tests.units.desks import recommended
from units.models import Level, Rectification, Unit

HEADINGS = [
    *("序号", "推荐单位", "单位全称", "类别", "所在旗市区", "苏木乡镇", "嘎查社区"),
    *("现有最高称号", "称号有效期至", "自评分", "初验分", "初验日期", "初验组长"),
    *("是否一票否决", "推荐排序", "联系人", "联系电话", "备注"),
]


def sheet_of(client, url):
    """[row of values …] of the workbook, headings first."""
    answer = client.post(url)
    assert "no-store" in answer["Cache-Control"]
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book["申报汇总表"].values)
    start = next(number for number, row in enumerate(rows) if row[0] == "序号")
    assert [each[0] for each in book["说明"].values][-1] == "备注"
    return [list(row) for row in rows[start:]]


def cell_of(client, url, column):
    answer = client.post(url)
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book["申报汇总表"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
    return sheet.cell(top + 1, HEADINGS.index(column) + 1)


def test_each_column_holds_what_the_records_say(client, cast):
    stand = full_application(cast)
    make.make_designation(cast.one, level=Level.COUNTY, ends_on=date(2029, 1, 1))
    make.make_designation(cast.one, level=Level.CITY, ends_on=date(2028, 5, 2))
    client.force_login(cast.east_officer)

    rows = sheet_of(client, reverse("awards:body-summary", args=[stand.batch.pk, stand.body.pk]))

    assert rows[0] == HEADINGS
    first = dict(zip(HEADINGS, rows[1], strict=True))
    assert first.pop("称号有效期至").date() == date(2028, 5, 1)
    assert first.pop("初验日期").date() == TODAY
    assert first == {
        "序号": 1,
        "推荐单位": "东旗",
        "单位全称": "示例东嘎查",
        "类别": "嘎查村",
        "所在旗市区": "东旗",
        "苏木乡镇": "东苏木",
        "嘎查社区": None,
        "现有最高称号": "盟市级",
        "自评分": 91.5,
        "初验分": 88,
        "初验组长": "示例组长",
        "是否一票否决": "是",
        "推荐排序": 1,
        "联系人": "示例联系人",
        "联系电话": "0470-0000000",
        "备注": None,
    }
    event = AuditEvent.objects.filter(action="summary.export").get()
    assert (event.actor, event.after["行数"]) == (cast.east_officer, 1)


def test_lines_follow_the_bodys_own_order_and_stay_in_sight(client, cast):
    batch = make.make_running_batch(cast.city)
    names = ["示例甲", "示例乙", "示例丙"]
    for rank, name in zip((3, 1, 2), names, strict=True):
        recommended(cast, batch, rank, name)
    west = recommended(cast, batch, 1, "示例西", region=cast.west, body=make.make_body(cast.west))
    url = reverse("awards:batch-summary", args=[batch.pk])

    client.force_login(cast.east_officer)
    assert [row[2] for row in sheet_of(client, url)[1:]] == ["示例乙", "示例丙", "示例甲"]
    client.force_login(cast.city_officer)
    assert [row[1] for row in sheet_of(client, url)[1:]] == ["东旗"] * 3 + ["西旗"]
    client.force_login(cast.sumu_officer)
    other = reverse("awards:body-summary", args=[batch.pk, west.body_id])
    assert client.post(other).status_code == 404


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "@示例", "-1"])
def test_a_name_that_looks_like_a_formula_stays_text(client, cast, name):
    batch = make.make_running_batch(cast.city)
    row = recommended(cast, batch, 1, name)
    client.force_login(cast.east_officer)

    cell = cell_of(client, reverse("awards:body-summary", args=[batch.pk, row.body_id]), "单位全称")

    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)


def test_it_prints_as_a_form_every_cell_ruled_and_one_page_across(client, cast):
    batch = make.make_running_batch(cast.city)
    row = recommended(cast, batch, 1, "示例东嘎查")
    client.force_login(cast.east_officer)
    url = reverse("awards:body-summary", args=[batch.pk, row.body_id])

    empty, number = cell_of(client, url, "初验分"), cell_of(client, url, "序号")

    assert (empty.value, empty.border.left.style) == (None, "thin")
    assert number.alignment.horizontal == "center"
    assert empty.parent.page_setup.fitToWidth in (None, 1)


def candidate(cast, name, rank, note=""):
    unit = make.make_unit(cast.east_sumu, name, contact_name="示例人", contact_phone="0470-0000000")
    make.make_designation(unit, level=Level.COUNTY, ends_on=date(2029, 1, 1))
    told = {"added_at": NOON, "added_by": cast.east_officer, "note": note}
    return Candidate.objects.create(
        region=cast.east, unit=unit, level=Level.CITY, rank=rank, **told
    )


def test_the_pool_gives_its_order_and_leaves_out_who_may_not_be_recommended(client, cast):
    make.make_rule(Level.CITY, requires_level=Level.COUNTY)
    one = candidate(cast, "示例先", 2, "结对帮带\n第二行")
    two = candidate(cast, "示例后", 1)
    Rectification.objects.create(
        designation=two.unit.designations.get(), source="spot", ordered_on=TODAY,
        due_on=date(2030, 1, 1), ordered_by=cast.east_officer,
    )  # fmt: skip
    other = make.make_running_batch(cast.east, level=Level.COUNTY)
    make.make_submitted(one.unit, other, cast.east, first_score=Decimal("90.5"), total=92)
    client.force_login(cast.east_officer)
    url = reverse("awards:pool-summary", args=[cast.east.pk, "city"])

    preview = client.get(url).content.decode()
    rows = sheet_of(client, url)

    assert "示例后：有 1 项整改尚未销号（期限 2030 年 1 月 1 日）。" in preview
    assert "示例先：没有自评分" in preview
    found = dict(zip(HEADINGS, rows[1], strict=True))
    assert len(rows) == 2
    assert (found["单位全称"], found["推荐单位"], found["推荐排序"]) == ("示例先", "东旗", 2)
    assert (found["初验分"], found["是否一票否决"]) == (90.5, "否")
    assert (found["备注"], found["联系人"]) == ("结对帮带", "示例人")


def test_one_line_costs_as_many_queries_as_three(client, cast, django_assert_num_queries):
    batch = make.make_running_batch(cast.city)
    body = recommended(cast, batch, 1, "示例甲").body
    url = reverse("awards:body-summary", args=[batch.pk, body.pk])
    client.force_login(cast.east_officer)
    client.get(url)

    with django_assert_num_queries(QUERIES):
        client.get(url)
    for rank in (2, 3):
        recommended(cast, batch, rank, f"示例{rank}")
    with django_assert_num_queries(QUERIES):
        assert client.get(url).content.decode().count("示例") >= 3
    assert Unit.objects.filter(name="示例甲").exists()


QUERIES = 16
