"""Bad rows come back in their own workbook, marked."""

import openpyxl

from portal.workbooks import Fault, mark_faults, read_pasted, read_table
from tests.portal.workbooks import workbook_parts, zipped


def marks_in(path):
    """{place: (words, colour)} of every commented cell of the first sheet."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    return {c.coordinate: (c.comment.text, c.comment.author, c.fill.fgColor.rgb) for c in cells}


def test_faulty_cells_are_coloured_and_commented_and_the_rest_is_as_it_was(tmp_path):
    source = zipped(tmp_path / "x.xlsx", workbook_parts('<c t="s"><v>0</v></c>', strings=["=示例"]))
    faults = [
        Fault("名单", 1, 2, "没有填写地区。"),
        Fault("名单", 1, 2, "日期不对。"),
        Fault("名单", 3, None, "整行重复。"),
    ]

    mark_faults(source, faults, tmp_path / "out.xlsx")

    assert marks_in(tmp_path / "out.xlsx") == {
        "B1": ("没有填写地区。\n日期不对。", "门户", "00FFF2B8"),
        "A3": ("整行重复。", "门户", "00FFF2B8"),
    }
    sheet = read_table(tmp_path / "out.xlsx", "out.xlsx").sheets[0]
    assert (sheet.rows[0].values, sheet.faults) == (["=示例"], [])


def test_marks_of_the_round_before_are_gone(tmp_path):
    source = zipped(tmp_path / "x.xlsx", workbook_parts("<c><v>1</v></c><c><v>2</v></c>"))
    mark_faults(source, [Fault("名单", 1, 1, "一")], tmp_path / "first.xlsx")

    mark_faults(tmp_path / "first.xlsx", [Fault("名单", 1, 2, "二")], tmp_path / "second.xlsx")

    assert list(marks_in(tmp_path / "second.xlsx")) == ["B1"]
    first = openpyxl.load_workbook(tmp_path / "second.xlsx").worksheets[0]["A1"]
    assert first.fill.fill_type is None


def test_a_csv_and_pasted_text_come_back_as_workbooks_with_their_rows_in_place(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("单位名称,地区\n\n=1+1,东旗\n", encoding="gb18030")
    pasted = read_pasted("单位名称\t地区\n\n=1+1\t东旗")

    for source in (path, pasted):
        mark_faults(source, [Fault("", 3, 1, "名称不对。")], tmp_path / "out.xlsx", name="x.csv")

        assert list(marks_in(tmp_path / "out.xlsx")) == ["A3"]
        sheet = read_table(tmp_path / "out.xlsx", "out.xlsx").sheets[0]
        assert [row.values for row in sheet.rows] == [["单位名称", "地区"], ["=1+1", "东旗"]]
        assert sheet.faults == []
