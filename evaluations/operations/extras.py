"""Where scores lie too far apart, the rule calls one assessor more."""

from django.db import transaction

from evaluations.access import check_keeper
from evaluations.extras import next_person, wanting
from evaluations.models import Inspection, InspectionRound
from evaluations.operations.assignments import call_extra
from evaluations.rosters import Roster
from evaluations.standings import tallies
from evaluations.tally import signatures
from portal.errors import Refused
from portal.models import User
from portal.operations.notifications import notify

NOBODY = "测评组里没有还能给“{unit}”打分的人（须回避的除外），没有加派。请先增加测评组成员。"


@transaction.atomic
def call_third(inspection, *, actor, at):
    """Call whoever the rule names to one unit; returns the assignment."""
    held = InspectionRound.objects.select_for_update().get(pk=inspection.round_id)
    check_keeper(actor, held)
    rows = _wanting(held, Inspection.objects.filter(pk=inspection.pk))
    if not rows:
        raise Refused(
            f"“{inspection.unit}”现在不需要加派：各项打分差距在复核线以内，或还有人没签字，"
            "或已经加派。没有加派。"
        )
    return _call(held, rows[0], actor, at)


@transaction.atomic
def call_thirds(held, *, actor, at):
    """Call one more to every unit of the round that wants it; returns the assignments."""
    held = InspectionRound.objects.select_for_update().get(pk=held.pk)
    check_keeper(actor, held)
    rows = _wanting(held, held.inspections.all())
    if not rows:
        raise Refused("没有需要加派复核的单位，没有加派。")
    return [_call(held, each, actor, at) for each in rows]


def tell_apart(inspection, *, at):
    """After the last signature: where scores lie too far apart, the round's officers are told."""
    held = inspection.round
    rows = _wanting(held, Inspection.objects.filter(pk=inspection.pk))
    if not rows:
        return
    number, address = len(rows[0].tally["apart"]), inspection.get_absolute_url()
    text = f"“{inspection.unit}”有 {number} 项打分差距较大，可按规则加派一人复核。"
    for officer in User.objects.office_of(held.region):
        notify(officer, text, url=address, at=at)


def _wanting(held, inspections):
    rows = list(inspections.select_related("edition", "unit").order_by("pk"))
    found = tallies(held, rows, signatures(rows))
    for each in rows:
        each.tally, each.round = found[each.pk], held
    return wanting(held, rows)


def _call(held, inspection, actor, at):
    """The roster is read anew each time: whoever was called has one unit more."""
    chosen = next_person(Roster(held), inspection)
    if chosen is None:
        raise Refused(NOBODY.format(unit=inspection.unit))
    to = held.members.select_related("user").get(user=chosen.key).user
    apart = "、".join(inspection.tally["apart"])
    note = f"{apart} 打分差距超过满分的 {held.outlier_limit * 100:.0f}%"
    return call_extra(inspection, to=to, actor=actor, at=at, note=note)
