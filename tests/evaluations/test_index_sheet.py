"""An index is read from a commission's own file; what doesn't fit is told with sheet and cell."""

import subprocess
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from openpyxl import Workbook, load_workbook

from evaluations.index_sheet import headings
from evaluations.index_sheet.listing import read
from evaluations.index_sheet.reading import sheets_of
from evaluations.index_sheet.writing import write
from portal.workbooks import read_table

HEAD = [
    "一级指标",
    "二级指标",
    "测评标准",
    "分值",
    "测评方法",
    "资料收集和归档",
    "责任单位及责任人",
]
ROWS = [
    [
        "一、组织领导（20分）",
        "加强学习",
        "中心组专题学习",
        12,
        "听取汇报、材料审核",
        "学习计划",
        "办公室",
    ],
    [None, None, "干部培训", "５", "材料审核", None, None],
    [None, "健全机制", "主要领导任组长", "3分", "材料审核", "成立文件", None],
    ["二、宣传教育", None, "专栏与标牌", 2.5, "实地察看", None, None],
    ["加分项", None, "上级推广", 4, None, "文件", None],
    ["一票否决", None, "发生影响民族团结的重大事件", "一票否决", None, None, None],
]


def sheet_file(tmp_path, rows, merges=(), name="机关", top=(), head=HEAD):
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in [*top, head, *rows]:
        sheet.append(row)
    for block in merges:
        sheet.merge_cells(block)
    path = tmp_path / "机关指标.xlsx"
    book.save(path)
    return path


def reading(path):
    table = read_table(path, path.name)
    return read(*sheets_of(table)[0])


def taken(tmp_path, rows, **more):
    return reading(sheet_file(tmp_path, rows, **more))


def by_code(out):
    return {node["code"]: node for node in out.nodes}


def test_blocks_items_and_their_cells_are_read(tmp_path):
    out = taken(tmp_path, ROWS, merges=["A2:A4", "B2:B3"])

    nodes = by_code(out)
    assert out.faults == []
    assert [(n["tier"], n["code"], n["parent"], n["text"]) for n in out.nodes[:5]] == [
        ("section", "1", "", "组织领导"),
        ("group", "1.1", "1", "加强学习"),
        ("item", "1.1.1", "1.1", "中心组专题学习"),
        ("item", "1.1.2", "1.1", "干部培训"),
        ("group", "1.2", "1", "健全机制"),
    ]
    assert nodes["1"]["points"] == D(20)
    first = nodes["1.1.1"]
    assert (first["points"], first["methods"]) == (D(12), ["听取汇报", "材料审核"])
    assert (first["evidence_asked"], first["department"]) == ("学习计划", "办公室")
    assert first["where"] == "“机关”表 D2"


def test_full_width_figures_and_half_points_are_figures(tmp_path):
    nodes = by_code(taken(tmp_path, ROWS))

    assert nodes["1.1.2"]["points"] == D(5)
    assert nodes["1.2.1"]["points"] == D(3)
    assert nodes["2.1"]["points"] == D("2.5")


def test_sections_of_bonus_and_veto_are_known_by_their_names(tmp_path):
    kinds = {n["text"]: n.get("kind") for n in taken(tmp_path, ROWS).nodes}

    assert kinds["上级推广"] == "bonus"
    assert kinds["发生影响民族团结的重大事件"] == "veto"
    assert kinds["专栏与标牌"] == "range"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("三分左右", "“机关”表 D3：“三分左右”不是分值，请只写数字。"),
        ("2-5", "“机关”表 D3：“2-5”不是分值"),
        (True, "“机关”表 D3：“是”是日期或是非值，不是分值"),
        (None, "“机关”表 D3：没有写分值。"),
        (1.234, "“机关”表 D3：“1.234”的小数多于两位"),
        (99999, "“机关”表 D3：“99999”过大"),
        ("=1+1", "“机关”表 D3 是公式"),
    ],
)
def test_points_that_cannot_be_read_are_told_with_their_cell(tmp_path, value, words):
    rows = [list(row) for row in ROWS]
    rows[1][3] = value

    faults = taken(tmp_path, rows).faults

    assert len(faults) == 1
    assert faults[0].text.startswith(words)
    assert (faults[0].row, faults[0].column) == (3, 4)


def test_one_figure_for_several_items_is_not_split(tmp_path):
    faults = taken(tmp_path, ROWS, merges=["D2:D3"]).faults

    assert [each.text for each in faults] == [
        "“机关”表 D2：D2:D3 几个要点合用一个分值，请把每个要点的分值分别写明。"
    ]


def test_printed_sums_that_disagree_are_told_and_kept_as_printed(tmp_path):
    rows = [
        *ROWS[:3],
        ["小计", None, None, 21],
        ROWS[3],
        ["合计", None, None, 22.5],
    ]

    out = taken(tmp_path, rows)

    assert [each.text for each in out.doubts] == ["“机关”表 D5：小计写 21 分，上方要点合计 20 分。"]
    assert out.facts["total"] == "22.5"
    assert out.faults == []


def test_a_sum_by_formula_is_left_aside_and_said(tmp_path):
    out = taken(tmp_path, [*ROWS, ["合计", None, None, "=SUM(D2:D7)"]])

    assert out.faults == []
    assert "“机关”表第 8 行的“合计”是公式，没有读取；各项合计由门户自己算。" in out.notes


def test_the_same_code_twice_is_told_with_both_cells(tmp_path):
    head = ["一级指标", "编号", "测评要点", "分值"]
    rows = [["组织领导", "1.1", "学习", 5], [None, "１．１", "机制", 5]]

    faults = taken(tmp_path, rows, head=head).faults

    assert [each.text for each in faults] == ["“机关”表 B3：编号 1.1 与“机关”表 B2 重复。"]


def test_points_without_an_item_and_items_without_a_section_are_told(tmp_path):
    rows = [[None, None, "学习", 5], ["组织领导", None, "机制", 5], [None, None, None, 3]]

    texts = [each.text for each in taken(tmp_path, rows).faults]

    assert texts == [
        "“机关”表 C2：要点之上没有一级指标。",
        "“机关”表 D4：写了分值，同一行没有测评要点。",
    ]


def test_headings_of_two_rows_and_points_beside_each_block(tmp_path):
    top = [
        ["机关测评体系"],
        ["发布单位：市民委　总分：10", None, None, None, None, None],
        ["指标", None, None, None, "测评内容", "满分"],
    ]
    head = ["一级指标", "分值", "二级指标", "分值", None, None]
    rows = [["组织领导", 10, "学习", 6, "专题学习", 6], [None, None, "机制", 4, "领导任组长", 4]]
    merges = ["A3:D3", "E3:E4", "F3:F4", "A5:A6", "B5:B6"]

    out = taken(tmp_path, rows, top=top, head=head, merges=merges)

    nodes = by_code(out)
    assert out.faults == []
    assert (nodes["1"]["points"], nodes["1.1"]["points"], nodes["1.2"]["points"]) == (10, 6, 4)
    assert nodes["1.2.1"]["text"] == "领导任组长"
    assert out.facts == {"title": "机关测评体系", "issuer": "市民委", "total": "10"}


def test_a_row_across_the_table_begins_a_section(tmp_path):
    head = ["项目", "测评标准", "分值"]
    rows = [
        ["一、组织领导", None, None],
        ["学习", "专题学习", 5],
        ["二、否决条件", None, None],
        ["廉洁", "严重违纪违法", None],
        ["合计", None, 5],
    ]

    out = taken(tmp_path, rows, head=head, merges=["A2:C2", "A4:C4", "A6:B6"])

    assert out.faults == []
    assert [n["text"] for n in out.nodes if n["tier"] == "item"] == ["专题学习", "严重违纪违法"]


def test_what_is_not_read_is_said(tmp_path):
    head = ["序号", *HEAD[:4], "督查情况"]
    rows = [[1, *ROWS[0][:4], ""], ["注：本表一式两份"]]

    out = taken(tmp_path, rows, head=head)

    assert out.notes == [
        "“机关”表第 3 行没有读入：注：本表一式两份。",
        "这些列没有读入：序号、督查情况。",
    ]


def test_minus_points_are_deductions_each_time(tmp_path):
    rows = [*ROWS, ["扣分项", None, "逾期未报", "－2", None, None, None]]

    node = taken(tmp_path, rows).nodes[-1]

    assert (node["kind"], node["each"], node["points"]) == ("deduction", D(2), D(0))


def list_sheet(tmp_path, rows):
    head = ["编号", "上级编号", "层次", "名称", "满分"]
    return taken(tmp_path, rows, head=head)


def test_a_list_of_codes_and_parents_is_put_in_order(tmp_path):
    rows = [
        ["1.1", "1", "要点", "学习", 5],
        ["1", None, "一级指标", "组织领导", 5],
    ]

    out = list_sheet(tmp_path, rows)

    assert out.faults == []
    assert [(n["code"], n["tier"]) for n in out.nodes] == [("1", "section"), ("1.1", "item")]


def test_parents_that_go_round_in_a_circle_are_told_with_their_cells(tmp_path):
    rows = [["1", "2", "", "甲", 5], ["2", "1", "", "乙", 5], ["3", "9", "", "丙", 5]]

    assert [each.text for each in list_sheet(tmp_path, rows).faults] == [
        "“机关”表 B2：1 和它的上级 2 互为上级，绕成了圈。",
        "“机关”表 B3：2 和它的上级 1 互为上级，绕成了圈。",
        "“机关”表 B4：上级 9 不存在。",
    ]


def test_a_sheet_without_such_headings_is_not_an_index(tmp_path):
    table = read_table(sheet_file(tmp_path, [["甲", 1]], head=["单位", "人数"]), "表.xlsx")

    assert headings.find(table.sheets[0]) is None
    assert sheets_of(table) == []


def node(tier, code, parent="", **fields):
    empty = {"standard": "", "kind": "", "points": D(0), "each": None, "checklist": []}
    empty |= {"bands": [], "minimum": None, "methods": [], "evidence_asked": "", "department": ""}
    empty |= {"item_set": "", "parent_tier": "", "text": f"内容{code}"}
    return SimpleNamespace(**empty | {"tier": tier, "code": code, "parent": parent} | fields)


TREE = [
    node("section", "A", points=D(20), minimum=D(12), text="一、带编号的名字（10分）"),
    node("item", "A-1", "A", kind="range", points=D("2.5"), parent_tier="section"),
    node("group", "A2", "A", points=D(8), text="1.1 像编号"),
    node("item", "A2.1", "A2", kind="checklist", points=D(6), checklist=["有方案", "有计划"]),
    node("item", "A2.2", "A2", kind="threshold", points=D(4), bands=[["95", "4"], ["90", "2.5"]]),
    node("item", "A9", "A", kind="occurrence", points=D(3), each=D("0.5"), parent_tier="section"),
    node("section", "空"),
    node("section", "J", text="=SUM(A1)"),
    node("item", "J1", "J", kind="bonus", points=D(4), text="=1+1", evidence_asked="@文件"),
    node("section", "K", text="扣分"),
    node("item", "K1", "K", kind="deduction", each=D(2), methods=["日常掌握", "材料审核"]),
    node("item", "K2", "K", kind="veto", text="注：像说明", standard="见办法\n第二条"),
    node("item", "K3", "K", kind="range", points=D(1), text="合计像合计", department="办公室"),
]
FIELDS = ["tier", "code", "parent", "text", "points", "minimum", "standard", "kind", "each"]
FIELDS += ["checklist", "bands", "methods", "evidence_asked", "department", "item_set"]


def by_portal(path):
    """As it was written."""


def by_openpyxl(path):
    """Opened and saved again by a program that keeps little but the cells."""
    load_workbook(path).save(path)


def by_libreoffice(path):
    """Opened and saved again in an office suite."""
    profile = f"-env:UserInstallation=file://{path.parent / 'profile'}"
    folder = path.parent / "saved"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder, path]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    (folder / path.name).replace(path)


@pytest.mark.parametrize("saved", [by_portal, by_openpyxl, by_libreoffice])
def test_what_was_written_reads_back_as_the_same_tree(tmp_path, saved):
    path = tmp_path / "体系.xlsx"
    write(str(path), name="机关", title="机关测评体系", facts=[[("总分", "120")]], nodes=TREE)
    saved(path)

    out = reading(path)

    assert out.faults == []
    assert out.facts == {"title": "机关测评体系", "total": "120"}
    for one, other in zip(TREE, out.nodes, strict=True):
        for name in FIELDS:
            assert (other.get(name) or None) == (getattr(one, name) or None), (one.code, name)


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path):
    path = tmp_path / "体系.xlsx"
    write(str(path), name="机关", title="=1+1", facts=[], nodes=TREE)

    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]

    assert "=SUM(A1)" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
