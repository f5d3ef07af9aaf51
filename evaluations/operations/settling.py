"""Settle a round: what several assessors gave becomes each unit's total, verdict and rank."""

import hashlib

from django.db import transaction

from evaluations.access import check_keeper
from evaluations.models import Assignment, Inspection, InspectionRound
from evaluations.operations.bringing_down import bring_down
from evaluations.standings import firmness_of, standings, tallies
from evaluations.tally import signatures
from portal.audit import record
from portal.errors import Refused

SETTLED = ["total", "vetoed", "short", "apart", "rank", "firmness", "settled_at", "tally"]
TOLD = ("total", "vetoed", "short", "rank")
NAMED = 3  # units that a refusal names


@transaction.atomic
def settle_round(round, *, actor, at):
    """Store every unit's total, veto and rank as the signed sheets have it, and say so.

    Called when a round is finished, and again after a correction, which may move any rank: then
    only what has changed is written, each with its figures before and after. Returns how many
    units changed.
    """
    held = InspectionRound.objects.select_for_update().get(pk=round.pk)
    check_keeper(actor, held)
    _check_whole(held)
    standing = standings(held)
    _check_scored(standing)
    firm = firmness_of(held, standing)
    changed = [each for each in standing if _settle(each, firm.get(each.pk), at)]
    rows = [each.inspection for each in changed]
    Inspection.objects.bulk_update(rows, SETTLED, batch_size=500)
    _tell(held, standing, changed, actor=actor, at=at)
    bring_down(held, at)
    return len(changed)


def _check_whole(held):
    waiting = Assignment.objects.unsigned().filter(inspection__round=held)
    names = list(waiting.values_list("inspection__unit__name", flat=True).order_by("pk"))
    if names:
        shown = "、".join(f"“{name}”" for name in list(dict.fromkeys(names))[:NAMED])
        raise Refused(
            f"还有 {len(names)} 份测评表没有签字（{shown}等），没有结分。"
            "请催签，或撤回不再需要的任务。"
        )


def _check_scored(standing):
    unscored = [each for each in standing if not each.signed]
    if unscored:
        names = "、".join(f"“{each.inspection.unit}”" for each in unscored[:NAMED])
        raise Refused(f"{names}等 {len(unscored)} 家还没有人打分，没有结分。请先分派测评人员。")
    gaps = next((each for each in standing if each.tally["missing"]), None)
    if gaps:
        codes = "、".join(gaps.tally["missing"][:NAMED])
        raise Refused(f"“{gaps.inspection.unit}”的 {codes} 没有人打分，没有结分。请补打后再结分。")


def _settle(each, firmness, at):
    """Put the figures onto the row; says whether anything is new."""
    row, before = each.inspection, _values(each.inspection)
    row.was = {name: before[name] for name in TOLD}
    row.total, row.tally = each.total, each.tally
    row.vetoed, row.short = bool(each.tally["vetoes"]), bool(each.tally["short"])
    row.apart, row.rank, row.firmness = len(each.tally["apart"]), each.rank, firmness
    if _values(row) == before and row.settled_at:
        return False
    row.settled_at = at
    return True


def _values(row):
    return {name: getattr(row, name) for name in SETTLED if name != "settled_at"}


def _tell(held, standing, changed, *, actor, at):
    """One line for the round; after a correction one more for each unit that moved."""
    again = [each for each in changed if each.inspection.was["total"] is not None]
    after = {
        "units": len(standing),
        "changed": len(changed),
        "vetoed": sum(bool(each.tally["vetoes"]) for each in standing),
        "sha256": digest_of(standing),
    }
    if changed:
        record(actor=actor, action="inspectionround.settle", target=held, at=at, after=after)
    for each in again:
        row = each.inspection
        new = {name: getattr(row, name) for name in TOLD}
        if new != row.was:
            told = {"before": row.was, "after": new}
            record(actor=actor, action="inspection.settle", target=row, at=at, **told)


def digest_of(standing):
    """SHA-256 over every unit's total, veto and rank: what was settled, in one word."""
    lines = (
        f"{each.pk} {each.total} {','.join(each.tally['vetoes'])} {each.rank}"
        for each in sorted(standing, key=lambda each: each.pk)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def keep_tally(inspection):
    """Keep a unit's figures beside it, so that lists need not add up scores; after each signature.

    Within the transaction of the act that signs, and without an audit line: nothing is decided.
    """
    held = inspection.round
    row = Inspection.objects.select_related("edition").get(pk=inspection.pk)
    row.tally = {}  # made anew, whatever is kept
    found = tallies(held, [row], signatures([row]))
    Inspection.objects.filter(pk=row.pk).update(tally=found[row.pk])
