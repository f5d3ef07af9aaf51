"""Workbooks in: what is read as what, and what is refused in which words."""

import io
from datetime import datetime

import openpyxl
import pytest

from portal.errors import Refused
from portal.workbooks import Limits, read_pasted, read_table
from portal.workbooks import read as reading
from tests.portal.workbooks import workbook_parts, zipped


def sheet_of(tmp_path, cells="", **options):
    path = zipped(tmp_path / "x.xlsx", workbook_parts(cells, **options))
    return read_table(path, "名单.xlsx").sheets[0]


def values_of(sheet):
    return [row.values for row in sheet.rows]


def refusal(path, name="名单.xlsx", **options):
    with pytest.raises(Refused) as refused:
        read_table(path, name, **options)
    return str(refused.value)


def test_each_kind_of_cell_is_read_as_what_it_is(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["示例嘎查", 92, 88.5, True, datetime(2021, 5, 3), None, "x"])
    book.save(tmp_path / "x.xlsx")

    sheet = read_table(tmp_path / "x.xlsx", "x.xlsx").sheets[0]

    assert values_of(sheet) == [["示例嘎查", 92, 88.5, True, datetime(2021, 5, 3), None, "x"]]
    assert [type(value) for value in sheet.rows[0].values[1:4]] == [int, float, bool]
    assert sheet.rows[0].formats[5] == "yyyy-mm-dd h:mm:ss"


@pytest.mark.parametrize("style", [1, 2, 3, 4])
def test_chinese_date_formats_make_a_date_of_a_serial_number(tmp_path, style):
    sheet = sheet_of(tmp_path, f'<c r="A1" s="{style}"><v>44319</v></c><c s="0"><v>44319</v></c>')

    assert values_of(sheet) == [[datetime(2021, 5, 3), 44319]]


def test_the_format_tells_a_month_from_a_day(tmp_path):
    sheet = sheet_of(tmp_path, '<c s="3"><v>44317</v></c><c s="4"><v>44317</v></c>')

    assert sheet.rows[0].formats == {1: "yyyy年m月", 2: 'yyyy"年"m"月"'}


def test_dates_may_count_from_1904(tmp_path):
    parts = workbook_parts('<c s="1"><v>42857</v></c>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    sheet = read_table(zipped(tmp_path / "x.xlsx", parts), "x.xlsx").sheets[0]

    assert values_of(sheet) == [[datetime(2021, 5, 3)]]


def test_a_formula_is_a_fault_with_its_place_and_its_value_is_not_trusted(tmp_path):
    cells = (
        '<c r="A1" t="str"><f>1+1</f><v>示例</v></c><c r="B1"><f t="shared" si="0"/><v>2</v></c>'
    )
    sheet = sheet_of(tmp_path, cells + '<c r="C1"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>')

    assert values_of(sheet) == [[None, None, 1]]
    assert [(fault.place, fault.text) for fault in sheet.faults] == [
        ("“名单”表 A1", "“名单”表 A1 是公式，请复制后“粘贴为数值”再传。"),
        ("“名单”表 B1", "“名单”表 B1 是公式，请复制后“粘贴为数值”再传。"),
        ("“名单”表 D1", "“名单”表 D1 是错误值 #N/A，请改为实际内容。"),
    ]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    sheet = sheet_of(tmp_path, '<c r="A1" t="s"><v>0</v></c>', strings=["=1+1"])

    assert (values_of(sheet), sheet.faults) == ([["=1+1"]], [])


def test_rich_text_is_joined_and_the_phonetic_guide_left_out(tmp_path):
    cells = (
        '<c t="inlineStr"><is><r><t>东</t></r><r><rPr/><t>嘎查</t></r>'
        "<rPh><t>dong</t></rPh></is></c>"
    )
    assert values_of(sheet_of(tmp_path, cells)) == [["东嘎查"]]


def test_escaped_control_characters_do_not_come_through(tmp_path):
    sheet = sheet_of(
        tmp_path, '<c t="s"><v>0</v></c>', strings=["一_x000D__x0000_二_xD800_三_x005F_"]
    )

    assert values_of(sheet) == [["一二三_"]]


def test_empty_rows_do_not_count_and_numbers_are_those_of_the_sheet(tmp_path):
    rows = '<row r="3"><c r="B3"><v>1</v></c></row><row r="900000"><c s="1"/></row>'
    sheet = sheet_of(tmp_path, rows=rows)

    assert [(row.number, row.values, row.at(2), row.at(9)) for row in sheet.rows] == [
        (3, [None, 1], 1, None)
    ]


def test_merged_cells_can_be_filled(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c>'
        '<c r="B2"><v>3</v></c></row><row r="3"><c r="B3"><v>4</v></c></row>'
    )
    merges = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/></mergeCells>'
    sheet = sheet_of(tmp_path, rows=rows, after=merges)

    assert [row.values for row in sheet.filled()] == [[1, 1, 1], [2, 3], [2, 4]]
    assert values_of(sheet) == [[1], [2, 3], [None, 4]]


def test_hidden_sheets_are_named_as_such(tmp_path):
    parts = workbook_parts('<c r="A1"><v>1</v></c>', names=("名单", "旧"))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        'sheetId="2"', 'sheetId="2" state="veryHidden"'
    )
    table = read_table(zipped(tmp_path / "x.xlsx", parts), "x.xlsx")

    assert [(sheet.name, sheet.hidden) for sheet in table.sheets] == [("名单", False), ("旧", True)]


FILES = {
    "empty": (b"", "x.xlsx", "“x.xlsx”是空文件"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "x.xls", "另存为 .xlsx"),
    "et": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
        "名单.et",
        "“名单.et”是 .et 文件，请在",
    ),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "x.xlsx", "是旧格式工作簿"),
    "locked": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "x.xlsx",
        "设有打开密码，没有读取任何内容。请取消密码",
    ),
    "pdf": (b"%PDF-1.7", "x.xlsx", "实际是 PDF 文件"),
    "html": (b"\xef\xbb\xbf <html><table>", "x.xlsx", "实际是网页文件"),
    "html as csv": (b"<table><tr>", "x.csv", "实际是网页文件"),
    "text": ("单位名称\n示例".encode(), "x.xlsx", "只是改了扩展名或已损坏"),
    "cut": (b"PK\x03\x04" + b"x" * 100, "x.xlsx", "已损坏，打不开"),
    "image": (b"\x89PNG\r\n\x1a\n\x00\x00", "x.csv", "认不出文字编码或不是文本"),
    "big": (b"x" * (10 * 1024 * 1024 + 1), "x.csv", "超过 10 MB"),
    "quotes": (b'a,"b\n' + b"c" * 70_000, "x.csv", "一格 70002 个字，超过 32767 个"),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_no_list_is_told_what_to_do(tmp_path, kind):
    content, name, words = FILES[kind]
    path = tmp_path / "upload"
    path.write_bytes(content)

    told = refusal(path, name)

    assert words in told
    assert "没有读取任何内容" in told


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"xl/vbaProject.bin": b"x"}, "带有宏"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "带有宏"),
        ({"word/document.xml": "<x/>"}, "实际是 Word 文档"),
        ({"content.xml": "<x/>"}, "不是 .xlsx 格式"),
        ({"xl/workbook.bin": b"x"}, "不是 .xlsx 格式"),
        ({"xl/workbook.xml": "<workbook"}, "已损坏，打不开"),
        ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c r='A1'><v>x"}, "已损坏"),
    ],
)
def test_what_does_not_belong_in_a_workbook_is_refused(tmp_path, extra, words):
    path = zipped(tmp_path / "x.xlsx", {**workbook_parts("<c><v>1</v></c>"), **extra})

    assert words in refusal(path)


def test_a_zip_of_something_else_is_not_a_workbook(tmp_path):
    path = zipped(tmp_path / "x.xlsx", {"名单.xlsx": b"x"})

    assert "是压缩包，不是 Excel 工作簿" in refusal(path)


def test_a_broken_byte_is_noticed(tmp_path):
    path = zipped(tmp_path / "x.xlsx", workbook_parts("<c><v>1</v></c>"), compression=0)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"<v>1") + 3] = ord("2")
    path.write_bytes(raw)

    assert "已损坏，打不开" in refusal(path)


def test_a_workbook_without_content_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "x.xlsx")

    assert "“名单.xlsx”里没有内容" in refusal(tmp_path / "x.xlsx")


def test_ten_megabytes_in_one_cell_are_named_with_their_place(tmp_path):
    cells = '<c r="B1" t="s"><v>0</v></c>'
    path = zipped(tmp_path / "x.xlsx", workbook_parts(cells, strings=["长" * 3_400_000]))

    assert refusal(path) == (
        "“名单.xlsx”的“名单”表 B1 有 3400000 个字，超过 32767 个，没有读取任何内容。请删短后再传。"
    )


def test_one_far_cell_is_named_with_its_place(tmp_path):
    rows = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = zipped(tmp_path / "x.xlsx", workbook_parts(rows=rows))

    assert "“名单”表 XFD1048576 有内容，超出 60 列" in refusal(path)


def test_too_many_rows_are_refused_with_the_row_reached(tmp_path):
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 7))
    path = zipped(tmp_path / "x.xlsx", workbook_parts(rows=rows))

    assert "“名单”表超过 5 行（读到第 6 行）" in refusal(path, limits=Limits(rows=5))


def test_a_child_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BOOT", "import time; time.sleep(60)")
    path = zipped(tmp_path / "x.xlsx", workbook_parts())

    assert "在规定的时间和内存内读不完" in refusal(path, limits=Limits(wall_seconds=0.3))


def test_a_child_that_wants_too_much_memory_is_told_no(tmp_path, monkeypatch):
    greedy = reading.BOOT.replace("main()", "import portal.workbooks.child as c; c.WORK['read'] = ")
    monkeypatch.setattr(reading, "BOOT", greedy + "lambda *_: [bytes(900 << 20)]; main()")
    path = zipped(tmp_path / "x.xlsx", workbook_parts())

    assert "在规定的时间和内存内读不完" in refusal(path)


def test_the_child_knows_neither_django_nor_the_settings(tmp_path, monkeypatch):
    spying = reading.BOOT + "; print([name for name in sys.modules if 'django' in name])"
    path = tmp_path / "x.csv"
    path.write_text("单位名称")
    monkeypatch.setattr(reading, "BOOT", spying)
    lines = []
    monkeypatch.setattr(
        reading, "_events", lambda child, *_: lines.extend(_talk(child, path)) or []
    )

    with pytest.raises(Refused, match="没有内容"):
        read_table(path, "x.csv")

    assert lines[-1] == b"[]\n"


def _talk(child, path):
    import json
    from dataclasses import asdict

    order = {"work": "read", "path": str(path), "name": "x.csv", "limits": asdict(Limits())}
    said, _ = child.communicate(json.dumps(order).encode())
    return io.BytesIO(said).readlines()


TEXT = "单位名称,地区\n示例东嘎查,东旗\n\n=1+1,\n"


@pytest.mark.parametrize(
    "encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_csv_is_read_in_the_encodings_offices_save(tmp_path, encoding):
    path = tmp_path / "x.csv"
    path.write_bytes(TEXT.encode(encoding))

    sheet = read_table(path, "x.csv").sheets[0]

    assert [(row.number, row.values) for row in sheet.rows] == [
        (1, ["单位名称", "地区"]),
        (2, ["示例东嘎查", "东旗"]),
        (4, ["=1+1"]),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "，"])
def test_the_delimiter_is_found(tmp_path, mark):
    path = tmp_path / "x.csv"
    path.write_text(
        f'单位{mark}地区{mark}备注\n"示例{mark}一"{mark}东旗{mark}甲 乙\n', encoding="utf-8"
    )

    rows = read_table(path, "x.csv").sheets[0].rows

    assert [row.values for row in rows] == [
        ["单位", "地区", "备注"],
        [f"示例{mark}一", "东旗", "甲 乙"],
    ]


def test_pasted_rows_are_cut_at_tabs():
    sheet = read_pasted('单位名称\t地区\n"示例\n嘎查"\t东旗\n').sheets[0]

    assert values_of(sheet) == [["单位名称", "地区"], ["示例\n嘎查", "东旗"]]


def test_pasted_html_keeps_spans_and_leaves_out_what_is_not_text():
    html = """<html><style>td{}</style><p>通知</p><TABLE><tr><th colspan=2>名单</th><th>年</th></tr>
    <tr><td rowspan="2">东旗</td><td>示例<br>嘎查 <script>alert(1)</script></td><td>2021</td></tr>
    <tr><td>示例&amp;社区<td>2022</tr></TABLE>"""
    sheet = read_pasted(html).sheets[0]

    assert values_of(sheet) == [
        ["名单", "名单", "年"],
        ["东旗", "示例 嘎查", "2021"],
        ["东旗", "示例&社区", "2022"],
    ]


def test_two_pasted_tables_are_two_sheets():
    html = "<table><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>"

    assert [sheet.name for sheet in read_pasted(html).sheets] == ["表1", "表2"]


def test_nothing_pasted_is_told():
    with pytest.raises(Refused, match="还没有粘贴内容"):
        read_pasted("  \n")


def test_a_pasted_span_cannot_make_a_table_of_any_width():
    with pytest.raises(Refused, match="超过 60 列"):
        read_pasted("<table><tr>" + "<td colspan=60>x</td>" * 2)
