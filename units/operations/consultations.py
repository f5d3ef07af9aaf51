"""征求意见: other bodies are asked about applications, until a day, and their answers recorded."""

from datetime import timedelta

from django.db import transaction

from portal.audit import record
from portal.calendar import Calendar
from portal.errors import Refused
from portal.versions import save_versioned
from units.access import may_consult
from units.models import Application, Consultation
from units.operations.locking import lock_batches_of

A = Consultation.Answer
NOTHING_ASKED = "没有发出任何征求意见。"
ONE = timedelta(days=1)


def reply_day(asked_on, days):
    """The last of so many working days after the day of asking."""
    return Calendar.load().after_working_days(asked_on + ONE, days) - ONE


@transaction.atomic
def ask_bodies(applications, *, bodies, asked_on, reply_by, actor, at):
    """Ask each body about each application; whom it was asked before isn't asked again.

    Says how many questions were put down.
    """
    if reply_by < asked_on:
        raise Refused(f"回复截止不能早于发函日期，{NOTHING_ASKED}")
    keys = [each.pk for each in applications]
    lock_batches_of(keys)
    rows = Application.objects.for_display().filter(pk__in=keys).order_by("pk")
    rows = list(rows.prefetch_related("consultations"))
    for each in rows:
        if not may_consult(actor, each):
            raise Refused(f"“{each.unit.name}”不由您征求意见，{NOTHING_ASKED}")
    made = [
        Consultation(
            application=each,
            body_name=name,
            asked_on=asked_on,
            reply_by=reply_by,
            recorded_by=actor,
        )
        for each in rows
        for name in bodies
        if name not in {one.body_name for one in each.consultations.all()}
    ]
    if not made:
        raise Refused(f"所选单位都已向这些单位征求过意见，{NOTHING_ASKED}")
    Consultation.objects.bulk_create(made)
    _record_asked(rows, made, actor, at)
    return len(made)


def _record_asked(rows, made, actor, at):
    for application in rows:
        asked = [each for each in made if each.application_id == application.pk]
        if asked:
            record(
                actor=actor,
                action="application.consult",
                target=application,
                at=at,
                after={"bodies": [each.body_name for each in asked], "reply_by": asked[0].reply_by},
            )


@transaction.atomic
def record_answer(consultation, *, answer, replied_on, text, file, version, actor, at):
    """Put down what a body answered; a later correction is another version of the row."""
    if not may_consult(actor, consultation.application):
        raise Refused(f"“{consultation}”的回复不由您登记，没有保存任何内容。")
    if answer == A.OBJECTED and not text.strip():
        raise Refused("有不同意见的，请写明意见内容，没有保存任何内容。")
    if replied_on < consultation.asked_on:
        raise Refused("回复日期不能早于发函日期，没有保存任何内容。")
    before = {"answer": consultation.answer, "replied_on": consultation.replied_on}
    if file is not None:
        file.save()
        consultation.file = file
    consultation.answer, consultation.replied_on = answer, replied_on
    consultation.text = text.strip()
    fields = ["answer", "replied_on", "text", "file"]
    save_versioned(consultation, version=version, fields=fields)
    record(
        actor=actor,
        action="consultation.answer",
        target=consultation,
        at=at,
        before=before,
        after={"answer": answer, "replied_on": replied_on},
        note=text.strip(),
    )
