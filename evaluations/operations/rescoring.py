"""A finished round scored once more under another edition: nothing is written, units are listed."""

from collections import defaultdict
from dataclasses import dataclass

from evaluations.loading import rules_edition
from evaluations.models import Inspection, ItemMapping, Score, ScoreSheet
from evaluations.rules.combine import Given, combine
from evaluations.rules.restate import Restated, restate


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
    rows = list(inspections.filter(edition=old).select_related("unit__region", "round"))
    before, after = rules_edition(old), rules_edition(new)
    mappings = confirmed(old, new)
    given, hits = _given(rows)
    made = [
        Rescored(row, restate(before, after, mappings, _combined(given[row.pk], old), hits[row.pk]))
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


def _combined(items, edition):
    return {code: combine(each, edition.method)[0] for code, each in items.items()}


def _given(rows):
    """By inspection: what each person gave to each item, and which vetoes were hit."""
    rounds = {row.round_id: row.round for row in rows}
    leaders = {
        (member.round_id, member.user_id)
        for each in rounds.values()
        for member in each.members.filter(is_leader=True)
    }
    sheets = ScoreSheet.objects.in_force().filter(assignment__inspection__in=rows)
    scores = Score.objects.filter(sheet__in=sheets.values("pk")).values_list(
        "sheet__assignment__inspection",
        "sheet__assignment__inspection__round",
        "sheet__assignment__assessor",
        "indicator__code",
        "value",
        "hit",
    )
    given, hits = defaultdict(lambda: defaultdict(list)), defaultdict(set)
    for inspection, round_, who, code, value, hit in scores.iterator(chunk_size=5000):
        if hit:
            hits[inspection].add(code)
        if value is not None:
            given[inspection][code].append(Given(who, value, (round_, who) in leaders))
    return given, hits
