"""A score book that comes back wrong: each problem is named, nothing applied."""

from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest

from evaluations.models import ScoreImport
from evaluations.operations import score_books as operations
from evaluations.sheets import manifest as signed
from portal.errors import Refused
from tests.evaluations import books
from tests.evaluations import factories as build
from tests.evaluations.books import REASON, VALUE, confirm, edit, fill, read, scores, take_in


@pytest.fixture
def stand(cast, settings, tmp_path):
    return books.lay_out_book(cast, settings, tmp_path)


def faults(stand, person=None):
    return [each[3] for each in read(stand.path, person or stand.one).faults]


BAD = [
    (61, "61 超过满分 60"),
    (0.3, "0.3 不是 0.5 的倍数"),
    (-1, "-1 小于 0"),
    ("良好", "“良好”不是数字，请只填分值"),
    (date(2026, 5, 1), "是日期，请改为分值或文字"),
    ("=50+5", "是公式"),
    (True, "是逻辑值，请填分值"),
]


@pytest.mark.parametrize(("value", "sentence"), BAD)
def test_each_bad_value_is_named_with_sheet_and_cell(stand, value, sentence):
    fill(stand.path, stand.east, {("1.1", VALUE): value, ("1.2", VALUE): 20})

    (told,) = faults(stand)

    assert sentence in told
    assert f"{stand.east.name}”表 G6" in told
    assert told.endswith("。")


def test_full_width_and_text_figures_are_figures(stand):
    fill(stand.path, stand.east, {("1.1", VALUE): "４８．５", ("1.2", VALUE): " 20 "})

    imported = take_in(stand.path, stand.one)
    confirm(imported, stand.one)

    now = scores(stand)
    assert (now[stand.east, "1.1"].value, now[stand.east, "1.2"].value) == (D("48.5"), 20)


def test_all_faults_are_told_at_once_and_nothing_is_applied(stand):
    fill(stand.path, stand.east, {("1.1", VALUE): 61, ("F1", VALUE): "也许"})
    fill(stand.path, stand.west, {("1.2", REASON): "很" * 301, ("1.1", VALUE): 40})

    imported = take_in(stand.path, stand.one)

    assert imported.state == ScoreImport.State.FAULTY
    assert len(imported.faults) == 3
    assert any("301 个字，超过 300 个" in each[3] for each in imported.faults)
    with pytest.raises(Refused, match="没有再次导入"):
        confirm(imported, stand.one)
    assert (stand.west, "1.1") not in scores(stand)


def test_a_renamed_sheet_is_known_and_told(stand):
    def rename(book):
        sheet = next(each for each in book.worksheets if stand.east.name in each.title)
        sheet.title = "我的表"

    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    source = read(edit(stand.path, rename), stand.one)

    assert source.faults == []
    assert any("被改名为“我的表”，仍按" in note for note in source.notes)
    assert not operations.unchanged(source, actor=stand.one)


def test_moved_rows_are_refused_with_the_place(stand):
    def move(book):
        sheet = next(each for each in book.worksheets if stand.east.name in each.title)
        sheet.insert_rows(6)

    (told,) = faults(stand) if edit(stand.path, move) else ()

    assert "第 6 行应为“1.1”，现为“空白”" in told
    assert "请移回原处，或重新导出" in told


def test_lifted_protection_is_told_and_not_fatal(stand):
    def lift(book):
        for sheet in book.worksheets:
            sheet.protection.sheet = False

    source = read(edit(stand.path, lift), stand.one)

    assert source.faults == []
    assert sum("保护已被取消" in note for note in source.notes) == 2


def test_a_missing_and_a_doubled_sheet_are_told(stand):
    def spoil(book):
        east = next(each for each in book.worksheets if stand.east.name in each.title)
        west = next(each for each in book.worksheets if stand.west.name in each.title)
        book.copy_worksheet(east).title = "抄一份"
        book.remove(west)

    source = read(edit(stand.path, spoil), stand.one)

    assert any("两张表都是" in each[3] for each in source.faults)
    assert any(f"“{stand.west.name}”的分数不导入" in note for note in source.notes)


def test_somebody_elses_book_is_refused(stand):
    with pytest.raises(Refused, match="导出给另一位测评人员的，只能由本人导入，没有导入任何内容"):
        read(stand.path, stand.two)


def test_a_forged_manifest_is_refused(stand):
    def forge(book):
        cell = book[signed.SHEET]["A2"]
        cell.value = ("A" if cell.value[0] != "A" else "B") + cell.value[1:]

    with pytest.raises(Refused, match="校验信息被改动过"):
        read(edit(stand.path, forge), stand.one)


def test_a_manifest_signed_by_another_portal_is_refused(stand, settings):
    settings.SECRET_KEY = "another" * 10

    with pytest.raises(Refused, match="校验信息被改动过"):
        read(stand.path, stand.one)


def test_any_other_workbook_is_refused(stand, tmp_path):
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "名单"
    book.save(path)

    with pytest.raises(Refused, match="不是门户导出的打分工作簿"):
        read(path, stand.one)


def test_a_book_of_another_edition_is_refused(stand, cast):
    other = build.make_edition(cast.city)
    stand.inspections[0].__class__.objects.filter(pk=stand.inspections[0].pk).update(edition=other)

    with pytest.raises(Refused, match="现在用的测评体系与工作簿不同，没有导入任何内容"):
        read(stand.path, stand.one)


def test_a_withdrawn_unit_is_left_out_and_told(stand):
    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    stand.task.__class__.objects.filter(pk=stand.task.pk).update(state="withdrawn")

    source = read(stand.path, stand.one)

    assert any("打分任务已撤回或改派" in note for note in source.notes)
    assert operations.unchanged(source, actor=stand.one)
