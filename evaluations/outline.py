"""The tree of an edition as its page shows it: rows with sums, and how each item is scored."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from evaluations.models import Indicator
from evaluations.rules.burden import Asked, burden

Kind, Tier = Indicator.Kind, Indicator.Tier
COUNTED = frozenset({*Indicator.BASE, Kind.BONUS})


@dataclass(frozen=True)
class Row:
    """A node with what the page says of it."""

    node: Indicator
    full: Decimal  # points of the items beneath, or of the item itself
    first: bool  # the first of its parent: it cannot move up
    last: bool

    @property
    def points(self):
        """Points as they stand in the column; an item without any has none."""
        if self.node.kind in (Kind.VETO, ""):
            return plain(self.full) if self.full else ""
        if self.node.kind == Kind.DEDUCTION:
            return f"最多 −{plain(self.full)}" if self.full else ""
        return plain(self.full)

    @property
    def how(self):
        """How the item is scored, in a few words."""
        return how_scored(self.node)


def how_scored(node):
    """清单 6 条, 每次 0.5 分 …"""
    if node.kind == Kind.CHECKLIST:
        words = f"清单 {len(node.checklist)} 条"
        return f"{words}：{_bands(node, ' 条')}" if node.bands else words
    if node.kind == Kind.THRESHOLD:
        return _bands(node, "%")
    if node.kind == Kind.OCCURRENCE:
        return f"每次 {plain(node.each)} 分" if node.each else node.get_kind_display()
    if node.kind == Kind.DEDUCTION:
        return f"每次扣 {plain(node.each)} 分" if node.each else node.get_kind_display()
    return node.get_kind_display()


def _bands(node, unit):
    return "；".join(f"≥{line}{unit} {plain(Decimal(points))} 分" for line, points in node.bands)


def plain(number):
    """60, not 60.00."""
    return f"{number.normalize():f}"


def nodes_of(edition):
    """The whole tree in its order, parents at hand."""
    rows = list(edition.indicators.order_by("position", "pk"))
    by_key = {each.pk: each for each in rows}
    for each in rows:
        each.parent = by_key.get(each.parent_id)
        each.edition = edition
    return rows


def rows_of(nodes):
    """Rows for the page."""
    full, siblings = _sums(nodes), defaultdict(list)
    for each in nodes:
        siblings[each.parent_id].append(each.pk)
    return [
        Row(
            each,
            full[each.pk],
            siblings[each.parent_id][0] == each.pk,
            siblings[each.parent_id][-1] == each.pk,
        )
        for each in nodes
    ]


def _sums(nodes):
    full = {each.pk: Decimal(0) for each in nodes}
    for each in nodes:
        if each.tier != Tier.ITEM:
            continue
        full[each.pk] = each.points
        above = each.parent if each.kind in COUNTED else None
        while above is not None:
            full[above.pk] += each.points
            above = above.parent
    return full


def burden_of(edition, nodes):
    """What the edition asks of a unit."""
    asked = [
        Asked(each.code, each.text, each.kind, each.evidence_asked, tuple(each.methods))
        for each in nodes
        if each.tier == Tier.ITEM
    ]
    return burden(asked, words_cap=edition.words_cap, files_cap=edition.files_cap)


def figures(edition, nodes):
    """Base, bonus and number of items, as the side of the page tells them."""
    items = [each for each in nodes if each.tier == Tier.ITEM]
    base = sum((each.points for each in items if each.kind in Indicator.BASE), Decimal(0))
    kinds = {kind: sum(each.kind == kind for each in items) for kind in Kind.values}
    return {"base": base, "items": len(items), "kinds": kinds}
