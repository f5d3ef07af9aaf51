"""Handing an application in, with a receipt for exactly what was handed in."""

from django.db import transaction
from django.utils import timezone

from portal import jobs
from portal.errors import Refused
from portal.operations.notifications import notify
from units.application_parts import asked_of, lacking
from units.contents import changes, content_of
from units.desks import route_of
from units.eligibility import why_not_now
from units.lifecycles import APPLICATION
from units.models import Application, ApplicationFile, Batch, BatchStage, Submission
from units.operations.applications import lock_open, refuse_ineligible
from units.operations.desks import people_at
from units.recommenders import bodies_open_to
from units.stages import Timetable
from units.submissions import digest, told

NOTHING = "没有提交，填写的内容都在。"
SHOWN = 5
S, K = Application.State, BatchStage.Kind


@transaction.atomic
def submit_application(application, *, actor, at):
    """Hand in a complete application before its time is up; `at` is when the request arrived.

    The batch is locked: closing a stage and handing in, and two receipts, cannot interleave.
    """
    batch = Batch.objects.select_for_update().get(pk=application.batch_id)
    standing = lock_open(application, actor=actor, nothing=NOTHING)
    _refuse_late(batch, standing, at)
    _refuse_moved(standing, batch)
    case = {"body": standing.body, "application": standing}
    refuse_ineligible(standing.unit, batch, standing.category, at, NOTHING, **case)
    _refuse_incomplete(standing)
    made = _submission(standing, actor, at)
    facts = {"receipt": made.receipt_no, "sha256": made.sha256}
    APPLICATION.perform("submit", standing, actor=actor, at=at, told=facts)
    _lay_on_first_desk(standing, made, at)
    jobs.start(
        "units.print_receipt",
        user=actor,
        label=f"打印回执 {made.receipt_no}",
        key=f"application receipt {made.code}",
        payload={"submission": made.pk},
    )
    return made


def why_late(batch, application, at):
    """A sentence why it can't be handed in now; a returned one may come back during the review."""
    late = why_not_now(batch, at)
    if late and application.state == S.RETURNED and batch.state == Batch.State.OPEN:
        return Timetable.of(batch, at).why_not(K.REVIEWING)
    return late


def _refuse_late(batch, application, at):
    late = why_late(batch, application, at)
    if late:
        raise Refused(f"{late}{NOTHING}")


def _refuse_moved(application, batch):
    """The unit may have been transferred to another 旗 since it began."""
    if application.body not in bodies_open_to(application.unit, batch):
        raise Refused(
            f"“{application.unit.name}”现属{application.unit.region.name}，"
            f"不能再经“{application.body}”推荐，{NOTHING}请重新选择推荐单位。"
        )


def _refuse_incomplete(application):
    missing = missing_of(application)
    if missing:
        first = "".join(each.text for each in missing[:SHOWN])
        more = f"等 {len(missing)} 项" if len(missing) > SHOWN else ""
        raise Refused(f"还差 {len(missing)} 项，{NOTHING}{first}{more}")


def missing_of(application):
    """What keeps it from being handed in, part by part."""
    asked = asked_of(application.batch, application.category)
    counts = {}
    for each in application.files.standing().materials():
        counts[each.requirement_id] = counts.get(each.requirement_id, 0) + 1
    return lacking(application, asked, counts)


def _submission(application, actor, at):
    last = application.submissions.order_by("-number").first()
    content = {
        **content_of(application),
        "batch": str(application.batch),
        "rule": str(application.rule),
        "pledged": application.pledged,
        "self_check_id": application.self_check_id,
        "submitted_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "submitted_by": actor.username,
    }
    return Submission.objects.create(
        application=application,
        number=last.number + 1 if last else 1,
        receipt_no=_receipt_no(application.batch),
        content=content,
        sha256=digest(content),
        changes=told(changes(last.content, content)) if last else [],
        submitted_at=at,
        submitted_by=actor,
    )


def _receipt_no(batch):
    """The next number of the batch; the lock on the batch makes it nobody else's."""
    taken = Submission.objects.filter(application__batch=batch).count()
    return f"SB{batch.year or ''}-{batch.pk:04d}-{taken + 1:05d}"


def _lay_on_first_desk(application, made, at):
    desk = route_of(application)[0]
    again = "修改后再次提交" if made.number > 1 else "提交"
    for person in people_at(desk, application):
        text = f"待审核：{application}，单位{again}。"
        notify(person, text, url=f"/units/desk/{application.pk}/", at=at)
    Application.objects.filter(pk=application.pk).update(
        submitted_at=made.submitted_at,
        submitted_by=made.submitted_by,
        receipt_no=made.receipt_no,
        receipt_sha256=made.sha256,
        desk=desk.region,
        at_line_desk=desk.is_line,
        desk_since=made.submitted_at,
        recommended_at=None,
        recommended_rank=None,
    )
    standing = ApplicationFile.objects.filter(application=application).standing()
    standing.materials().update(handed_in=True)
