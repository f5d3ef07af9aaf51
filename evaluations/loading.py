"""Rows of an index as the rules see them."""

from decimal import Decimal

from evaluations.models import Indicator
from evaluations.rules.items import Edition, Item, Section

Tier = Indicator.Tier


def rules_edition(edition, indicators=None):
    """The edition for roll_up(); one query, or none if its indicators are given."""
    rows = indicators_of(edition) if indicators is None else indicators
    section_of = sections_by_node(rows)
    return Edition(
        sections=tuple(
            Section(each.code, each.text, each.minimum, each.points or None)
            for each in rows
            if each.tier == Tier.SECTION
        ),
        items=tuple(
            rules_item(each, section_of[each.pk].code, edition.step)
            for each in rows
            if each.tier == Tier.ITEM
        ),
        apply_line=edition.apply_line,
        pass_line=edition.pass_line,
        bonus_cap=edition.bonus_cap,
        method=edition.method,
    )


def indicators_of(edition):
    """The whole tree in its order."""
    return list(edition.indicators.order_by("position", "pk"))


def sections_by_node(rows):
    """The 一级指标 above each node, by the node's key."""
    by_key = {each.pk: each for each in rows}
    return {each.pk: _top(each, by_key) for each in rows}


def _top(node, by_key):
    while node.parent_id:
        node = by_key[node.parent_id]
    return node


def rules_item(indicator, section, step):
    """One 测评要点 for award() and score_fault()."""
    return Item(
        code=indicator.code,
        section=section,
        kind=indicator.kind,
        points=indicator.points,
        each=indicator.each,
        checklist=len(indicator.checklist),
        bands=tuple((Decimal(line), Decimal(points)) for line, points in indicator.bands),
        step=step,
        text=indicator.text,
    )
