"""A batch on its way: opened, its stages closed by hand or by date, given more time, cancelled."""

from django.db import transaction
from django.db.models import F

from portal.audit import record
from portal.errors import Refused
from portal.models import Notification, User
from portal.times import until
from units.access import keeps_batch
from units.lifecycles import BATCH
from units.models import Application, Batch, BatchStage, Deliberation, RecommendingBody
from units.planning import Kind, since
from units.readiness import lacks
from units.recommenders import people_of

NOTHING = "没有改动。"
LONGEST = 300
BEFORE_SIGNING = (Kind.APPLYING, Kind.REVIEWING, Kind.INSPECTING, Kind.DELIBERATING)


@transaction.atomic
def locked_batch(batch, actor):
    """The batch as it stands, kept from others until the act is done; its own office only."""
    row = Batch.objects.select_for_update().get(pk=batch.pk)
    if not keeps_batch(actor, row):
        raise Refused(f"“{row}”由{row.region or '命名地区'}的审核人员办理，{NOTHING}")
    return row


@transaction.atomic
def open_batch(batch, *, actor, at):
    """Open a batch once everything is there, and tell those who recommend to it."""
    row = locked_batch(batch, actor)
    missing = lacks(row, at) if row.state == Batch.State.DRAFT else []
    if missing:
        raise Refused(f"“{row}”还不能启动：{''.join(each.text for each in missing)}")
    told = {"rule": str(row.rule), "places": row.places, "approval_no": row.approval_no}
    BATCH.perform("open", row, actor=actor, at=at, told=told)
    bodies = RecommendingBody.objects.filter(quotas__batch=row).distinct()
    applying = row.stages.get(kind=Kind.APPLYING)
    text = f"“{row}”已启动，申报截止 {until(applying.ends_at)}，请组织推荐。"
    _tell(people_of(bodies), row, text, at)
    return row


@transaction.atomic
def close_stage(stage, *, actor, at, reason):
    """End a stage by hand, before its date or where no date ends it."""
    row, stage = _running(stage, actor)
    if at < stage.starts_at:
        raise Refused(f"“{stage}”还没有开始，不能结束，{NOTHING}")
    _check_on(stage, at)
    _check_reason(reason, "结束")
    stage.closed_at, stage.closed_by, stage.close_reason = at, actor, reason.strip()
    stage.save(update_fields=["closed_at", "closed_by", "close_reason"])
    told = {"stage": stage.get_kind_display(), "closed_at": until(at)}
    record(
        actor=actor, action="batch.close_stage", target=row, at=at, after=told, note=reason.strip()
    )
    _tell_of_end(row, stage, at)
    return stage


def due_stages(at):
    """Stages of open batches whose date has passed and that nobody has entered as ended."""
    return BatchStage.objects.filter(
        batch__state=Batch.State.OPEN, closes_by_date=True, closed_at=None, ends_at__lte=at
    ).order_by("ends_at", "pk")


def close_due_stages(at):
    """Enter the end of every stage whose date has passed; again at once it finds none."""
    due = list(due_stages(at).select_related("batch__region"))
    return [stage for stage in due if _close_by_date(stage, at)]


@transaction.atomic
def _close_by_date(stage, at):
    Batch.objects.select_for_update().get(pk=stage.batch_id)
    if not due_stages(at).filter(pk=stage.pk).update(closed_at=F("ends_at")):
        return False
    told = {"stage": stage.get_kind_display(), "closed_at": until(stage.ends_at)}
    record(actor=None, action="batch.stage_due", target=stage.batch, at=at, after=told)
    _tell_of_end(stage.batch, stage, at)
    return True


@transaction.atomic
def extend_stage(stage, *, ends_at, actor, at, reason, shift_later=False):
    """Give a stage more time; the later ones move along if asked.

    One that is over is opened again, as long as nobody has been asked to sign the list.
    """
    row, stage = _running(stage, actor)
    again = stage.is_over(at)
    if again:
        _check_undecided(row, stage)
    _check_reason(reason, "延长")
    before = min(stage.ends_at, stage.closed_at or stage.ends_at)
    if ends_at <= max(before, at):
        raise Refused(f"新的结束时间须晚于原来的 {until(before)} 和现在，{NOTHING}")
    if shift_later and ends_at > stage.ends_at:  # an early end had moved nothing
        _shift(row, stage, ends_at - stage.ends_at, at)
    _check_review_lasts(row, stage, ends_at, at)
    stage.ends_at, stage.closed_at, stage.closed_by, stage.close_reason = ends_at, None, None, ""
    stage.save(update_fields=["ends_at", "closed_at", "closed_by", "close_reason"])
    record(
        actor=actor,
        action="batch.reopen_stage" if again else "batch.extend_stage",
        target=row,
        at=at,
        before={"stage": stage.get_kind_display(), "ends_at": until(before)},
        after={"ends_at": until(ends_at), "shifted": shift_later},
        note=reason.strip(),
    )
    verb = "重新开放" if again else "延长"
    text = f"“{row}”的{stage.get_kind_display()}{verb}到 {until(ends_at)}。"
    _tell(_concerned(row, stage), row, text, at)
    return stage


@transaction.atomic
def start_stage(stage, *, actor, at, reason):
    """Begin a stage before its day, once those before it are over."""
    row, stage = _running(stage, actor)
    if at >= stage.starts_at:
        raise Refused(f"“{stage}”已经开始，{NOTHING}")
    _check_reason(reason, "提前开始")
    before = [each for each in row.stages.all() if each.position < stage.position]
    unfinished = [each.get_kind_display() for each in before if not each.is_over(at)]
    if unfinished:
        raise Refused(f"{'、'.join(unfinished)}还没有结束，不能提前开始，{NOTHING}")
    was, stage.starts_at = stage.starts_at, at
    stage.save(update_fields=["starts_at"])
    record(
        actor=actor,
        action="batch.start_stage",
        target=row,
        at=at,
        before={"stage": stage.get_kind_display(), "starts_at": since(was)},
        after={"starts_at": since(at)},
        note=reason.strip(),
    )
    return stage


@transaction.atomic
def cancel_batch(batch, *, actor, at, reason):
    """End a batch without a result, and tell everybody it concerned."""
    row = locked_batch(batch, actor)
    was_open = row.state == Batch.State.OPEN
    BATCH.perform("cancel", row, actor=actor, at=at, note=reason)
    if was_open:
        text = f"“{row}”已取消：{reason.strip()}"
        bodies = RecommendingBody.objects.filter(quotas__batch=row).distinct()
        _tell(_people(bodies) | _clerks(row.applications.live()), row, text, at)
    return row


def _running(stage, actor):
    row = locked_batch(stage.batch, actor)
    if row.state != Batch.State.OPEN:
        raise Refused(f"“{row}”{row.get_state_display()}，不在进行中，{NOTHING}")
    return row, BatchStage.objects.select_related("batch").get(pk=stage.pk)


def _check_on(stage, at):
    if stage.closed_at is not None:
        raise Refused(f"“{stage}”已于 {until(stage.closed_at)} 结束，{NOTHING}")
    if stage.is_over(at):
        raise Refused(f"“{stage}”已于 {until(stage.ends_at)} 到期结束，{NOTHING}")


def _check_reason(reason, verb):
    if not reason.strip():
        raise Refused(f"{verb}阶段须写明原因，{NOTHING}")


def _shift(row, stage, gap, at):
    """Move what comes after along by the same time; what has begun keeps its beginning."""
    for later in row.stages.filter(position__gt=stage.position, closed_at=None):
        if later.is_over(at):
            continue
        if later.starts_at > at:
            later.starts_at += gap
        later.ends_at += gap
        later.save(update_fields=["starts_at", "ends_at"])


def signing_begun(row):
    """Has the list of this batch been put before those who sign it?"""
    states = (Deliberation.State.SIGNING, Deliberation.State.SETTLED)
    return Deliberation.objects.filter(batch=row, state__in=states).exists()


def _check_undecided(row, stage):
    if stage.kind in BEFORE_SIGNING and signing_begun(row):
        raise Refused(f"“{row}”的名单已提交会签，{stage.get_kind_display()}不能重新开放，{NOTHING}")


def _check_review_lasts(row, stage, ends_at, at):
    """The desks must be able to look at what comes in on the last day."""
    review = row.stages.filter(kind=Kind.REVIEWING).first()
    if stage.kind == Kind.APPLYING and review and review.is_over(at):
        raise Refused(f"审核推荐也已结束，{NOTHING}请先重新开放审核推荐。")
    if stage.kind == Kind.APPLYING and review and review.ends_at < ends_at:
        raise Refused(
            f"审核推荐 {until(review.ends_at)} 就结束，早于新的申报截止时间，{NOTHING}"
            "请勾选“后面的阶段顺延”。"
        )


def _tell_of_end(row, stage, at):
    text = f"“{row}”的{stage.get_kind_display()}已结束。"
    following = row.stages.filter(position__gt=stage.position, closed_at=None).first()
    if following:
        text += f"下一阶段：{following.get_kind_display()}，至 {until(following.ends_at)}。"
    _tell(_concerned(row, stage), row, text, at)


def _concerned(row, stage):
    """Who hears of a stage: the naming office, those who recommend, units with open drafts."""
    office = User.objects.office_of(row.region)
    if stage.kind == Kind.APPLYING:
        return office | _clerks(row.applications.filter(state__in=Application.OPEN))
    if stage.kind == Kind.REVIEWING:
        bodies = RecommendingBody.objects.filter(quotas__batch=row).distinct()
        return _people(bodies) | office
    return office


def _people(bodies):
    return User.objects.filter(pk__in=people_of(bodies).values("pk"))


def _clerks(applications):
    clerks = User.objects.filter(units__in=applications.values("unit"), is_active=True)
    return User.objects.filter(pk__in=clerks.values("pk"))


def _tell(people, row, text, at):
    """One line for each of these people, in the transaction of the act it tells of."""
    keys = people.order_by().values_list("pk", flat=True).distinct()
    url = row.get_absolute_url()
    lines = [Notification(user_id=pk, text=text[:LONGEST], url=url, created_at=at) for pk in keys]
    Notification.objects.bulk_create(lines, batch_size=500)
