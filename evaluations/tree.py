"""An edition as pages and rules read it: sections with their items, read once and kept.

A published edition never changes, so its tree may be remembered by a process.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evaluations.models import IndexEdition, Indicator
from evaluations.rules import items as rules

Tier = Indicator.Tier
DOCUMENTS = "材料审核"


@dataclass(frozen=True)
class Entry:
    """An item of the tree with what the rules need to know of it."""

    indicator: Indicator
    item: rules.Item

    @property
    def pk(self):
        return self.indicator.pk

    @property
    def material_asked(self):
        """Do assessors look at papers here, and does the index name some?"""
        return bool(self.indicator.evidence_asked) and DOCUMENTS in self.indicator.methods


@dataclass(frozen=True)
class Section:
    """A 一级指标 with its items in order."""

    indicator: Indicator
    entries: tuple

    @property
    def pk(self):
        return self.indicator.pk


@dataclass(frozen=True)
class Tree:
    """The whole edition."""

    sections: tuple
    rules: rules.Edition

    @property
    def entries(self):
        return [entry for section in self.sections for entry in section.entries]

    def entry(self, pk):
        """The item with this key, or None."""
        return next((entry for entry in self.entries if entry.pk == pk), None)

    def section(self, pk):
        return next((section for section in self.sections if section.pk == pk), None)


def tree_of(edition):
    """The tree of an edition; that of a draft is read anew each time."""
    if edition.state == IndexEdition.State.DRAFT:
        return _read(edition)
    return _remembered(Key(edition))


class Key:
    """An edition as the key of a cache: any change that a published one can make is part of it."""

    def __init__(self, edition):
        self.edition = edition
        self.parts = (edition.pk, edition.moves, edition.version, edition.edition_no, edition.title)

    def __hash__(self):
        return hash(self.parts)

    def __eq__(self, other):
        return self.parts == other.parts


@lru_cache(maxsize=64)
def _remembered(key):
    return _read(key.edition)


def _read(edition):
    rows = list(edition.indicators.order_by("position", "pk"))
    by_pk = {row.pk: row for row in rows}
    sections = [row for row in rows if row.tier == Tier.SECTION]
    found = {row.pk: [] for row in sections}
    for row in rows:
        if row.tier == Tier.ITEM:
            section = _section_of(row, by_pk)
            found[section.pk].append(Entry(row, as_item(row, section.code, edition.step)))
    made = tuple(Section(row, tuple(found[row.pk])) for row in sections if found[row.pk])
    return Tree(made, _as_edition(edition, made))


def _section_of(row, by_pk):
    while row.parent_id:
        row = by_pk[row.parent_id]
    return row


def as_item(row, section, step):
    """An indicator as the rules see it; figures without idle zeros, for they stand in sentences."""
    return rules.Item(
        code=row.code,
        section=section,
        kind=row.kind,
        points=neat(row.points),
        each=None if row.each is None else neat(row.each),
        checklist=len(row.checklist),
        bands=tuple((Decimal(line), Decimal(points)) for line, points in row.bands),
        step=neat(step),
        text=row.text,
    )


def _as_edition(edition, sections):
    return rules.Edition(
        sections=tuple(
            rules.Section(
                each.indicator.code,
                each.indicator.text,
                each.indicator.minimum,
                each.indicator.points or None,
            )
            for each in sections
        ),
        items=tuple(entry.item for each in sections for entry in each.entries),
        apply_line=edition.apply_line,
        pass_line=edition.pass_line,
        bonus_cap=edition.bonus_cap,
        method=edition.method,
    )


def neat(value):
    """5.00 → 5, 0.50 → 0.5."""
    value = Decimal(value)
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
