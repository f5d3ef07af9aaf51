"""Settle a round: what several assessors gave becomes each unit's total and verdict."""

from collections import defaultdict

from django.db import transaction

from evaluations.loading import rules_edition
from evaluations.models import Inspection, Score, ScoreSheet
from evaluations.rules.combine import Given, combine
from evaluations.rules.roll_up import roll_up
from portal.audit import record


@transaction.atomic
def settle_round(round, *, actor, at, inspections=None):
    """Write total and veto of the round's inspections, or of those given, from signed sheets."""
    rows = round.inspections.all() if inspections is None else inspections
    rows = list(rows.select_related("edition"))
    given, vetoed = _given(rows)
    editions = {}
    for row in rows:
        edition = editions.setdefault(row.edition_id, rules_edition(row.edition))
        scores = {code: combine(each, edition.method)[0] for code, each in given[row.pk].items()}
        row.total = roll_up(edition, scores, sorted(vetoed[row.pk])).total
        row.vetoed, row.settled_at = bool(vetoed[row.pk]), at
    Inspection.objects.bulk_update(rows, ["total", "vetoed", "settled_at"], batch_size=300)
    told = {"units": len(rows), "vetoed": sum(row.vetoed for row in rows)}
    record(actor=actor, action="inspectionround.settle", target=round, at=at, after=told)


def _given(rows):
    """By inspection: what each person gave to each item, and which vetoes were hit."""
    leaders = (
        set(rows[0].round.members.filter(is_leader=True).values_list("user", flat=True))
        if rows
        else set()
    )
    sheets = ScoreSheet.objects.in_force().filter(assignment__inspection__in=rows)
    scores = Score.objects.filter(sheet__in=sheets.values("pk")).values_list(
        "sheet__assignment__inspection",
        "sheet__assignment__assessor",
        "indicator__code",
        "value",
        "hit",
    )
    given, vetoed = defaultdict(lambda: defaultdict(list)), defaultdict(set)
    for inspection, who, code, value, hit in scores.iterator(chunk_size=5000):
        if hit:
            vetoed[inspection].add(code)
        if value is not None:
            given[inspection][code].append(Given(who, value, who in leaders))
    return given, vetoed
