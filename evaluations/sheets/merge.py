"""Three-way: what was exported, what came back, what the server has meanwhile."""

from dataclasses import dataclass

UNCHANGED, MINE, THEIRS, CONFLICT = "unchanged", "mine", "theirs", "conflict"
LABELS = {
    UNCHANGED: "未变",
    MINE: "我改的",
    THEIRS: "系统已变",
    CONFLICT: "两边都改了",
}


@dataclass(frozen=True)
class Cell:
    """One input cell seen from three sides."""

    task: int
    indicator: int
    field: str
    base: str
    mine: str
    theirs: str

    @property
    def key(self):
        return f"{self.task}-{self.indicator}-{self.field}"

    @property
    def verdict(self):
        return verdict(self.base, self.mine, self.theirs)


def verdict(base, mine, theirs):
    """Who changed the cell since it was exported."""
    if mine == theirs:
        return UNCHANGED
    if theirs == base:
        return MINE
    return THEIRS if mine == base else CONFLICT


def field_label(cell, kind):
    """What the cell is called where people read it."""
    if cell.field == "value":
        return "是否触发" if kind == "veto" else "得分"
    return "评语" if cell.field == "comment" else "理由"
