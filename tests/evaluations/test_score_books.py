"""A score book goes out, is filled in, comes back: nothing is overwritten, nothing half applied."""

from decimal import Decimal as D

import openpyxl
import pytest

from evaluations.models import ScoreImport
from evaluations.operations import score_books as operations
from evaluations.operations.corrections import ask_correction
from evaluations.rules.items import Item, score_fault
from evaluations.sheets import manifest as signed
from evaluations.sheets import merge
from evaluations.sheets.comparison import Comparison
from evaluations.sheets.score_rules import validation
from portal.errors import Refused
from portal.models import AuditEvent
from portal.workbooks import read_table
from tests.evaluations import books
from tests.evaluations.books import (
    COMMENT,
    LATER,
    REASON,
    VALUE,
    confirm,
    edit,
    export,
    fill,
    give,
    read,
    scores,
    take_in,
)
from tests.evaluations.rounds import fetch
from tests.factories import NOON


@pytest.fixture
def stand(cast, settings, tmp_path):
    return books.lay_out_book(cast, settings, tmp_path)


def test_each_unit_has_a_sheet_with_its_items_and_what_was_scored_so_far(stand):
    book = openpyxl.load_workbook(stand.path)

    assert len(book.sheetnames) == 4
    assert book.sheetnames[0] == "填写说明"
    sheet = book[next(name for name in book.sheetnames if stand.east.name in name)]
    row = books.row_of(sheet, "1.1")
    assert (sheet[f"B{row}"].value, sheet[f"D{row}"].value) == ("学习", 60)
    assert (sheet[f"G{row}"].value, sheet[f"H{row}"].value) == (50, "缺少记录")
    assert sheet[f"G{books.row_of(sheet, '1.2')}"].value is None


def test_only_the_input_cells_are_unlocked(stand):
    book = openpyxl.load_workbook(stand.path)

    for sheet in book.worksheets[1:-1]:
        assert sheet.protection.sheet
        rows = {books.row_of(sheet, code) for code in ("1.1", "1.2", "J1", "F1")}
        loose = {
            cell.coordinate
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked
        }
        assert loose == {f"{column}{row}" for column in "GHI" for row in rows}
    assert book.worksheets[-1].sheet_state == "veryHidden"


def test_totals_are_formulas_and_say_what_the_scores_say(stand):
    formulas = openpyxl.load_workbook(stand.path)
    values = openpyxl.load_workbook(stand.path, data_only=True)
    name = next(name for name in values.sheetnames if stand.east.name in name)

    assert formulas[name]["G3"].value.startswith("=MAX(")
    assert values[name]["G3"].value == 50
    assert values[name]["B3"].value == "已打 1 / 2 项"


def test_the_only_formulas_and_links_are_those_of_the_template(stand):
    stand.east.__class__.objects.filter(pk=stand.east.pk).update(name="=HYPERLINK(0)")
    give(stand, "1.2", D(20), reason="@SUM(1+1)", comment="=1+1")

    book = openpyxl.load_workbook(export(stand.round, stand.one, stand.path))

    declared = {"G3", "B3", "H3", "G5", "G8", "E12", "E13", "F12", "F13"}
    for sheet in book.worksheets:
        for cell in (each for row in sheet.iter_rows() for each in row):
            if cell.data_type == "f":
                assert cell.coordinate in declared, cell.coordinate
            if cell.hyperlink:
                assert (cell.hyperlink.target or "").startswith("http://portal.example/") or (
                    cell.hyperlink.location
                )


def test_cells_say_what_may_be_typed(stand):
    book = openpyxl.load_workbook(stand.path)
    sheet = next(each for each in book.worksheets if stand.east.name in each.title)

    rules = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    score = rules[f"G{books.row_of(sheet, '1.1')}"]
    assert (score.type, "<=60" in score.formula1, "0.5" in score.formula1) == ("custom", True, True)
    assert rules[f"G{books.row_of(sheet, 'F1')}"].formula1 == '"是,否"'
    assert any(each.type == "textLength" and each.formula1 == "300" for each in rules.values())


def test_an_unchanged_book_says_nothing_new(stand, django_assert_max_num_queries):
    edit(stand.path, lambda book: None)

    source = read(stand.path, stand.one)

    assert (source.faults, source.notes) == ([], [])
    assert operations.unchanged(source, actor=stand.one)


def test_what_was_typed_is_written_once_confirmed(stand):
    fill(
        stand.path,
        stand.west,
        {
            ("1.1", VALUE): 55.5,
            ("1.1", REASON): "台账不全",
            ("1.2", VALUE): "30",
            ("F1", VALUE): "是",
            ("F1", REASON): "整改期内",
            ("J1", COMMENT): "可推广",
        },
    )
    imported = take_in(stand.path, stand.one)

    done = confirm(imported, stand.one)

    assert (done.state, done.applied) == (ScoreImport.State.APPLIED, 6)
    now = scores(stand)
    row = now[stand.west, "1.1"]
    assert (row.value, row.reason, row.source) == (D("55.5"), "台账不全", "workbook")
    assert now[stand.west, "1.2"].value == 30
    assert (now[stand.west, "F1"].hit, now[stand.west, "F1"].reason) == (True, "整改期内")
    assert (now[stand.west, "J1"].value, now[stand.west, "J1"].comment) == (None, "可推广")
    assert now[stand.east, "1.1"].source == "screen"
    line = AuditEvent.objects.get(action="scoreimport.apply")
    assert line.after == {"cells": 6, "units": 1, "sha256": imported.file.sha256}


def test_three_sides_are_told_apart_cell_by_cell(stand):
    fill(
        stand.path,
        stand.east,
        {("1.1", VALUE): 48, ("1.1", COMMENT): "看过现场", ("1.2", VALUE): 20},
    )
    give(stand, "1.1", D(52), reason="缺少记录和照片")
    give(stand, "1.2", D(20))

    compared = Comparison(take_in(stand.path, stand.one).content, stand.one)

    unit = next(each for each in compared.units if each.unit == stand.east)
    told = {
        (unit.entries[cell.indicator].item.code, cell.field): cell.verdict for cell in unit.cells
    }
    assert told["1.1", "value"] == merge.CONFLICT
    assert told["1.1", "reason"] == merge.THEIRS
    assert told["1.1", "comment"] == merge.MINE
    assert told["1.2", "value"] == merge.UNCHANGED


@pytest.mark.parametrize(("pick", "value"), [("mine", D(48)), ("theirs", D(52))])
def test_a_conflict_goes_as_the_person_chooses(stand, pick, value):
    fill(stand.path, stand.east, {("1.1", VALUE): 48, ("1.1", COMMENT): "看过现场"})
    give(stand, "1.1", D(52), reason="缺少记录")
    imported = take_in(stand.path, stand.one)
    compared = Comparison(imported.content, stand.one)
    key = next(cell.key for cell in compared.units[0].of(merge.CONFLICT))

    confirm(imported, stand.one, picks={key: pick})

    row = scores(stand)[stand.east, "1.1"]
    assert (row.value, row.reason, row.comment) == (value, "缺少记录", "看过现场")


def test_an_undecided_conflict_writes_nothing(stand):
    fill(stand.path, stand.east, {("1.1", VALUE): 48, ("1.2", VALUE): 20})
    give(stand, "1.1", D(52))
    imported = take_in(stand.path, stand.one)

    with pytest.raises(Refused, match="还有 1 处两边都改了的没有选定，没有导入任何内容"):
        confirm(imported, stand.one)

    assert (stand.east, "1.2") not in scores(stand)


def test_what_is_not_ticked_is_not_written(stand):
    fill(stand.path, stand.east, {("1.1", COMMENT): "看过现场", ("1.2", VALUE): 20})
    imported = take_in(stand.path, stand.one)
    compared = Comparison(imported.content, stand.one)
    leave = [cell.key for cell in compared.units[0].of(merge.MINE) if cell.field == "comment"]

    confirm(imported, stand.one, leave=leave)

    now = scores(stand)
    assert (now[stand.east, "1.1"].comment, now[stand.east, "1.2"].value) == ("", 20)


def test_a_score_given_on_screen_while_one_looks_stops_the_import(stand):
    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    imported = take_in(stand.path, stand.one)
    compared = Comparison(imported.content, stand.one)
    take = {cell.key for cell in compared.units[0].of(merge.MINE)}
    give(stand, "1.2", D(10))

    with pytest.raises(Refused, match="又有变动，没有导入任何内容"):
        operations.apply_import(
            imported, take=take, picks={}, mark=compared.mark, actor=stand.one, at=LATER
        )

    assert scores(stand)[stand.east, "1.2"].value == 10


def test_a_book_is_applied_once(stand):
    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    imported = take_in(stand.path, stand.one)
    confirm(imported, stand.one)

    with pytest.raises(Refused, match="已导入，没有再次导入"):
        confirm(imported, stand.one)


def test_after_the_signature_nothing_is_taken(stand):
    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    sheet = stand.task.sheets.get()
    sheet.signed_at = NOON
    sheet.save()
    stand.task.__class__.objects.filter(pk=stand.task.pk).update(state="signed")
    imported = take_in(stand.path, stand.one)

    compared = Comparison(imported.content, stand.one)
    assert "已签字，签字后的分数不能再导入" in compared.units[0].closed
    with pytest.raises(Refused, match="没有选中任何要写入的格，没有导入任何内容"):
        confirm(imported, stand.one)


def test_a_book_from_before_a_correction_is_stale(stand):
    sheet = stand.task.sheets.get()
    fill(stand.path, stand.east, {("1.2", VALUE): 20})
    sheet.signed_at = NOON
    sheet.save()
    stand.task.__class__.objects.filter(pk=stand.task.pk).update(state="signed")
    ask_correction(fetch(stand.task), reason="看错一处", actor=stand.one, at=NOON)

    compared = Comparison(take_in(stand.path, stand.one).content, stand.one)

    assert "已开始第 2 版更正，请重新导出" in compared.units[0].closed


def test_the_manifest_survives_the_way_through_openpyxl(stand):
    edit(stand.path, lambda book: None)

    hidden = next(
        each for each in read_table(stand.path, "x.xlsx").sheets if each.name == signed.SHEET
    )
    assert hidden.hidden
    assert read(stand.path, stand.one).round == stand.round


def test_a_large_manifest_is_cut_into_cells_and_put_together():
    lines = tuple(
        signed.Line(n, n, f"{n}", "range", (str(n), "理由" * 100 + str(n * 7919), ""))
        for n in range(900)
    )
    made = signed.Manifest(1, 2, "x", (signed.Part(1, 1, 0, "甲", "甲", lines),))

    cells = signed.pieces(made)

    assert signed.opened(cells) == made
    assert max(map(len, cells)) <= signed.PIECE


def test_a_deduction_is_held_to_its_occurrences_in_the_cell_as_on_the_server():
    item = Item(code="K1", section="K", kind="deduction", each=D(2))

    rule = validation(item, "G9")

    assert rule["value"] == "=AND(ISNUMBER(G9),G9>=0,G9<=100,ABS(G9/2-ROUND(G9/2,0))<0.000001)"
    assert not score_fault(item, D(4)) and score_fault(item, D(3)) and score_fault(item, D(102))
