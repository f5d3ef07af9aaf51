"""取消资格: a proposed unit goes off the list before it is named, and everybody reads why."""

from django.db import transaction

from portal.errors import Refused
from units.lifecycles import APPLICATION
from units.models import Application, Batch, NoticeEntry
from units.operations.telling import tell_clerks

LONGEST = 300  # characters of a reason


@transaction.atomic
def strike_application(application, *, note, actor, at):
    """Take a proposed unit off for a reason outside of objections: merged, closed, 整改."""
    batch = Batch.objects.select_for_update().get(pk=application.batch_id)
    if batch.state != Batch.State.OPEN:
        raise Refused(f"“{batch}”{batch.get_state_display()}，不能再取消资格，没有改动。")
    row = Application.objects.select_related("batch__region", "unit").get(pk=application.pk)
    take_off(row, note=note, reason=note.strip(), actor=actor, at=at)
    entries = NoticeEntry.objects.filter(application=row, taken_off_at=None)
    entries.update(taken_off_at=at, taken_off_reason=note.strip()[:LONGEST])
    return row


def take_off(application, *, note, reason, actor, at):
    """Strike an application, keep why, and tell its unit."""
    APPLICATION.perform("strike", application, actor=actor, at=at, note=note)
    application.reason = reason[:LONGEST]
    application.save(update_fields=["reason"])
    text = f"“{application.unit.name}”不再列入拟命名名单：{reason[:160]}"
    tell_clerks(application.unit, text, url=application.get_absolute_url(), at=at)
