"""An edition as a workbook that prints well, reads back as the same tree, and stays text."""

import xlsxwriter

from evaluations.index_sheet.headings import ROLES
from portal.workbooks.out import BORDER, FONT, OPTIONS, RISKY, inert

WIDTHS = {
    "l1": 18,
    "l2": 18,
    "item": 40,
    "standard": 34,
    "checklist": 22,
    "methods": 18,
    "evidence": 26,
    "department": 14,
}
KINDS = {
    "range": "区间打分",
    "occurrence": "按次计分",
    "checklist": "清单计分",
    "threshold": "比例达标",
    "bonus": "加分",
    "deduction": "扣分",
    "veto": "一票否决",
}
ALWAYS = ("l1_code", "l1", "code", "item", "points", "kind", "methods", "evidence")
BLOCKS = {"section": ("l1_code", "l1", "l1_points", "minimum")}
BLOCKS["group"] = ("l2_code", "l2", "l2_points")
HEAD = {"bold": True, "bg_color": "#F1F3F5", "align": "center", "text_wrap": True}


def cells_of(node):
    """A node's values by role; `node` has the fields of an Indicator."""
    if node.tier == "section":
        return {"l1_code": node.code, "l1": node.text, "l1_points": node.points or None} | {
            "minimum": node.minimum
        }
    if node.tier == "group":
        return {"l2_code": node.code, "l2": node.text, "l2_points": node.points or None}
    return {
        "code": node.code,
        "item": node.text,
        "standard": node.standard,
        "points": _points(node),
        "kind": KINDS[node.kind],
        "each": node.each,
        "checklist": "\n".join(node.checklist),
        "bands": "；".join(f"{line}:{points}" for line, points in node.bands),
        "methods": "、".join(node.methods),
        "evidence": node.evidence_asked,
        "department": node.department,
        "item_set": node.item_set,
    }


def _points(node):
    if node.kind == "veto":
        return "一票否决"
    return None if node.kind == "deduction" and not node.points else node.points


def rows_of(nodes):
    """One dict a printed row: an item with the blocks that begin in it; nodes are in tree order."""
    rows, begun, grouped = [], {}, False
    for node in nodes:
        if node.tier == "section" and begun:
            rows.append(begun)
            begun = {}
        if node.tier == "section":
            grouped = False
        if node.tier == "group" and "l2" in begun:
            rows.append(begun)
            begun = {}
        if node.tier == "item" and grouped and node.parent_tier == "section":
            begun["l2"] = begun.get("l2", "—")
        grouped = grouped or node.tier == "group"
        begun |= cells_of(node)
        if node.tier == "item":
            rows.append(begun)
            begun = {}
    return [*rows, begun] if begun else rows


def write(target, *, name, title, facts, nodes):
    """Write one sheet; `facts` are lines of (label, text) pairs that stand above the table."""
    rows = rows_of(nodes)
    used = {role for row in rows for role, value in row.items() if value not in (None, "")}
    columns = [role for role in ROLES if role in ALWAYS or role in used]
    with xlsxwriter.Workbook(target, OPTIONS | {"constant_memory": False}) as book:
        page = Page(book, name, columns)
        page.head(title, facts)
        page.table(rows)


class Page:
    """The one sheet of the workbook."""

    def __init__(self, book, name, columns):
        self.sheet = book.add_worksheet(_sheet_name(name))
        self.columns, self.top = columns, 0
        plain = FONT | BORDER | {"text_wrap": True, "valign": "top"}
        self.text = book.add_format(plain)
        self.quoted = book.add_format(plain | {"quote_prefix": True})
        self.number = book.add_format(plain | {"align": "right"})
        self.heading = book.add_format(FONT | BORDER | HEAD)
        self.title = book.add_format(FONT | {"bold": True, "font_size": 16})
        self.fact = book.add_format(FONT | {"font_color": "#4A525C"})

    def head(self, title, facts):
        """Title, facts, headings; what prints on every page."""
        self.sheet.set_row(0, 30)
        self.sheet.write_string(0, 0, inert(title), self.title)
        for number, line in enumerate(facts, 1):
            text = "　".join(f"{label}：{value}" for label, value in line)
            self.sheet.write_string(number, 0, inert(text), self.fact)
        self.top = len(facts) + 1
        for number, role in enumerate(self.columns):
            self.sheet.write_string(self.top, number, ROLES[role], self.heading)
            self.sheet.set_column(number, number, WIDTHS.get(role, 8))
        self.sheet.freeze_panes(self.top + 1, 0)
        self.sheet.repeat_rows(self.top)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def table(self, rows):
        """The rows, with the cells of a block merged as far as the block goes."""
        for number, row in enumerate(rows, self.top + 1):
            for column, role in enumerate(self.columns):
                self._cell(number, column, row.get(role))
        for tier, roles in BLOCKS.items():
            self._merge(rows, tier, [role for role in roles if role in self.columns])

    def _cell(self, row, column, value):
        if value in (None, ""):
            self.sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, str):
            style = self.quoted if value.startswith(RISKY) else self.text
            self.sheet.write_string(row, column, inert(value), style)
        else:
            self.sheet.write_number(row, column, value, self.number)

    def _merge(self, rows, tier, roles):
        name, ends = ("l1", ("l1",)) if tier == "section" else ("l2", ("l1", "l2"))
        for start, row in enumerate(rows):
            if not row.get(name) or row[name] == "—":
                continue
            end = start + 1
            while end < len(rows) and not any(rows[end].get(each) for each in ends):
                end += 1
            for role in roles if end - start > 1 else ():
                place = (self.top + 1 + start, self.columns.index(role))
                last = (self.top + end, place[1])
                self.sheet.merge_range(*place, *last, "", self.text)
                self._cell(*place, row.get(role))


def _sheet_name(name):
    return "".join("／" if c in "[]:*?/\\" else c for c in name).strip("'")[:28] or "测评体系"
