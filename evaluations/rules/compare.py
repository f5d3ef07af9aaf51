"""Two editions side by side: added, dropped, re-worded, re-weighted; and which words changed."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
ISLAND = 2  # an unchanged run this short between two changes reads better as changed
LABELS = {
    "added": "新增",
    "dropped": "取消",
    "reworded": "改写",
    "reweighted": "调整分值",
    "rescored": "调整计分",
    "moved": "移动",
    "asked": "调整要求",
}


@dataclass(frozen=True)
class Line:
    """One row of the comparison; `sure` is false while its pairing is a proposal."""

    old: object
    new: object
    changes: tuple
    old_words: tuple = ()  # (text, changed?)
    new_words: tuple = ()
    sure: bool = True

    @property
    def labels(self):
        """What changed, in words."""
        return [LABELS[each] for each in self.changes]


def words_changed(old, new):
    """Both texts cut into (text, changed?) pieces."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    steps = _joined(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    return (
        tuple(("".join(before[a:b]), changed) for changed, a, b, _, _ in steps if b > a),
        tuple(("".join(after[c:d]), changed) for changed, _, _, c, d in steps if d > c),
    )


def _joined(opcodes):
    """Steps (changed?, from, to, from, to) in which no short island stands between changes."""
    steps = []
    for index, (tag, a, b, c, d) in enumerate(opcodes):
        inside = 0 < index < len(opcodes) - 1
        changed = tag != "equal" or (inside and b - a <= ISLAND)
        if steps and steps[-1][0] == changed:
            _, first, _, third, _ = steps.pop()
            a, c = first, third
        steps.append((changed, a, b, c, d))
    return steps


def compare(old_nodes, new_nodes, pairs):
    """Every node of both trees as lines, in the order of the new one.

    `pairs` are (old code, new code, sure); several may name one node. A node dropped stands after
    the one it followed.
    """
    old_by, new_by = ({node.code: node for node in nodes} for nodes in (old_nodes, new_nodes))
    sources = {}
    for old, new, sure in pairs:
        if old in old_by and new in new_by:
            sources.setdefault(new, []).append((old_by[old], sure))
    lines = [line for node in new_nodes for line in _lines(node, sources.get(node.code))]
    gone = {old.code for several in sources.values() for old, _ in several}
    for place, node in enumerate(old_nodes):
        if node.code not in gone:
            _insert(lines, old_nodes[:place], Line(node, None, ("dropped",)))
    return lines


def _lines(new, sources):
    if not sources:
        return [Line(None, new, ("added",))]
    return [_line(old, new, sure) for old, sure in sources]


def _line(old, new, sure):
    before, after = words_changed(old.text, new.text)
    return Line(old, new, tuple(_changes(old, new)), before, after, sure)


def _changes(old, new):
    if old.text != new.text:
        yield "reworded"
    if old.points != new.points or old.minimum != new.minimum:
        yield "reweighted"
    if (old.kind, old.each, old.checklist, old.bands) != (
        new.kind,
        new.each,
        new.checklist,
        new.bands,
    ):
        yield "rescored"
    if old.asks != new.asks:
        yield "asked"
    if old.code != new.code:
        yield "moved"


def _insert(lines, before, line):
    """Behind the last node that preceded it in the old tree and still has a line."""
    for node in reversed(before):
        for place in range(len(lines) - 1, -1, -1):
            if lines[place].old is not None and lines[place].old.code == node.code:
                lines.insert(place + 1, line)
                return
    lines.insert(0, line)


def counts(lines):
    """How many items were added, dropped, re-worded, re-weighted …"""
    items = [line for line in lines if (line.new or line.old).tier == "item"]
    return {name: sum(name in line.changes for line in items) for name in LABELS}
