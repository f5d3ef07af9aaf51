"""A finished round scored once more under another edition: nothing is written, units are listed."""

from dataclasses import dataclass

from evaluations.earlier import leading_of
from evaluations.models import Inspection, ItemMapping
from evaluations.rules.restate import Restated, restate
from evaluations.tally import Items, pools, vetoes
from evaluations.tree import tree_of


@dataclass(frozen=True)
class Rescored:
    """One unit of a round, on both editions."""

    inspection: Inspection
    both: Restated

    @property
    def crosses(self):
        """Does its verdict turn, at either line?"""
        return bool(self.both.crosses("passed") or self.both.crosses("may_apply"))

    @property
    def sure(self):
        """The verdicts on the new edition do not hang on items that nobody has scored yet."""
        return self.both.sure("passed") and self.both.sure("may_apply")

    @property
    def difference(self):
        return self.both.new.total - self.both.old.total


def rescore(inspections, old, new):
    """Each unit of the inspections on both editions, those that cross a line first.

    Follows confirmed mappings only. The number of queries does not grow with the units.
    """
    rows = list(inspections.filter(edition=old).select_related("unit__region", "round", "edition"))
    given, hits = pools(rows, leading=leading_of(rows)), vetoes(rows)
    before, after, mappings = Items(tree_of(old)), tree_of(new).rules, confirmed(old, new)
    made = [
        Rescored(row, _restated(before, after, mappings, given[row.pk], hits[row.pk]))
        for row in rows
        if given[row.pk]
    ]
    return sorted(
        made, key=lambda each: (not each.crosses, -each.both.old.total, each.inspection.pk)
    )


def confirmed(old, new):
    """(relation, old code, new code) of what people have decided."""
    rows = ItemMapping.objects.filter(old_edition=old, new_edition=new)
    rows = rows.exclude(confirmed_by=None)
    return list(rows.values_list("relation", "old__code", "new__code"))


def _restated(before, after, mappings, given, hits):
    codes = {before.codes[item] for item in hits}
    return restate(before.rules, after, mappings, before.scores(given), codes)
