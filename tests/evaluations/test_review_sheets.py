"""评审表: the same figures as on the screen, every cell provable, nothing beyond one's care."""

from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import Inspection, Score
from evaluations.operations.settling import settle_round
from evaluations.sheets import review_book
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.review_data import latest_round
from evaluations.tasks import export_review_sheets
from portal.models import AuditEvent, Job, StoredFile, User
from tests.evaluations import factories as build
from tests.evaluations.rounds import lay_out
from tests.factories import NOON, make_officer, make_user

FORMULAS = ["=1+1", "＝SUM(A1)", "+cmd", "-2", "@x", "\t=1", "<r><t>x</t></r>", "=HYPERLINK(0)"]


@pytest.fixture
def stand(cast, settings, tmp_path):
    """A finished 验收 of two units by two assessors; 初验 and self-check before it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    stand = lay_out(cast)
    stand.east, stand.west = cast.one, cast.other
    check = build.make_check(
        cast.one, build.make_round(cast.city, stand.edition), state="submitted"
    )
    build.make_answer(check, "1.1", cast.clerk, claimed=D(58))
    Inspection.objects.filter(pk=stand.inspections[0].pk).update(self_check=check)
    _first_round(stand, cast)
    given = [
        {"1.1": D(50), "1.2": D("20.5"), "J1": D(4)},
        {"1.1": D(55), "1.2": D(21), "J1": D(4)},
        {"1.1": D(40), "1.2": D(10)},
        {"1.1": D(42), "1.2": D(11)},
    ]
    for task, scores in zip(stand.tasks, given, strict=True):
        build.make_sheet(task, scores, signed_at=None)
    _explain(stand)
    for task in stand.tasks:
        task.sheets.update(signed_at=NOON, digest="x")
        type(task).objects.filter(pk=task.pk).update(state="signed")
    type(stand.round).objects.filter(pk=stand.round.pk).update(state="finished")
    stand.round.refresh_from_db()
    settle_round(stand.round, actor=cast.city_officer, at=NOON)
    stand.path = tmp_path / "review.xlsx"
    return stand


def _first_round(stand, cast):
    first = build.make_inspection_round(
        cast.east, kind="preliminary", title="示例初验", state="finished"
    )
    inspection = build.make_inspection(first, cast.one, stand.edition)
    task = build.make_assignment(inspection, build.make_assessor(cast.east), state="signed")
    build.make_sheet(task, {"1.1": D(56), "1.2": D(25)}, signed_at=NOON)


def _explain(stand):
    rows = Score.objects.filter(sheet__assignment=stand.tasks[0], indicator__code="1.1")
    rows.update(reason="缺少第三季度的记录")
    veto = build.item_of(stand.edition, "F1")
    sheet = stand.tasks[2].sheets.get()
    Score.objects.create(sheet=sheet, indicator=veto, hit=True, reason="整改期内", saved_at=NOON)


def write(stand, rows=None, **more):
    rows = Inspection.objects.filter(round=stand.round) if rows is None else rows
    write_review_book(str(stand.path), rows, round=stand.round, author="审计人员", at=NOON, **more)
    return openpyxl.load_workbook(stand.path)


def sheet_of(book, unit):
    return next(each for each in book.worksheets if unit.name in each.title)


def row_of(sheet, first, column=1):
    """Values of the first row whose cell of a column says this."""
    return next(
        [cell.value for cell in row] for row in sheet.iter_rows() if row[column - 1].value == first
    )


def test_an_item_shows_full_marks_self_first_each_assessor_final_and_why(stand):
    sheet = sheet_of(write(stand), stand.east)

    assert row_of(sheet, "编号") == [
        "编号",
        "测评要点",
        "满分",
        "自评",
        "初验",
        "测评员1",
        "测评员2",
        "最终",
        "扣分理由",
        "材料编号",
    ]
    assert row_of(sheet, "1.1")[:9] == [
        "1.1",
        "学习",
        60,
        58,
        56,
        50,
        55,
        52.5,
        "测评员1：缺少第三季度的记录",
    ]


def test_subtotals_bonus_veto_and_total_are_those_of_the_rules(stand):
    book = write(stand)
    east, west = sheet_of(book, stand.east), sheet_of(book, stand.west)

    assert row_of(east, "小计", 2)[2:8] == [90, 58, 81, 70.5, 76, 73.25]
    assert row_of(east, "加分小计（上限 10）", 2)[5:8] == [4, 4, 4]
    assert row_of(east, "合计", 2)[2:9] == [100, 58, 81, 74.5, 80, 77.25, "合格"]
    assert row_of(west, "F1")[5:9] == ["触发", None, "触发", "测评员1：整改期内"]
    assert row_of(west, "合计", 2)[8] == "一票否决"
    assert row_of(east, "测评组长（签字）：")


def test_the_totals_are_the_settled_ones(stand):
    book = write(stand)

    for inspection in Inspection.objects.filter(round=stand.round).select_related("unit"):
        shown = row_of(sheet_of(book, inspection.unit), "合计", 2)[7]
        assert D(str(shown)) == inspection.total


def test_the_summary_has_a_line_a_unit_with_its_place_and_a_link(stand):
    book = write(stand)
    summary = book["汇总表"]

    east = row_of(summary, stand.east.name, 3)
    assert (east[1], east[6], east[7], east[11], east[13]) == (1, 58, 81, 77.25, None)
    west = row_of(summary, stand.west.name, 3)
    assert (west[1], west[13]) == (None, "是")
    links = [cell.hyperlink.location for row in summary for cell in row if cell.hyperlink]
    assert len(links) == 2 and all(stand.east.name in links[0] or "A1" in each for each in links)


def test_the_flat_table_has_a_line_a_unit_and_item_under_plain_headings(stand):
    flat = write(stand)["明细"]

    heads, *lines = [[cell.value for cell in row] for row in flat.iter_rows()]
    assert len(lines) == 2 * 4
    line = dict(zip(heads, next(each for each in lines if each[10] == "1.1"), strict=True))
    assert (line["单位名称"], line["满分"], line["自评"], line["初验"], line["最终"]) == (
        stand.east.name,
        60,
        58,
        56,
        52.5,
    )
    assert (line["测评人员1"], line["得分1"], line["理由1"]) == (
        "测评员1",
        50,
        "缺少第三季度的记录",
    )


def test_it_prints_on_a4_landscape_one_page_wide(stand):
    for sheet in write(stand).worksheets[:-1]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_stays_text(stand, text):
    type(stand.east).objects.filter(pk=stand.east.pk).update(name=text)

    book = write(stand)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).strip() == text.strip() for cell in cells)
    assert verified(stand) == ""


def verified(stand, path=None):
    """What verify_workbook says against the file; nothing if it is as exported."""
    try:
        call_command("verify_workbook", str(path or stand.path), verbosity=0)
    except CommandError as error:
        assert error.returncode == 1
        return str(error)
    return ""


def test_an_exported_workbook_is_proved_also_after_openpyxl(stand, capsys):
    book = write(stand)
    assert verified(stand) == ""

    book.save(stand.path)

    assert verified(stand) == ""
    assert "与导出时一致" in capsys.readouterr().out


def change(stand, alter):
    book = openpyxl.load_workbook(stand.path)
    alter(book)
    book.save(stand.path)
    return verified(stand)


@pytest.mark.parametrize(
    ("cell", "value"), [("F6", 59), ("I6", "没有问题"), ("H6", None), ("K30", "添上"), ("A1", "甲")]
)
def test_each_changed_cell_is_named_with_its_sheet(stand, cell, value):
    title = sheet_of(write(stand), stand.east).title

    told = change(stand, lambda book: book[title].__setitem__(cell, value))

    assert told.count("与导出时不同") == 1
    assert f"“{title}”表 {cell} 与导出时不同" in told


def test_a_figure_made_text_or_formula_is_a_change(stand):
    title = sheet_of(write(stand), stand.east).title

    def alter(book):
        book[title]["F6"], book[title]["G6"] = "50", "=25+30"

    told = change(stand, alter)

    assert f"“{title}”表 F6" in told and f"“{title}”表 G6" in told


def test_swapped_cells_and_rows_are_changes(stand):
    title = sheet_of(write(stand), stand.east).title

    def alter(book):
        sheet = book[title]
        sheet["F6"], sheet["G6"] = sheet["G6"].value, sheet["F6"].value

    assert change(stand, alter).count("与导出时不同") == 2


def test_removed_added_and_renamed_sheets_are_named(stand):
    title = sheet_of(write(stand), stand.east).title

    def alter(book):
        book[title].title = "改名"
        book.create_sheet("添上")["A1"] = "x"

    told = change(stand, alter)

    assert f"缺少“{title}”表" in told
    assert "多出一张表“改名”" in told and "多出一张表“添上”" in told


def test_tampered_or_missing_codes_prove_nothing(stand):
    write(stand)
    told = change(stand, lambda book: book["_校验"].__setitem__("D3", "0" * 60))
    assert "校验信息被改动过" in told

    told = change(stand, lambda book: book.remove(book["_校验"]))
    assert "没有校验信息" in told


def test_another_portals_key_proves_nothing(stand, settings):
    write(stand)
    settings.SECRET_KEY = "another" * 10

    assert "校验信息被改动过" in verified(stand)


def test_many_units_go_on_one_sheet_a_county_with_page_breaks(stand, monkeypatch):
    monkeypatch.setattr(review_book, "OWN_SHEETS", 1)

    book = write(stand)

    assert book.sheetnames == ["汇总表", "东旗", "西旗", "明细", "_校验"]
    assert verified(stand) == ""


def test_a_correction_counts_once_approved_and_withdrawn_sheets_never(stand):
    type(stand.tasks[1]).objects.filter(pk=stand.tasks[1].pk).update(state="withdrawn")

    sheet = sheet_of(write(stand), stand.east)

    assert row_of(sheet, "1.1")[5:8] == [50, None, 50]


def test_the_command_exports_the_last_finished_inspection_round(stand, tmp_path, capsys):
    later = build.make_inspection_round(
        stand.round.region,
        title="还在打分",
        ends_on=stand.round.ends_on + timedelta(days=30),
    )
    assert latest_round() == stand.round != later

    call_command("export_review_sheets", round="latest", out=stand.path)

    assert "共 2 个单位" in capsys.readouterr().out
    assert verified(stand) == ""
    assert AuditEvent.objects.get(action="reviewsheet.export").after == {"units": 2}


def test_without_a_finished_round_the_command_says_so(db, tmp_path):
    with pytest.raises(CommandError, match="没有找到已结束的测评轮次"):
        call_command("export_review_sheets", out=tmp_path / "x.xlsx")


def download(client, name, pk):
    return client.post(reverse(f"evaluations:{name}", args=[pk]))


def saved(answer, path):
    path.write_bytes(b"".join(answer.streaming_content))
    return openpyxl.load_workbook(path)


def test_an_officer_of_one_county_gets_only_its_units(stand, cast, client):
    client.force_login(cast.east_officer)

    book = saved(download(client, "review-sheets", stand.round.pk), stand.path)

    assert [sheet.title[:2] for sheet in book.worksheets] == ["汇总", "01", "明细", "_校"]
    assert not any(
        stand.west.name in str(cell.value) for sheet in book for row in sheet for cell in row
    )


def test_one_unit_is_taken_by_itself(stand, cast, client):
    client.force_login(make_user(User.Role.AUDITOR, cast.city))

    book = saved(download(client, "review-sheet", stand.inspections[1].pk), stand.path)

    assert len(book.sheetnames) == 4
    assert verified(stand) == ""


def test_an_unfinished_round_has_no_review_sheets(stand, cast, client):
    type(stand.round).objects.filter(pk=stand.round.pk).update(state="scoring")
    client.force_login(cast.city_officer)

    for name, pk in (
        ("review-sheets", stand.round.pk),
        ("review-sheet", stand.inspections[0].pk),
    ):
        answer = client.post(reverse(f"evaluations:{name}", args=[pk]), follow=True)
        assert "结束" in answer.content.decode()


def test_a_large_round_is_written_in_the_background_for_what_one_may_see_then(
    stand, cast, client, monkeypatch
):
    monkeypatch.setattr("evaluations.views.review_sheets.AT_ONCE", 1)
    client.force_login(cast.city_officer)
    download(client, "review-sheets", stand.round.pk)
    job = Job.objects.get(name="evaluations.export_review_sheets")
    User.objects.filter(pk=cast.city_officer.pk).update(region=cast.west)

    export_review_sheets(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "共 1 个单位，可以下载。")
    assert StoredFile.objects.get(pk=job.result_id).name == "示例验收 评审表.xlsx"


def test_the_list_shows_finished_rounds_to_officers_and_auditors(stand, cast, client):
    build.make_inspection_round(cast.city, title="还在打分")
    client.force_login(make_officer(cast.city))

    page = client.get(reverse("evaluations:review-rounds")).content.decode()

    assert "示例验收" in page and "还在打分" not in page


def test_reading_costs_the_same_queries_for_one_unit_and_for_two(stand):
    def cost(rows):
        with CaptureQueriesContext(connection) as asked:
            write(stand, rows)
        return len(asked)

    every = Inspection.objects.filter(round=stand.round)
    cost(every)  # the tree of a published edition is read once and kept
    assert cost(every.filter(pk=stand.inspections[0].pk)) == cost(every)
