"""Workbooks out: typed cells, print set-up, and text that stays text."""

import csv
import io
import os
import re
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from portal.workbooks import WorkbookOut, read_table, write_workbook
from tests.factories import NOON
from tests.portal.workbooks import column

COLUMNS = [
    column("单位名称", lambda row: row[0]),
    column("命名日期", lambda row: row[1], "date"),
    column("得分", lambda row: row[2], "number"),
    column("登记时间", lambda row: row[3], "moment"),
]
ROWS = [
    ("示例东嘎查", date(2021, 5, 3), 92, None),
    ("示例西社区", None, Decimal("88.5"), None),
    ("示例（三）", datetime(2026, 11, 21, 20, tzinfo=UTC), None, NOON),
]


def written(rows=ROWS, columns=COLUMNS, **options):
    target = io.BytesIO()
    options = {"sheet": "名册", "title": "示范单位名册", "at": NOON, **options}
    write_workbook(target, columns=columns, rows=iter(rows), **options)
    target.seek(0)
    return target


def opened(target):
    return openpyxl.load_workbook(target).worksheets[0]


def test_dates_are_dates_numbers_numbers_and_text_text():
    sheet = opened(written())

    assert sheet["A4"].value == "示例东嘎查"
    assert (sheet["B4"].value, sheet["B4"].number_format) == (datetime(2021, 5, 3), "yyyy-mm-dd")
    assert (sheet["C4"].value, sheet["C5"].value) == (92, 88.5)
    assert (sheet["B5"].value, sheet["C6"].value) == (None, None)


def test_a_moment_is_shown_in_beijing_time_and_its_day_is_the_day_there():
    sheet = opened(written())

    moment, day = sheet["D6"], sheet["B6"]
    assert (moment.value, moment.number_format) == (datetime(2026, 11, 22, 12), "yyyy-mm-dd hh:mm")
    assert (day.value, day.number_format) == (datetime(2026, 11, 22), "yyyy-mm-dd")


def test_title_filter_and_time_stand_above_the_header():
    sheet = opened(written(facts=[("筛选条件", "东旗"), "仅供内部使用"]))

    above = [sheet.cell(row, 1).value for row in range(1, 6)]
    assert above == [
        "示范单位名册",
        "筛选条件：东旗",
        "仅供内部使用",
        "导出时间：2026-11-22 12:00",
        "单位名称",
    ]


def test_the_page_is_set_up_for_print():
    sheet = opened(written(exporter="审核人员&示例科"))

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", "A3:D6")
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddFooter.left.text == "导出人：审核人员&&示例科"


def test_a_wide_table_is_printed_across_pages_that_can_be_read():
    many = [column(f"第 {number} 项说明文字", lambda row: row[0]) for number in range(25)]

    sheet = opened(written(columns=many))

    assert sheet.page_setup.fitToWidth == 3
    assert sheet.print_title_cols == "$A:$B"


def test_widths_fit_what_is_in_the_columns():
    long = "示例莫力达瓦达斡尔族自治旗尼尔基镇中心社区"
    sheet = opened(written([(long, None, None, None), *ROWS]))

    assert len(long) * 2 <= sheet.column_dimensions["A"].width <= 50
    assert 10 <= sheet.column_dimensions["B"].width <= 20


def test_an_empty_list_is_still_a_workbook():
    sheet = opened(written([]))

    assert [cell.value for cell in sheet[3]] == ["单位名称", "命名日期", "得分", "登记时间"]
    assert sheet.max_row == 3


def test_what_does_not_fit_its_column_is_kept_as_text():
    sheet = opened(
        written([("x", "2021 年", "无", None), ("y", date(1899, 1, 1), float("nan"), "")])
    )

    assert [cell.value for cell in sheet[4]] == ["x", "2021 年", "无", None]
    assert [cell.value for cell in sheet[5]] == ["y", "1899-01-01", "nan", None]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    cell = opened(written([("长" * 40_000, None, None, None)]))["A4"]

    assert (len(cell.value), cell.value[-1]) == (32_767, "…")


def test_several_sheets_and_names_that_sheets_may_not_have():
    target = io.BytesIO()
    with WorkbookOut(target, at=NOON) as book:
        for name in ("2021/2022", "2021/2022", ""):
            book.add(name, title="示例", columns=COLUMNS, rows=ROWS)

    assert openpyxl.load_workbook(target).sheetnames == ["2021／2022", "2021／20222", "表"]


def test_progress_is_told_while_writing(monkeypatch):
    monkeypatch.setattr("portal.workbooks.out.TICK", 0)
    told = []

    written(ROWS[:1] * 1000, progress=told.append)

    assert told == sorted(told)
    assert 900 <= told[-1] <= 1000


def test_memory_stays_flat_as_rows_grow():
    peaks = []
    for count in (2_000, 20_000):
        tracemalloc.start()
        written(ROWS[0] for _ in range(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 4_000_000


def test_libreoffice_opens_it_and_reads_the_same(tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(written().getvalue())

    profile = f"-env:UserInstallation=file://{tmp_path}/lo"
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, path.name],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )

    lines = list(csv.reader((tmp_path / "名册.csv").open(encoding="utf-8")))
    assert lines[2:] == [
        ["单位名称", "命名日期", "得分", "登记时间"],
        ["示例东嘎查", "2021-05-03", "92", ""],
        ["示例西社区", "", "88.5", ""],
        ["示例（三）", "2026-11-22", "", "2026-11-22 12:00:00"],
    ]


def payloads(count):
    """Texts that some program has run, opened or fetched when a cell held them."""
    heads = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", " =", "'=", '"=', ""]
    tails = [
        "1+1",
        "cmd|'/c calc'!A1",
        'HYPERLINK("http://127.0.0.1/x","示例")',
        'WEBSERVICE("http://127.0.0.1/x")',
        "IMPORTXML(A1,1)",
        'DDE("cmd","/c calc","x")',
        "<f>1+1</f>",
        "http://127.0.0.1/x",
        "mailto:x@example.invalid",
        "internal:名册!A1",
        "external:x.xlsx",
        "{=SUM(1)}",
        '<r></t></is></c><c r="Z9"><f>1+1</f></c><c><is><t></r>',
        "_x003D_1+1",
    ]
    made = ['<r><t>x</t></r></is></c><c><f>1+1</f></c><c t="inlineStr"><is><r><t>y</t></r>']
    made += [head + tail for tail in tails for head in heads]
    return made[:count]


def test_no_payload_becomes_a_formula_or_a_link():
    texts = payloads(200)
    kinds = [column(kind, lambda text: text, kind) for kind in ("text", "date", "number", "tag")]

    target = written(texts, kinds, title="=1+1", facts=[("=a", "=b"), "=c"], exporter="=d")

    package = zipfile.ZipFile(target)
    xml = {name: package.read(name).decode() for name in package.namelist()}
    assert len(texts) == 200
    assert not [name for name in xml if "external" in name or "sheets/_rels" in name]
    assert not re.search(r"<(\w+:)?(f|hyperlinks?|ddeLink)[ >/]", "".join(xml.values()))
    sheet = openpyxl.load_workbook(target).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_every_payload_comes_back_as_it_was_typed(tmp_path):
    path = tmp_path / "x.xlsx"
    texts = [text for text in payloads(200) if "\r" not in text]
    path.write_bytes(written(texts, [column("名称", lambda text: text)]).getvalue())

    rows = read_table(path, "x.xlsx").sheets[0].rows[3:]

    assert [row.values[0].rstrip() for row in rows] == [text.rstrip() for text in texts]


@pytest.mark.parametrize("head", list("=+-@＝＋－＠\t\r"))
def test_text_that_a_sheet_might_run_carries_the_quote_prefix(head):
    sheet = opened(written([(f"{head}1+1", None, None, None), ("1+1", None, None, None)]))

    assert [sheet[f"A{n}"].quotePrefix for n in (4, 5)] == [True, False]


def test_a_failing_source_leaves_no_file_behind(tmp_path):
    def rows():
        yield ROWS[0]
        raise RuntimeError("gone")

    path = tmp_path / "x.xlsx"
    with pytest.raises(RuntimeError):
        write_workbook(path, sheet="x", title="x", columns=COLUMNS, rows=rows(), at=NOON)

    assert os.listdir(tmp_path) == []
