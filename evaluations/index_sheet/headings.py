"""Which column of a sheet is what, told by its headings, which may take several rows."""

import re
import unicodedata
from dataclasses import dataclass

SEARCHED = 40  # rows in which the headings are looked for
DEEPEST = 3  # rows that headings take at most
ROLES = {
    "l1_code": "一级编号",
    "l1": "一级指标",
    "l1_points": "一级分值",
    "minimum": "最低分",
    "l2_code": "二级编号",
    "l2": "二级指标",
    "l2_points": "二级分值",
    "tier": "层次",
    "parent": "上级编号",
    "code": "编号",
    "item": "测评要点",
    "standard": "评分标准",
    "points": "满分",
    "kind": "计分方式",
    "each": "每次分值",
    "checklist": "清单",
    "item_set": "清单来源",
    "bands": "分档",
    "methods": "测评方法",
    "evidence": "需提供材料",
    "department": "责任部门",
}
POINTS = r"分值|满分|标准分|分数|权重"
PATTERNS = [
    ("standard", r"(评分|计分|扣分|赋分|得分)(标准|办法|细则|说明)"),
    ("each", r"每次"),
    ("minimum", r"最低分|达标分"),
    ("", r"自评|实得|得分|初验|验收|督查|备注|序号|评语|扣分理由|评分$"),
    ("parent", r"上级"),
    ("tier", r"层次|层级|级次"),
    ("l1_code", r"一级.*(编号|代码)"),
    ("l2_code", r"二级.*(编号|代码)"),
    ("code", r"编号|代码"),
    ("l1_points", rf"一级.*({POINTS})|({POINTS})/.*一级|^项目分值"),
    ("l2_points", rf"二级.*({POINTS})|({POINTS})/.*二级"),
    ("points", rf"{POINTS}|^分$"),
    ("kind", r"计分(方式|类型)|指标类型|^类型$"),
    ("item_set", r"清单来源"),
    ("evidence", r"材料|佐证|资料|档案|归档"),
    ("checklist", r"清单"),
    ("bands", r"分档|档次"),
    ("methods", r"方法|方式"),
    ("department", r"责任|牵头|部门"),
    ("l1", r"一级|考评指标|指标名称|(考核|测评|考评)项目|^项目$|^指标$|板块"),
    ("l2", r"二级|总体要求"),
    ("item", r"三级|要点|(测评|考核|考评|评价)(标准|内容|指标|细目)|细则|内容$|^标准$|^名称$"),
]
ONLY_POINTS = re.compile(rf"^({POINTS})(\(.*\))?$")


@dataclass(frozen=True)
class Heading:
    """The headings of a sheet: where they end, which column has which role, what is left out."""

    top: int
    bottom: int
    columns: dict  # role → column
    left_out: tuple  # headings of columns that are not read

    @property
    def is_list(self):
        """One node a row, each with the code of its parent."""
        return "parent" in self.columns and "code" in self.columns


def half(text):
    """Half width, no spaces: as headings are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text)))


def role_of(parts):
    """The role that the rows of one column's heading name; empty for a column not read."""
    words = [half(each) for each in parts if each not in (None, "")]
    words = list(dict.fromkeys(words))
    if not words:
        return ""
    own = "/".join(words) if ONLY_POINTS.match(words[0]) else words[-1]
    return _role(own) or _role("/".join(words))


def _role(text):
    return next((role for role, pattern in PATTERNS if re.search(pattern, text)), "")


def find(sheet):
    """The headings of a sheet, or None where it has none of an index."""
    rows = {row.number: row for row in sheet.filled()}
    for top in sorted(number for number in rows if number <= SEARCHED):
        bottom = _bottom(sheet, top)
        parts = _parts(rows, top, bottom, sheet.width)
        columns, left_out = _columns(parts)
        if _is_index(columns):
            return Heading(top, bottom, columns, tuple(left_out))
    return None


def _is_index(columns):
    by_parent = {"code", "parent", "item"} <= set(columns)
    by_block = "item" in columns and ("l1" in columns or "points" in columns)
    return (by_parent or by_block) and len(columns) >= 3


def _bottom(sheet, top):
    """The last row of headings that begin in this one: as far as its merged blocks reach."""
    here = [block for block in sheet.merges if block[0] == top]
    deep = max((block[2] for block in here), default=top)
    across = any(block[3] > block[1] and block[2] == top for block in here)
    return min(max(deep, top + 1 if across and deep > top else deep), top + DEEPEST - 1)


def _parts(rows, top, bottom, width):
    """For each column the words of its heading, from above to below."""
    found = [rows[number] for number in range(top, bottom + 1) if number in rows]
    return {
        column: [str(row.at(column)) for row in found if row.at(column) not in (None, "")]
        for column in range(1, width + 1)
    }


def _columns(parts):
    columns, left_out = {}, []
    for column, words in parts.items():
        role = _free_role(role_of(words), columns, column)
        if role:
            columns[role] = column
        elif words:
            left_out.append("/".join(dict.fromkeys(half(each) for each in words)))
    return columns, left_out


def _free_role(role, columns, column):
    """A second 分值 belongs to the block it stands beside, a second 标准 says how to score."""
    before = next((each for each, place in columns.items() if place == column - 1), "")
    if role == "points" and before in ("l1", "l2") and "item" not in columns:
        role = f"{before}_points"
    if role == "item" and "item" in columns:
        role = "standard"
    return "" if role in columns else role
