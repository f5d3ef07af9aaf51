"""Printed names against tree and register: what is one, what near, what neither. No database."""

from datetime import date

import pytest

from portal.text import folded
from portal.workbooks import Row, Sheet, Table
from units.importing import checking, fields, rows
from units.importing.batches import Batches, KnownBatch
from units.importing.cells import kind_forms, kind_key
from units.importing.loading import RegionRow
from units.importing.matching import Matcher
from units.importing.pasted import read_list
from units.importing.places import Places
from units.importing.register import Register, Title
from units.importing.seating import Seating

TODAY = date(2026, 11, 22)
# (id, parent, level, name, other names); a line's indent is its place in the tree
TREE = [
    (1, None, "province", "内蒙古自治区", ["内蒙古"]),
    (2, 1, "city", "呼伦贝尔市", ["呼伦贝尔"]),
    (3, 1, "city", "包头市", ["包头"]),
    (10, 2, "county", "海拉尔区", []),
    (11, 2, "county", "鄂温克族自治旗", ["鄂温克旗"]),
    (12, 2, "county", "满洲里市", []),
    (13, 2, "county", "扎赉诺尔区", []),  # 由满洲里市代管
    (14, 2, "county", "根河市", []),
    (20, 3, "county", "土默特右旗", ["土右旗"]),
    (21, 3, "county", "新城区", []),
    (100, 11, "township", "巴彦托海镇", []),
    (101, 11, "township", "伊敏苏木", []),
    (102, 14, "township", "敖鲁古雅鄂温克民族乡", ["敖鲁古雅乡"]),
    (103, 10, "township", "胜利街道办事处", []),
    (104, 20, "township", "巴彦花镇", []),
    (105, 11, "township", "锡尼河东苏木", []),
    (1000, 100, "village", "巴彦托海嘎查", []),
    (1001, 101, "village", "毕鲁图嘎查委员会", []),
    (1002, 101, "village", "红花尔基村委会", []),
    (1003, 103, "village", "东风社区居委会", []),
    (1004, 105, "village", "红花尔基村民委员会", []),
    (1005, 104, "village", "哈拉乌素嘎查村", []),
]
KINDS = [(1, "示范单位", ["创建示范单位"]), (2, "示范区", ["示范旗"]), (3, "全国文明单位", [])]


def a_tree():
    parents = {pk: parent for pk, parent, *_ in TREE}

    def path(pk):
        return f"{path(parents[pk])}{pk}/" if pk else "/"

    regions = [
        RegionRow(
            pk, f"15{pk:010d}", name, level, folded(name), path(pk), parent,
            path(12) if pk == 13 else None, False,
        )
        for pk, parent, level, name, _ in TREE
    ]  # fmt: skip
    others = [(pk, folded(each)) for pk, *_, more in TREE for each in more]
    return Places.of(regions, others)


PLACES = a_tree()


def a_register(*units, former=(), titles=()):
    """Units (id, name, region id) and more: represents, credit code, closed."""
    book = Register(PLACES)
    for pk, name, region, *more in units:
        represents, code, closed = (*more, None, "", False)[:3] if more else (None, "", False)
        book.add((pk, name, folded(name), region, represents, code, closed))
    for pk, name in former:
        book.add_name(pk, folded(name))
    for unit, title in titles:
        book.add_title(unit, "national", 1, title)
    return book


def a_matcher(book=None, scope=None, batches=()):
    book = book or a_register()
    known = Batches(PLACES)
    for batch, level, kind, region in batches:
        known.add(batch, level, kind, region)
    return Matcher(book, Seating(PLACES, book, scope), kind_forms(KINDS), known)


def a_line(name, region="", number=2, **cells):
    said = {"level": "国家级", "kind": "示范单位", "batch": "第十批", "year": "2023"} | cells
    line = rows.Line(number, 1, {"unit_name": name, "region": region, **said})
    return rows.fill(line, {}, TODAY)


def found(name, region="", book=None, choice=None, scope=None, **cells):
    return a_matcher(book, scope).find(a_line(name, region, **cells), choice)


@pytest.mark.parametrize(
    ("name", "region", "place", "rest"),
    [
        ("呼倫貝爾市", "内蒙古", 2, ""),
        ("内蒙古自治区呼伦贝尔市鄂温克族自治旗", "", 11, ""),
        ("鄂温克旗伊敏苏木毕鲁图嘎查", "呼伦贝尔市", 1001, ""),
        ("伊敏苏木毕鲁图嘎查", "鄂温克族自治旗", 1001, ""),
        ("毕鲁图嘎查", "呼伦贝尔", 1001, ""),
        ("土右旗巴彦花镇哈拉乌素嘎查", "包头市", 1005, ""),
        ("满洲里市扎赉诺尔区", "", 13, ""),  # 代管
        ("敖鲁古雅乡", "根河市", 102, ""),  # 曾用名
        ("海拉尔区胜利街道东风社区", "", 1003, ""),
        ("胜利街道办", "海拉尔区", 103, ""),
        ("包头市第三十五中学", "包头市", 3, "第三十五中学"),
        ("包头钢铁公司", "包头市", 3, "包头钢铁公司"),
        ("国家税务总局鄂温克族自治旗税务局", "呼伦贝尔市", 11, "国家税务总局鄂温克族自治旗税务局"),
        ("伊敏苏木毕鲁图嘎查党支部", "鄂温克旗", 1001, "党支部"),
        ("包头市的土默特右旗", "", 20, ""),
    ],
)
def test_a_name_is_seated(name, region, place, rest):
    finding = found(name, region)
    assert (finding.place.id, finding.rest, finding.verdict) == (place, rest, "new")


@pytest.mark.parametrize(
    ("name", "region", "code"),
    [
        ("龙胜各族自治县", "桂林市", "region_unknown"),
        ("北京市密云区古北口镇", "", "region_unknown"),
        ("中国人民抗日战争纪念馆", "", "region_unknown"),
        ("通辽站", "铁路系统", "region_unknown"),
        ("红花尔基村", "鄂温克旗", "region_ambiguous"),  # two in one 旗
        ("伊敏苏木毕鲁图村", "鄂温克旗", "region_ambiguous"),  # 嘎查, not 村
        ("巴音花镇", "土默特右旗", "region_ambiguous"),  # 巴彦花镇
        ("新城区", "", "region_ambiguous"),  # there are others in the country
        ("毕鲁图嘎查", "", "region_ambiguous"),
        ("毕鲁图嘎查", "内蒙古", "region_ambiguous"),
        ("海拉尔区第一中学", "包头市", "region_conflict"),
        ("土默特右旗不存在村", "包头市", "region_unknown"),
    ],
)
def test_a_place_that_is_not_certain_waits(name, region, code):
    finding = found(name, region)
    assert (finding.verdict, finding.code, finding.place) == ("doubt", code, None)


def test_candidates_are_told_with_their_score():
    finding = found("巴音花镇", "土默特右旗")
    proposed = finding.candidates[0]
    assert (proposed["id"], proposed["name"], proposed["score"]) == (104, "巴彦花镇", 95)


def test_a_chosen_place_settles_it():
    finding = found("红花尔基村", "鄂温克旗", choice={"region": 1004})
    assert (finding.verdict, finding.place.id, finding.rest) == ("new", 1004, "")


def test_a_place_out_of_sight_is_an_error():
    finding = found("土默特右旗第一中学", "", scope=(PLACES.by_id[2].path,))
    assert (finding.verdict, finding.code) == ("error", "out_of_scope")


@pytest.mark.parametrize(
    ("unit", "name", "region"),
    [
        ((7, "示例第一中学", 10), "海拉尔区示例第一中学", "呼伦贝尔市"),
        ((7, "呼伦贝尔市海拉尔区示例第一中学", 2), "示例第一中学", "海拉尔区"),
        ((7, "毕鲁图嘎查", 101), "鄂温克旗伊敏苏木毕鲁图嘎查委员会", ""),
        ((7, "伊敏苏木毕鲁图嘎查村民委员会", 11), "毕鲁图嘎查", "鄂温克族自治旗"),
        ((7, "鄂温克族自治旗", 11, 11), "鄂温克旗", "呼伦贝尔市"),
    ],
)
def test_one_unit_is_matched_with_prefix_present_or_absent(unit, name, region):
    finding = found(name, region, a_register(unit))
    assert (finding.verdict, finding.code, finding.unit.id) == ("match", "title_new", 7)


def test_a_former_name_matches():
    book = a_register((7, "示例新名中学", 10), former=[(7, "示例旧名中学")])
    finding = found("示例旧名中学", "海拉尔区", book)
    assert finding.unit.id == 7 and "曾用名" in finding.reason


@pytest.mark.parametrize(
    ("units", "name", "region", "code"),
    [
        ([(7, "示例巴彦小学", 10)], "示例巴音小学", "海拉尔区", "near_name"),
        ([(7, "示例小学", 10), (8, "示例小学", 2)], "示例小学", "海拉尔区", "unit_ambiguous"),
        ([(7, "回民小学", 10)], "回民小学", "呼伦贝尔市", "unit_ambiguous"),
        ([(7, "示例小学", 10, None, "", True)], "示例小学", "海拉尔区", "unit_closed"),
        (
            [(7, "示例草原农牧业有限公司", 20)],
            "示例草原农牧业有限公司",
            "海拉尔区",
            "same_name_elsewhere",
        ),
    ],
)
def test_a_unit_that_is_not_certain_is_only_proposed(units, name, region, code):
    finding = found(name, region, a_register(*units))
    assert (finding.verdict, finding.code, finding.unit) == ("doubt", code, None)
    assert 7 in [each["id"] for each in finding.candidates]


def test_the_same_short_name_in_another_county_is_another_unit():
    assert found("示例小学", "土默特右旗", a_register((7, "示例小学", 10))).verdict == "new"


def test_a_chosen_unit_settles_it():
    book = a_register((7, "示例巴彦小学", 10))
    finding = found("示例巴音小学", "海拉尔区", book, choice={"unit": 7})
    assert (finding.verdict, finding.unit.id) == ("match", 7)


CODE = "91150702MA0MYXA87M"


def test_a_credit_code_decides_unless_the_names_are_far_apart(monkeypatch):
    monkeypatch.setattr("units.importing.matching.credit_code_fault", lambda code: "")
    book = a_register((7, "示例乳业有限公司", 10, None, CODE))

    same = found("海拉尔区示例乳业公司", "呼伦贝尔市", book, credit_code=CODE)
    other = found("示例第二医院", "海拉尔区", book, credit_code=CODE)

    assert (same.verdict, same.unit.id) == ("match", 7)
    assert (other.verdict, other.code) == ("doubt", "credit_code_differs")


def test_a_wrong_credit_code_is_an_error():
    finding = found("示例公司", "海拉尔区", credit_code="91150702")
    assert (finding.verdict, finding.code) == ("error", "credit_code_bad")


HELD = Title(5, 9, "第十批", 2023, "", None, date(2023, 1, 1), None)


@pytest.mark.parametrize(
    ("cells", "verdict", "code"),
    [
        ({}, "match", "unchanged"),
        ({"batch": "10"}, "match", "unchanged"),
        ({"document_no": "民委发[2023]1"}, "match", "title_filled"),
        ({"year": "2022"}, "doubt", "title_differs"),
        ({"batch": ""}, "doubt", "title_near"),
        ({"batch": "第十一批", "year": "2024"}, "match", "title_new"),
        ({"level": "省级"}, "match", "title_new"),
    ],
)
def test_a_title_held_already_is_known_again(cells, verdict, code):
    book = a_register((7, "示例第一中学", 10), titles=[(7, HELD)])
    finding = found("示例第一中学", "海拉尔区", book, **cells)
    assert (finding.verdict, finding.code) == (verdict, code)


@pytest.mark.parametrize(
    ("cells", "verdict", "code"),
    [
        ({"level": ""}, "doubt", "level_blank"),
        ({"level": "甲级"}, "doubt", "level_unknown"),
        ({"kind": "全国美丽单位"}, "doubt", "kind_unknown"),
        ({"kind": "全国文明单位(其他荣誉)"}, "new", "unit_new"),
        ({"kind": "示范单位(拟命名)"}, "error", "not_named"),
        ({"source": "拟命名名单的公示"}, "error", "not_named"),
        ({"named_on": "2021.13.45"}, "error", "date_bad"),
        ({"named_on": "2023年5月"}, "new", "unit_new"),
        ({"named_on": "2031-01-01", "year": ""}, "error", "date_future"),
        ({"named_on": "2022-01-01"}, "error", "year_differs"),
        ({"year": "二三年"}, "error", "year_bad"),
    ],
)
def test_cells_are_held_against_what_they_may_say(cells, verdict, code):
    finding = found("示例第一中学", "海拉尔区", **cells)
    assert (finding.verdict, finding.code) == (verdict, code)


def test_a_batch_of_another_year_waits():
    batch = KnownBatch(9, "第十批", None, date(2023, 1, 17))
    matcher = a_matcher(batches=[(batch, "national", 1, None)])
    finding = matcher.find(a_line("示例第一中学", "海拉尔区", year="2022"))
    assert (finding.verdict, finding.code) == ("doubt", "year_differs")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2029-05-03", date(2029, 5, 4)),  # the printed day still counts
        ("2029年5月", date(2029, 6, 1)),
        ("5年", date(2029, 5, 4)),
        ("2024-05-04至2028-12-31", date(2029, 1, 1)),
    ],
)
def test_a_term_ends_after_its_last_day(text, on):
    assert a_line("示例", named_on="2024-05-04", year="", ends_on=text).ends_on == on


def checked(text, book=None, **more):
    table = read_list(text)
    lines = rows.parse(table, fields.guess(table), today=TODAY)
    return checking.check(lines, a_matcher(book), **more)


HEAD = "单位名称\t地区\t级别\t称号\t批次\n"


def test_two_rows_claiming_one_title_wait():
    text = HEAD + "海拉尔区绿化委员会\t呼伦贝尔市\t国家级\t示范单位\t第十批\n"
    findings = checked(text + "绿化委员会\t海拉尔区\t国家级\t示范单位\t10\n")

    assert [each.verdict for each in findings] == ["new", "doubt"]
    assert findings[1].code == "duplicate_in_file" and "第 2 行" in findings[1].reason


def test_one_unit_with_two_titles_is_one_unit():
    text = HEAD + "示例小学\t海拉尔区\t国家级\t示范单位\t第十批\n"
    findings = checked(text + "示例小学\t海拉尔区\t省级\t示范单位\t第五批\n")

    assert [each.verdict for each in findings] == ["new", "new"]
    assert findings[0].identity == findings[1].identity


def test_new_names_almost_alike_wait():
    text = HEAD + "示例巴彦小学\t海拉尔区\t国家级\t示范单位\t第十批\n"
    findings = checked(text + "示例巴音小学\t海拉尔区\t国家级\t示范单位\t第十批\n")

    assert findings[1].code == "near_in_file"


def test_later_names_in_a_cell_inherit_the_place():
    findings = checked(
        HEAD + "伊敏苏木毕鲁图嘎查、红花尔基村\t鄂温克旗\t国家级\t示范单位\t第十批\n"
    )

    assert [(each.line.part, each.place.id) for each in findings] == [(1, 1001), (2, 1002)]


def test_pasted_lines_of_a_notice_are_read():
    findings = checked("包头市的土默特右旗、新城区\n呼伦贝尔市 满洲里市")

    assert [each.place.id for each in findings] == [20, 21, 12]


def test_one_paragraph_of_names_is_read_name_by_name():
    findings = checked("鄂温克旗伊敏苏木毕鲁图嘎查、红花尔基村,海拉尔区胜利街道东风社区;满洲里市。")

    assert [each.place.id for each in findings] == [1001, 1002, 1003, 12]


def test_a_title_above_that_says_proposed_stops_every_row():
    rows_above = [Row(1, ["第五批拟命名名单公示"], {}), Row(2, ["单位名称", "地区"], {})]
    body = [Row(3, ["示例小学", "海拉尔区"], {}), Row(4, ["合计", "1"], {})]
    table = Table("名单.xlsx", [Sheet("Sheet1", rows=[*rows_above, *body])])

    lines = rows.parse(table, fields.guess(table), today=TODAY)

    assert [(line.row, line.proposed) for line in lines] == [(3, "拟命名")]


def test_headings_are_recognised_under_a_title_in_the_fuller_sheet():
    empty = Sheet("说明", rows=[Row(1, ["填表说明"], {})])
    head = ["序号", "单位名称（全称）", "所在地区", "命名日期", "发文字号"]
    full = Sheet("名单", rows=[Row(1, ["某某名单"], {}), Row(2, head, {}), Row(3, [1, "甲"], {})])

    mapping = fields.guess(Table("名单.xlsx", [empty, full]))

    assert (mapping.sheet, mapping.heading_row) == (1, 2)
    assert mapping.columns == {"unit_name": 2, "region": 3, "named_on": 4, "document_no": 5}


def test_a_sum_that_stands_in_the_column_of_names_is_no_unit():
    head = Row(1, ["序号", "单位名称", "所在旗县"], {})
    body = [Row(2, ["1", "示例小学", "海拉尔区"], {}), Row(3, ["合计", 1, None], {})]
    table = Table("名单.xlsx", [Sheet("名单", rows=[head, *body])])

    lines = rows.parse(table, fields.guess(table), today=TODAY)

    assert [(line.row, line.region) for line in lines] == [(2, "海拉尔区")]


@pytest.mark.parametrize(
    "printed",
    [
        "示范单位",
        "民族团结进步示范单位",
        "全国民族团结进步示范单位",
        "旗县级民族团结进步创建示范单位",
    ],
)
def test_a_title_printed_in_full_is_of_its_kind(printed):
    assert kind_forms(KINDS)[kind_key(printed)] == 1
