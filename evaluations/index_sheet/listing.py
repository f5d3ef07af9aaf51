"""The other layout: one node a row, each with its own code and that of its parent."""

from decimal import Decimal

from evaluations.index_sheet import cells
from evaluations.index_sheet.reading import Reader
from portal.workbooks.table import Fault


class ListReader(Reader):
    """Reads 编号 and 上级编号; the tree is put together once all rows are known."""

    def run(self):
        super().run()
        nodes = self.out.nodes
        self._tell_lost({each["code"] for each in nodes})
        self.out.nodes = self._in_order(nodes)

    def _blocks(self):
        """There are no blocks beside the items here."""

    def _item(self):
        code, text = cells.code(self.own("code")), cells.words(self.own("item"))
        if not code and not text:
            return
        if not code:
            self.fault("code", "没有写编号")
        parent = cells.code(self.own("parent"))
        node = {"given": code, "code": code or self._next_code(""), "parent": parent, "text": text}
        node["parent_place"] = self.place("parent")
        node |= (
            self._asked()
            | {"tier": self._tier(), "points": Decimal(0), "kind": ""}
            | self._scored()
        )
        self._check_texts(node, "item")
        self._add(node, "item", "points" if "points" in self.columns else "item")

    def _tier(self):
        written = cells.half(cells.words(self.own("tier")))
        if written and written not in cells.TIERS:
            self.fault("tier", f"“{written[:20]}”不是层次，可写：一级指标、二级指标、测评要点")
        return cells.TIERS.get(written, "")

    def _tell_lost(self, codes):
        parents = {each["code"]: each["parent"] for each in self.out.nodes}
        for each in self.out.nodes:
            if each["parent"] and each["parent"] not in codes:
                self._tell(each, f"上级 {each['parent']} 不存在")
            elif circles(each["code"], parents):
                self._tell(each, f"{each['code']} 和它的上级 {each['parent']} 互为上级，绕成了圈")

    def _tell(self, node, words):
        column = self.columns["parent"]
        text = f"{node['parent_place']}：{words}。"
        self.out.faults.append(Fault(self.sheet.name, node["row"], column, text))

    def _in_order(self, nodes):
        """Parents before children, otherwise as listed; tiers by depth where none is written."""
        below = {}
        for each in nodes:
            below.setdefault(each["parent"], []).append(each)
        ordered, waiting = [], list(reversed(below.get("", [])))
        while waiting:
            node = waiting.pop()
            children = below.get(node["code"], []) if node not in ordered else []
            node["tier"] = node["tier"] or self._depth_tier(node, children)
            self._fit(node)
            ordered.append(node)
            waiting += reversed(children)
        return ordered

    @staticmethod
    def _depth_tier(node, children):
        if not node["parent"]:
            return "section"
        return "group" if children else "item"

    @staticmethod
    def _fit(node):
        if node["tier"] != "item":
            node["kind"] = ""

    def _points(self, kind, scored):
        """Blocks may leave theirs out."""
        return self._number("points") or Decimal(0)


def circles(code, parents):
    """Does following the parents of a code lead back to it?"""
    seen, now = set(), parents.get(code, "")
    while now and now not in seen:
        if now == code:
            return True
        seen.add(now)
        now = parents.get(now, "")
    return False


def read(sheet, heading):
    """Everything the sheet says, with sentences on what doesn't fit."""
    reader = (ListReader if heading.is_list else Reader)(sheet, heading)
    reader.run()
    return reader.out
