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
    asks: tuple = ()  # standard, methods, evidence, department: told apart between editions

    @property
    def name(self):
        """What a sentence calls it."""
        return f"{self.where}“{self.code} {self.text[:20]}”"


@dataclass(frozen=True)
class Finding:
    """A sentence about an index, and the nodes it is about; none where it is about the whole."""

    text: str
    nodes: tuple = ()


def faults(nodes, *, total, bonus_cap, step, lines=()):
    """Sentences saying what keeps the index from being published; empty if nothing does."""
    found = findings(nodes, total=total, bonus_cap=bonus_cap, step=step, lines=lines)
    return [each.text for each in found]


def findings(nodes, *, total, bonus_cap, step, lines=()):
    """The same with the nodes concerned. `lines` are (name, points) that the total must reach."""
    return [
        *_codes(nodes),
        *_parents(nodes),
        *(each for node in nodes if node.tier == "item" for each in _item(node, step)),
        *_blocks(nodes),
        *_sum(nodes, total, bonus_cap),
        *_lines(lines, total),
    ]


def _about(node, words):
    return Finding(f"{node.name}{words}", (node,))


def _codes(nodes):
    counted = Counter(node.code for node in nodes)
    return [_twice(code, nodes) for code, number in counted.items() if number > 1]


def _twice(code, nodes):
    same = tuple(node for node in nodes if node.code == code)
    places = "、".join(node.where for node in same if node.where)
    where = f"（{places}）" if places else ""
    return Finding(f"编号 {code} 出现了 {len(same)} 次{where}，编号不能重复。", same)


def _parents(nodes):
    by_code = {node.code: node for node in nodes}
    parent_of = {node.code: node.parent for node in nodes}
    for node in nodes:
        if node.parent and node.parent not in by_code:
            yield _about(node, f"的上级 {node.parent} 不存在。")
        elif _circles(node, parent_of):
            yield _about(node, "的上级绕成了圈。")
        elif fault := _misplaced(node, by_code.get(node.parent)):
            yield _about(node, fault)


def _misplaced(node, parent):
    if node.tier == "section":
        return "是一级指标，不能再有上级。" if parent else ""
    if parent is None:
        return "没有归入任何一级指标。"
    allowed = ("section",) if node.tier == "group" else ("section", "group")
    return "" if parent.tier in allowed else f"不能放在“{parent.code} {parent.text[:20]}”之下。"


def _circles(node, parent_of):
    seen, code = set(), node.code
    while code and code not in seen:
        seen.add(code)
        code = parent_of.get(code, "")
    return bool(code) and code == node.code


def _item(node, step):
    if node.kind not in KINDS:
        return [_about(node, "没有写计分方式。")]
    if node.kind in FIXED and node.points <= 0:
        return [_about(node, "没有写满分。")]
    if node.points % step:
        return [_about(node, f"满分 {told(node.points)} 不是 {told(step)} 的倍数。")]
    return _scored_how(node)


def _scored_how(node):
    if node.kind in ("occurrence", "deduction") and not node.each:
        return [_about(node, "按次计分，没有写每次分值。")]
    if node.kind == "checklist" and not node.checklist:
        return [_about(node, "按清单计分，没有列出清单。")]
    if node.kind == "threshold" and not node.bands:
        return [_about(node, "按比例计分，没有写达标比例和分值。")]
    over = [points for _, points in node.bands if points > node.points]
    words = f"有一档 {told(over[0])} 分，超过满分 {told(node.points)}。" if over else ""
    return [_about(node, words)] if over else []


def _blocks(nodes):
    """Minimum lines and printed points of sections and groups are held against their items."""
    for block in (node for node in nodes if node.tier != "item"):
        full = points_below(block.code, nodes)
        if block.minimum is not None and block.minimum > full:
            yield _about(block, f"最低分 {told(block.minimum)} 高于本项满分 {told(full)}。")
        printed = full if block.points == 0 else block.points
        if printed not in (full, points_below(block.code, nodes, BASE | {"bonus"})):
            yield _about(block, f"写明 {told(printed)} 分，所属要点合计 {told(full)} 分。")


def points_below(code, nodes, kinds=BASE):
    """Full marks of the items beneath a node; a node is visited once, so circles end."""
    below, waiting = {code}, [code]
    while waiting:
        now = waiting.pop()
        new = [node.code for node in nodes if node.parent == now and node.code not in below]
        below.update(new)
        waiting += new
    inside = [node for node in nodes if node.code in below and node.kind in kinds]
    return sum((node.points for node in inside), ZERO)


def _sum(nodes, total, bonus_cap):
    """The total is what the base items make, with or without the bonus on top."""
    base = sum((node.points for node in nodes if node.kind in BASE), ZERO)
    if not any(node.tier == "item" for node in nodes):
        return [Finding("还没有测评要点。")]
    if total in (base, base + bonus_cap):
        return []
    made = f"要点满分合计 {told(base)}，加分上限 {told(bonus_cap)}，共 {told(base + bonus_cap)}"
    return [Finding(f"{made}，与总分 {told(total)} 不符。")]


def _lines(lines, total):
    over = [(name, points) for name, points in lines if points > total]
    return [Finding(f"{n} {told(points)} 高于总分 {told(total)}。") for n, points in over]


def told(number):
    """Points as people write them: 60, not 60.00."""
    return f"{number.normalize():f}"
