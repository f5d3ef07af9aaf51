"""What a finished round found, settled down onto the applications or 复验 turns it serves.

After a correction it is settled again, but only onto what has not been decided meanwhile.
"""

from django.db import transaction

from evaluations.access import check_keeper
from evaluations.models import InspectionRound
from evaluations.serving import applications_of, choices_for, turns_of
from portal.audit import record
from portal.errors import Refused
from units.models import Batch
from units.operations.settling import settle_application, settle_first, settle_reverification


@transaction.atomic
def choose_served(held, value, *, actor, at):
    """Say what a round is for, before scoring begins; its candidates are then those units."""
    check_keeper(actor, held)
    row = InspectionRound.objects.select_for_update().get(pk=held.pk)
    if row.state != InspectionRound.State.PREPARING:
        raise Refused("已经开始打分，不能再改为哪个批次测评，没有改动。")
    words = dict(choices_for(held))
    if value and value not in words:
        raise Refused("选择的批次或复验轮次已结束，或与本轮的种类不符，没有改动。")
    kind, _, pk = value.partition("-")
    row.batch_id = int(pk) if kind == "batch" else None
    row.turns_of_id = int(pk) if kind == "turns" else None
    row.save(update_fields=["batch", "turns_of"])
    told = {"serves": words.get(value, "")}
    record(actor=actor, action="inspectionround.serve", target=row, at=at, after=told)
    return row


def bring_down(held, at):
    """Settle every unit's figures onto what the round serves, in the caller's transaction."""
    inspections = {each.unit_id: each for each in held.inspections.select_related("edition")}
    if held.batch_id:
        Batch.objects.select_for_update().get(pk=held.batch_id)  # as a deliberation locks them
        bring = _first_scores if held.kind == held.Kind.PRELIMINARY else _totals
        bring(held, inspections, at)
    if held.turns_of_id:
        _turns(held, inspections, at)


def _first_scores(held, inspections, at):
    leader = _leader_of(held)
    for row in _applications(held, inspections):
        found = inspections[row.unit_id]
        day = found.visit_on or held.ends_on
        settle_first(row, score=found.total, on=day, leader=leader, at=at)


def _totals(held, inspections, at):
    for row in _applications(held, inspections):
        found = inspections[row.unit_id]
        line = found.edition.apply_line
        settle_application(row, **_figures(found), apply_line=line, at=at)


def _applications(held, inspections):
    return applications_of(held).filter(unit__in=inspections).defer("deeds").order_by("pk")


def _turns(held, inspections, at):
    rows = turns_of(held).filter(designation__unit__in=inspections).order_by("pk")
    for row in rows.select_related("designation"):
        settle_reverification(row, **_figures(inspections[row.designation.unit_id]), at=at)


def _figures(found):
    return {
        "total": found.total,
        "pass_line": found.edition.pass_line,
        "vetoed": found.vetoed,
        "short": found.short,
        "sheet_id": found.pk,
    }


def _leader_of(held):
    leader = held.members.filter(is_leader=True).select_related("user").first()
    return leader.user.name if leader else ""
