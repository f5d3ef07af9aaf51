"""Is an index sound? Points add up, codes are unique, every item says how it is scored."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from evaluations.rules.items import BASE, ZERO

FIXED = {"range", "occurrence", "checklist", "threshold", "bonus"}  # kinds that need full points
KINDS = FIXED | {"deduction", "veto"}


@dataclass(frozen=True)
class Node:
    """A node of the tree as read or stored; `where` says where a person finds it."""

    code: str
    tier: str
    text: str
    parent: str = ""
    kind: str = ""
    points: Decimal = ZERO
    each: Decimal | None = None
    checklist: tuple = ()
    bands: tuple = ()
    minimum: Decimal | None = None
    where: str = ""

    @property
    def name(self):
        """What a sentence calls it."""
        return f"{self.where}“{self.code} {self.text[:20]}”"


def faults(nodes, *, total, bonus_cap, step):
    """Sentences saying what keeps the index from being published; empty if nothing does."""
    return [
        *_codes(nodes),
        *_parents(nodes),
        *(text for node in nodes if node.tier == "item" for text in _item(node, step)),
        *_sections(nodes),
        *_sum(nodes, total, bonus_cap),
    ]


def _codes(nodes):
    counted = Counter(node.code for node in nodes)
    return [f"编号 {code} 出现了 {n} 次，编号不能重复。" for code, n in counted.items() if n > 1]


def _parents(nodes):
    parent_of = {node.code: node.parent for node in nodes}
    lost = [node for node in nodes if node.parent and node.parent not in parent_of]
    found = [f"{node.name}的上级 {node.parent} 不存在。" for node in lost]
    return found + [f"{node.name}的上级绕成了圈。" for node in nodes if _circles(node, parent_of)]


def _circles(node, parent_of):
    seen, code = set(), node.code
    while code and code not in seen:
        seen.add(code)
        code = parent_of.get(code, "")
    return bool(code) and code == node.code


def _item(node, step):
    if node.kind not in KINDS:
        return [f"{node.name}没有写计分方式。"]
    if node.kind in FIXED and node.points <= 0:
        return [f"{node.name}没有写满分。"]
    if node.points % step:
        return [f"{node.name}满分 {node.points} 不是 {step} 的倍数。"]
    return _scored_how(node)


def _scored_how(node):
    if node.kind in ("occurrence", "deduction") and not node.each:
        return [f"{node.name}按次计分，没有写每次分值。"]
    if node.kind == "checklist" and not node.checklist:
        return [f"{node.name}按清单计分，没有列出清单。"]
    if node.kind == "threshold" and not node.bands:
        return [f"{node.name}按比例计分，没有写达标比例和分值。"]
    over = [points for _, points in node.bands if points > node.points]
    return [f"{node.name}有一档 {over[0]} 分，超过满分 {node.points}。"] if over else []


def _sections(nodes):
    """Minimum lines and printed section points are held against the items beneath."""
    found = []
    for section in (node for node in nodes if node.tier == "section"):
        full = points_below(section.code, nodes)
        if section.minimum is not None and section.minimum > full:
            found.append(f"{section.name}最低分 {section.minimum} 高于本项满分 {full}。")
        if section.points and section.points != full:
            found.append(f"{section.name}写明 {section.points} 分，所属要点合计 {full} 分。")
    return found


def points_below(code, nodes):
    """Full marks of the base items beneath a node; a node is visited once, so circles end."""
    below, waiting = {code}, [code]
    while waiting:
        now = waiting.pop()
        new = [node.code for node in nodes if node.parent == now and node.code not in below]
        below.update(new)
        waiting += new
    inside = [node for node in nodes if node.code in below and node.kind in BASE]
    return sum((node.points for node in inside), ZERO)


def _sum(nodes, total, bonus_cap):
    base = sum((node.points for node in nodes if node.kind in BASE), ZERO)
    if not any(node.tier == "item" for node in nodes):
        return ["还没有测评要点。"]
    if base + bonus_cap == total:
        return []
    return [
        f"要点满分合计 {base}，加分上限 {bonus_cap}，共 {base + bonus_cap}，与总分 {total} 不符。"
    ]
