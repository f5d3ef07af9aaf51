"""What a list may tell of a title, under which headings, and how the columns are recognised."""

import hashlib
from dataclasses import dataclass, field

from portal.errors import Refused
from portal.text import folded
from units.importing.names import remembered

LABELS = {
    "unit_name": "单位名称",
    "region": "所在地区",
    "level": "级别",
    "kind": "称号种类",
    "batch": "批次",
    "year": "年份",
    "named_on": "命名日期",
    "starts_on": "有效期自",
    "ends_on": "有效期至",
    "document_no": "文号",
    "category": "类别",
    "credit_code": "统一社会信用代码",
    "short_name": "简称",
    "address": "地址",
    "remark": "备注",
    "source": "来源",
}
WHOLE_LIST = ("level", "kind", "batch", "year", "named_on", "document_no", "region")
HEADINGS = {
    "unit_name": "unit_name 单位名称 单位全称 名称 单位 示范单位 示范单位名称 集体名称 命名单位 "
    "创建单位 受表彰单位 获奖单位 示范区示范单位 示范区示范单位名称 村寨名称 获评单位 "
    "单位名单 名单",
    "region": "region 地区 所在地区 所在地 属地 旗县 旗县区 旗市区 旗县市区 盟市 省份 省区市 "
    "行政区划 推荐单位 推荐地区 申报地区 所属地区 辖区 区域 所在旗县 所在旗县区 所在旗市区 "
    "所在旗县市区 所在盟市 所属旗县 所属旗市区",
    "level": "honour_level level 级别 称号级别 命名级别 荣誉级别 等级 层级",
    "kind": "honour_type kind 称号 称号种类 荣誉称号 称号名称 荣誉名称 种类 类型 示范类型 称号类型",
    "batch": "batch 批次 命名批次 届次 批",
    "year": "year 年份 年度 命名年份 命名年度 获评年份 时间",
    "named_on": "named_on 命名日期 命名时间 授予日期 认定日期 获评时间 日期 表彰时间",
    "starts_on": "starts_on 有效期自 有效期起 起始日期 有效期开始",
    "ends_on": "ends_on 有效期至 有效期止 有效期 到期日期 截止日期 到期时间",
    "document_no": "doc_no document_no 文号 发文字号 文件号 文件文号 命名文号 文件编号",
    "category": "category 类别 单位类别 单位类型 类 领域 行业",
    "credit_code": "credit_code 统一社会信用代码 信用代码 社会信用代码 统一信用代码 机构代码",
    "short_name": "short_name 简称 单位简称",
    "address": "address 地址 详细地址 单位地址",
    "remark": "remark 备注 说明",
    "source": "source 来源 出处 文件名称 文件标题",
}
KNOWN = {folded(word): name for name, words in HEADINGS.items() for word in words.split()}
LOOK_DOWN = 15  # the heading is looked for in so many rows; titles and notes stand above it


@dataclass
class Mapping:
    """Which column holds what (counted from 1), and what holds for the whole list."""

    columns: dict
    constants: dict = field(default_factory=dict)
    sheet: int = 0
    heading_row: int = 0  # 0: the list has none, its first row is already a unit

    def as_json(self):
        return {
            "columns": self.columns,
            "constants": self.constants,
            "sheet": self.sheet,
            "heading_row": self.heading_row,
        }

    @classmethod
    def of(cls, kept):
        """A mapping as it was kept."""
        return cls(**kept)


def text_of(value):
    """A heading or name cell as text; a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


@remembered
def heading_key(value):
    """A heading as it is compared: folded, without what stands in brackets after it."""
    text = folded(text_of(value))
    return text.split("(")[0] if not text.startswith("(") else text


def guess(table):
    """The mapping that the headings suggest; unit_name is missing where nothing says it."""
    best = max(range(len(table.sheets)), key=lambda each: _score(table.sheets[each]), default=0)
    return guess_sheet(table, best)


def guess_sheet(table, sheet):
    """The same for one of the sheets."""
    row = _heading_row(table.sheets[sheet])
    if row is None:
        return _headless(table, sheet)
    return Mapping(recognised(row), {}, sheet, row.number)


def guess_at(table, sheet, number):
    """The same where a person says which row holds the headings; 0 says that none does."""
    row = next((row for row in table.sheets[sheet].filled() if row.number == number), None)
    if row is None:
        return Mapping({}, {}, sheet, 0)
    return Mapping(recognised(row), {}, sheet, number)


def _score(sheet):
    row = _heading_row(sheet)
    return (not sheet.hidden, len(recognised(row)) if row else 0, len(sheet.rows))


def _heading_row(sheet):
    rows = sheet.filled()[:LOOK_DOWN]
    scored = [(len(recognised(row)), -row.number, row) for row in rows]
    found = max(scored, key=lambda each: each[:2], default=(0, 0, None))
    alone = found[0] == 1 and found[2] is not None and len(found[2].values) > 1
    return None if found[0] == 0 or alone else found[2]


def heads(text):
    """Is this the heading of the units' names?"""
    return KNOWN.get(heading_key(text)) == "unit_name"


def recognised(row):
    """{field: column} of the headings in a row; the first column of each field counts."""
    columns = {}
    for number, value in enumerate(row.values, 1):
        name = KNOWN.get(heading_key(value)) if isinstance(value, str) else None
        if name and name not in columns:
            columns[name] = number
    return columns


def _headless(table, sheet):
    """Lines of names alone have no heading; of a wider table the first row is taken for one."""
    rows = table.sheets[sheet].filled()
    if not rows or table.sheets[sheet].width == 1:
        return Mapping({"unit_name": 1} if rows else {}, {}, sheet, 0)
    return Mapping(recognised(rows[0]), {}, sheet, rows[0].number)


def headings(sheet, mapping):
    """The words at the head of each column; two rows of headings are put together."""
    rows = {row.number: row for row in sheet.filled()}
    row = rows.get(mapping.heading_row)
    names = [text_of(value) for value in row.values] if row else []
    return [
        names[number] if number < len(names) and names[number] else f"第 {number + 1} 列"
        for number in range(sheet.width)
    ]


def signature(sheet, mapping):
    """What a list's headings are remembered by."""
    words = "|".join(heading_key(word) for word in headings(sheet, mapping))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def titles_above(sheet, mapping):
    """The lines above the headings: the list's title, its document, a note."""
    return [
        text_of(value)
        for row in sheet.rows
        if row.number < mapping.heading_row
        for value in row.values
        if value is not None
    ]


def told(table, pairs):
    """The guess changed by `field=heading` or `field=value` pairs, as a command line gives them."""
    said = [[part.strip() for part in pair.partition("=")[::2]] for pair in pairs]
    mapping = _placed(table, dict(said))
    for name, value in said:
        if name not in ("sheet", "heading_row"):
            _tell(mapping, table, name, value)
    return mapping


def _placed(table, said):
    """The guess for the sheet and the row of headings that were named, if any were."""
    names = [sheet.name for sheet in table.sheets]
    if said.get("sheet", names[0]) not in names:
        raise Refused(f"没有“{said['sheet']}”这张表，没有导入任何一行。现有：{'、'.join(names)}。")
    mapping = guess_sheet(table, names.index(said["sheet"])) if "sheet" in said else guess(table)
    row = said.get("heading_row", "")
    return guess_at(table, mapping.sheet, int(row)) if row.isdigit() else mapping


def _tell(mapping, table, name, value):
    if name not in LABELS:
        raise Refused(
            f"“{name}”不是可以对应的字段，可用的有：{'、'.join(LABELS)}。没有导入任何一行。"
        )
    words = [heading_key(word) for word in headings(table.sheets[mapping.sheet], mapping)]
    if heading_key(value) in words:
        mapping.columns[name] = words.index(heading_key(value)) + 1
    elif name in WHOLE_LIST:
        mapping.constants[name] = value
    else:
        raise Refused(f"名单里没有“{value}”这一列，没有导入任何一行。请核对表头。")


def check(mapping, table):
    """Refuse a mapping without which nothing can be read."""
    if not table.sheets or not any(sheet.rows for sheet in table.sheets):
        raise Refused(f"“{table.name}”里没有内容，没有导入任何一行。请核对文件。")
    if "unit_name" not in mapping.columns:
        raise Refused(
            f"“{table.name}”里没有找到“单位名称”一列，没有导入任何一行。请在表头中写明，或指定由哪一列对应。"
        )
