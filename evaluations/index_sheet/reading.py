"""From a sheet to the nodes of an index, each with the cells it was read from."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from evaluations.index_sheet import cells, headings
from evaluations.index_sheet.facts import facts_above
from evaluations.index_sheet.totals import Printed
from portal.workbooks.table import Fault, reference

TOTAL = re.compile(r"(本项|本类|分值)?(小计|合计|总计|总分)(分值?)?(\(.*\)|:.*)?")
NOTE = re.compile(r"^(注|说明|备注|填表|测评组|签字|负责人)")
LONGEST = {"text": 1000, "standard": 1000, "evidence_asked": 300, "department": 60, "code": 20}
TEXTS = {"standard": "standard", "evidence": "evidence_asked", "department": "department"}
UNREAD = "没有读入"
NO_GROUP = ("—", "－", "-", "无", "/")  # said of items that stand right below their section


@dataclass
class Read:
    """What a sheet holds. Faults keep a draft from being made; doubts go into it and stay told."""

    sheet: str
    heading: headings.Heading
    nodes: list = field(default_factory=list)  # dicts of Indicator fields, with parent and places
    faults: list = field(default_factory=list)
    doubts: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)


def sheets_of(table):
    """(sheet, heading) of each sheet that holds an index."""
    found = ((sheet, headings.find(sheet)) for sheet in table.sheets if not sheet.hidden)
    return [(sheet, heading) for sheet, heading in found if heading]


class Reader:
    """Walks the rows below the headings and keeps in mind where in the tree it is."""

    def __init__(self, sheet, heading):
        self.sheet, self.columns = sheet, dict(heading.columns)
        self.out = Read(sheet.name, heading, facts=facts_above(sheet, heading.top))
        self.raw = {row.number: row for row in sheet.rows}
        self.blocks = {(block[0], block[1]): block for block in sheet.merges}
        self.formulas = {(fault.row, fault.column): fault for fault in sheet.faults}
        self.codes = set()
        self.section = self.group = self.row = None
        self.printed = Printed(self)
        if "l1" in self.columns and "l2" not in self.columns and self._has_titles():
            self.columns["l2"] = self.columns.pop("l1")
        head = self.raw.get(heading.bottom)
        self.head = cells.words(head.at(self.columns["item"])) if head else ""

    def run(self):
        for row in self.sheet.filled():
            if row.number > self.out.heading.bottom:
                self.row = row
                self._row()
        self.printed.close()
        self._left_out()

    # -- cells ---------------------------------------------------------------------------------

    def own(self, role):
        """What stands in the cell itself; in a merged block only its first cell holds anything."""
        column = self.columns.get(role)
        row = self.raw.get(self.row.number)
        return row.at(column) if row and column else None

    def shared(self, role):
        """The value of the cell or of the merged block it belongs to."""
        column = self.columns.get(role)
        return self.row.at(column) if column else None

    def place(self, role, row=None):
        """“机关”表 D7"""
        column = self.columns.get(role)
        where = reference(row or self.row.number, column) if column else f"第 {self.row.number} 行"
        return f"“{self.sheet.name}”表 {where}" if self.sheet.name else where

    def tell(self, where, role, text):
        """Put a sentence about a cell of this row among the faults, doubts or notes."""
        column = self.columns.get(role)
        where.append(Fault(self.sheet.name, self.row.number, column, text))

    def fault(self, role, words):
        self.tell(self.out.faults, role, f"{self.place(role)}：{words}。")

    # -- rows ----------------------------------------------------------------------------------

    def _row(self):
        first = self._first_text()
        if first is None and not self._formulas_here():
            return
        if self.head and cells.words(self.own("item")) == self.head:
            return  # the headings, printed again at the top of a page
        if self._is_total(first):
            self.printed.total(first)
        elif NOTE.match(first or "") and cells.words(self.own("points")) == "":
            self._note(f"{UNREAD}：{first[:40]}")
        elif self._is_wide():
            self._begin_section(self._wide_text(), "")
        else:
            self._blocks()
            self._item()

    def _is_total(self, text):
        bare = re.sub(r"\s+", "", cells.half(text or ""))
        return bool(TOTAL.fullmatch(bare)) and not cells.words(self.own("code"))

    def _first_text(self):
        texts = (self.own(role) for role in ("l1", "l2", "item", "l1_code", "code"))
        row = self.raw.get(self.row.number)
        whole = [cells.words(each) for each in [*texts, *(row.values if row else [])]]
        return next((text for text in whole if text), None)

    def _formulas_here(self):
        found = [each for (row, _), each in self.formulas.items() if row == self.row.number]
        self._told_formulas(found)
        return bool(found)

    def _told_formulas(self, found):
        """A formula in a column that counts is a fault; elsewhere it is nothing to do with us."""
        read = set(self.columns.values())
        self.out.faults += [each for each in found if each.column in read]

    def _note(self, text):
        place = f"“{self.sheet.name}”表第 {self.row.number} 行" if self.sheet.name else ""
        self.out.notes.append(f"{place or f'第 {self.row.number} 行'}{text.rstrip('。')}。")

    def _is_wide(self):
        """A block across the whole width is the title of a section."""
        block = self._wide_block()
        return block is not None and "item" in self.columns and block[3] >= self.columns["item"]

    def _has_titles(self):
        """Sections are titles across the table; then the first column holds 二级指标."""
        for row in self.sheet.rows:
            self.row = row
            if row.number > self.out.heading.bottom and self._is_wide():
                text = cells.words(self._wide_text())
                if not self._is_total(text) and not NOTE.match(text):
                    return True
        return False

    def _wide_block(self):
        places = (self.columns.get(role) for role in ("l1_code", "l1", "l2", "item"))
        found = (self.blocks.get((self.row.number, place)) for place in places if place)
        return next((block for block in found if block and block[3] > block[1]), None)

    def _wide_text(self):
        return self.row.at(self._wide_block()[1])

    # -- 一级 and 二级 ------------------------------------------------------------------------

    def _blocks(self):
        text, code = self.own("l1"), self.own("l1_code")
        if text not in (None, "") or code not in (None, ""):
            self._begin_section(text, code)
        text, code = self.own("l2"), self.own("l2_code")
        if cells.words(text) in NO_GROUP:
            self.group = None
        elif text not in (None, "") or code not in (None, ""):
            self._begin_group(text, code)

    def _begin_section(self, text, code):
        node = self._block("l1", text, code, "section", None)
        if self._again(node, self.section):
            return
        minimum = self._number("minimum")
        self.section, self.group = node | {"minimum": minimum}, None
        self._keep(self.section, "l1")

    def _begin_group(self, text, code):
        if self.section is None:
            return self.fault("l2", "二级指标之上没有一级指标")
        node = self._block("l2", text, code, "group", self.section["code"])
        if not self._again(node, self.group):
            self.group = node
            self._keep(node, "l2")
        return None

    @staticmethod
    def _again(node, current):
        """The name of the running block, repeated on each of its rows."""
        return current is not None and (
            (node["given"] or current["given"], node["text"]) == (current["given"], current["text"])
        )

    def _block(self, role, text, code, tier, parent):
        given, printed = cells.code(code), None
        text = cells.words(text)
        if f"{role}_code" not in self.columns:
            given, text, printed = cells.block(text)
        if f"{role}_points" in self.columns:
            printed = self._number(f"{role}_points")
        return {
            "tier": tier,
            "given": given,
            "code": given,
            "text": text,
            "parent": parent or "",
            "points": printed or Decimal(0),
        }

    def _keep(self, node, role):
        node["code"] = node["given"] or self._next_code(node["parent"])
        self._check_texts(node, role)
        self._add(node, role, f"{role}_points" if f"{role}_points" in self.columns else role)

    # -- 要点 ------------------------------------------------------------------------------------

    def _item(self):
        self._told_formulas(
            [each for (row, _), each in self.formulas.items() if row == self.row.number]
        )
        if self.own("item") in (None, ""):
            return self._no_item()
        if self.section is None and {"l1", "l2"} & set(self.columns):
            return self.fault("item", "要点之上没有一级指标")
        given, text = cells.code(self.own("code")), cells.words(self.own("item"))
        if "code" not in self.columns:
            given, text = cells.item(text)
        above = self.group or self.section
        node = {"tier": "item", "text": text, "parent": above["code"] if above else ""}
        node |= {"given": given, "code": given or self._next_code(node["parent"])}
        node |= self._asked() | self._scored()
        self._check_texts(node, "item")
        self._add(node, "item", "points" if "points" in self.columns else "item")
        return None

    def _no_item(self):
        if self.own("points") not in (None, "") and self.own("l1") in (None, ""):
            self.fault("points", "写了分值，同一行没有测评要点")
        elif self.own("points") not in (None, "") and "l1_points" not in self.columns:
            self.printed.of_block()

    def _asked(self):
        asked = {name: cells.words(self.shared(role)) for role, name in TEXTS.items()}
        asked["methods"] = cells.split_list(self.shared("methods"))
        asked["item_set"] = cells.words(self.own("item_set"))[:20]
        return asked

    def _scored(self):
        kind = self._kind()
        scored = {"kind": kind, "points": Decimal(0), "each": self._number("each")}
        scored["checklist"] = cells.lines(self.own("checklist"))
        scored["bands"] = self._bands()
        if kind != "veto":
            scored["points"] = self._points(kind, scored)
        elif cells.words(self.own("points")) and not cells.is_veto(self.own("points")):
            self._veto_with_points()
        return scored

    def _veto_with_points(self):
        number, fault = cells.points(self.own("points"))
        if fault or number:
            shown = cells.words(self.own("points"))
            self.fault("points", f"一票否决的要点不计分，却写了“{shown}”")

    def _kind(self):
        written = cells.half(cells.words(self.own("kind")))
        if written:
            if written not in cells.KINDS:
                self.fault("kind", f"“{written[:20]}”不是计分方式，可写：{'、'.join(KIND_WORDS)}")
            return cells.KINDS.get(written, "range")
        return self._guessed()

    def _guessed(self):
        """Files without such a column say it by the name of the section or by a minus sign."""
        around = self.section["text"] if self.section else ""
        written = cells.words(self.own("points"))
        if cells.is_veto(written) or "否决" in around:
            return "veto"
        if re.search(r"扣分|减分|负面", around) or written.startswith(("-", "－", "−")):
            return "deduction"
        return "bonus" if re.search(r"加分|附加分", around) else "range"

    def _points(self, kind, scored):
        if self._spans("points"):
            return Decimal(0)
        number = self._number("points", needed=kind not in ("deduction",))
        if number is None:
            return Decimal(0)
        if kind == "deduction" and scored["each"] is None:
            scored["each"] = abs(number)
            shown = cells.words(self.own("points"))
            self._note(f"：“{shown}”按每次扣 {abs(number):f} 分读入，封顶分值可在草稿中补")
            return Decimal(0)
        if number < 0:
            self.fault("points", f"{number:f} 小于 0，分值不能是负数")
        return number

    def _spans(self, role):
        """One figure for several items says nothing about each of them."""
        block = self._block_at(role)
        if block is None or block[0] == block[2] or not self._items_in(block):
            return False
        if block[0] == self.row.number:
            ref = f"{reference(block[0], block[1])}:{reference(block[2], block[3])}"
            self.fault(role, f"{ref} 几个要点合用一个分值，请把每个要点的分值分别写明")
        return True

    def _block_at(self, role):
        column, number = self.columns.get(role), self.row.number
        return next(
            (b for b in self.sheet.merges if b[0] <= number <= b[2] and b[1] <= column <= b[3]),
            None,
        )

    def _items_in(self, block):
        column = self.columns["item"]
        rows = (self.raw.get(number) for number in range(block[0], block[2] + 1))
        return sum(1 for row in rows if row and row.at(column) not in (None, "")) > 1

    def _number(self, role, needed=False):
        value = self.own(role)
        column = self.columns.get(role)
        if value in (None, ""):
            formula = (self.row.number, column) in self.formulas
            if needed and column and not formula:
                self.fault(role, "没有写分值")
            return None
        number, fault = cells.points(value)
        if fault:
            self.fault(role, fault)
        return number

    def _bands(self):
        if self.own("bands") in (None, ""):
            return []
        pairs, fault = cells.bands(self.own("bands"))
        if fault:
            self.fault("bands", fault)
        return pairs

    # -- the tree -----------------------------------------------------------------------------

    def _next_code(self, parent):
        number = 1
        while (code := f"{parent}.{number}" if parent else str(number)) in self.codes:
            number += 1
        return code

    def _check_texts(self, node, role):
        if not node["text"]:
            self.fault(role, "只有编号，没有文字")
        for name, longest in LONGEST.items():
            if len(node.get(name) or "") > longest:
                self.fault(role, f"有 {len(node[name])} 个字，超过 {longest} 个，请删短")

    def _add(self, node, role, points_role):
        code_role = "code" if role == "item" else f"{role}_code"
        code_role = code_role if code_role in self.columns else role
        node |= {"row": self.row.number, "where": self.place(points_role)}
        node["code_place"] = self.place(code_role)
        if node["code"] in self.codes:
            first = next(each for each in self.out.nodes if each["code"] == node["code"])
            self.fault(code_role, f"编号 {node['code']} 与{first['code_place']} 重复")
        self.codes.add(node["code"])
        self.out.nodes.append(node)
        self.printed.count(node)

    def _left_out(self):
        left = self.out.heading.left_out
        if left:
            self.out.notes.append(f"这些列没有读入：{'、'.join(left)}。")


KIND_WORDS = ("区间打分", "按次计分", "清单计分", "比例达标", "加分", "扣分", "一票否决")
