"""采信: an officer or assessor has looked at a file and takes it as proof; units may reuse it."""

from django.db import transaction

from evaluations.access import officer_over_unit
from evaluations.models import Evidence, Inspection
from portal.audit import record
from portal.errors import Refused


def may_accept(user, evidence):
    """An officer over the unit, or an assessor to whom the unit is assigned."""
    if officer_over_unit(user, evidence):
        return True
    if not user.is_active or user.role != user.Role.ASSESSOR:
        return False
    return Inspection.objects.assigned_to(user).filter(unit=evidence.unit_id).exists()


@transaction.atomic
def accept_evidence(evidence, *, actor, at):
    """Take a file as proof. What was accepted stays so until it is withdrawn."""
    _refuse_stranger(evidence, actor)
    free = Evidence.objects.filter(pk=evidence.pk, accepted_at=None)
    if not free.update(accepted_by=actor, accepted_at=at):
        raise Refused(f"“{evidence}”已经采信，没有再次记录。")
    record(
        actor=actor,
        action="evidence.accept",
        target=evidence,
        at=at,
        after={"unit": str(evidence.unit)},
    )


@transaction.atomic
def withdraw_acceptance(evidence, *, note, actor, at):
    """Take the acceptance back, with the reason."""
    _refuse_stranger(evidence, actor)
    if not note.strip():
        raise Refused("取消采信须填写理由，没有改动。请写明原因后再提交。")
    if actor.role == actor.Role.ASSESSOR and evidence.accepted_by_id != actor.pk:
        raise Refused(f"“{evidence}”不是您采信的，没有改动。可请审核人员取消。")
    held = Evidence.objects.filter(pk=evidence.pk, accepted_at__isnull=False)
    if not held.update(accepted_by=None, accepted_at=None):
        raise Refused(f"“{evidence}”没有采信，不需要取消。")
    before = {"accepted_at": evidence.accepted_at}
    record(
        actor=actor, action="evidence.withdraw", target=evidence, at=at, before=before, note=note
    )


def _refuse_stranger(evidence, actor):
    if not may_accept(actor, evidence):
        raise Refused(f"“{evidence.unit}”的材料不由您采信，没有改动。")
