"""Sums printed in a sheet, held against the items they are about; told, never mended."""

from decimal import Decimal

from evaluations.index_sheet import cells
from portal.workbooks.table import Fault

COUNTED = frozenset({"range", "occurrence", "checklist", "threshold", "bonus"})


class Printed:
    """Adds up while the reader walks, and compares whenever a sum is printed."""

    def __init__(self, reader):
        self.reader = reader
        self.group = self.section = self.all = Decimal(0)
        self.waiting = []  # sums that may be of the section or of the whole: the last tells

    def count(self, node):
        """A node has been read."""
        if node["tier"] == "section":
            self._settle(grand=False)
            self.group = self.section = Decimal(0)
        elif node["tier"] == "group":
            self.group = Decimal(0)
        elif node["tier"] == "item" and node["kind"] in COUNTED:
            self.group += node["points"]
            self.section += node["points"]
            self.all += node["points"]

    def total(self, text):
        """A row that prints a sum: 小计, 合计, 总计."""
        role = next((r for r in ("points", "l1_points") if self.reader.own(r) is not None), None)
        if role is None:
            return self._formula(text)
        number, fault = cells.points(self.reader.own(role))
        if fault:
            return self.reader.fault(role, fault)
        place = self.reader.place(role)
        row, column = self.reader.row.number, self.reader.columns[role]
        in_group = cells.words(self.reader.own("l2")).startswith(text[:2])
        part = self.group if in_group else self.section
        self.waiting.append((place, row, column, text, number, part, self.all))
        return None

    def of_block(self):
        """Points in the row of a section's own title, where its items have rows of their own."""
        reader = self.reader
        number = reader._number("points")
        block = reader.group or reader.section
        if number is not None and block is not None and not block["points"]:
            block["points"], block["where"] = number, reader.place("points")

    def _formula(self, text):
        reader = self.reader
        if any(row == reader.row.number for row, _ in reader.formulas):
            reader._note(f"的“{text[:10]}”是公式，没有读取；各项合计由门户自己算")

    def close(self):
        """The sheet has ended: the last sum is that of the whole."""
        self._settle(grand=True)

    def _settle(self, *, grand):
        waiting, self.waiting = self.waiting, []
        for number, sum_line in enumerate(waiting):
            of_section = sum_line[3].startswith(("小计", "本项"))
            last = grand and number == len(waiting) - 1 and not of_section
            self._compare(*sum_line, whole=last)

    def _compare(self, place, row, column, text, printed, section, whole_sum, *, whole):
        made = whole_sum if whole else section
        if whole:
            self.reader.out.facts.setdefault("total", f"{printed:f}")
        if printed != made:
            words = f"{place}：{text[:6]}写 {printed:f} 分，上方要点合计 {made:f} 分。"
            self.reader.out.doubts.append(Fault(self.reader.sheet.name, row, column, words))
