"""整改: ordered with its items, carried out by the unit, closed out by somebody else."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from units.access import decides_title
from units.lifecycles import DESIGNATION, RECTIFICATION, REVERIFICATION
from units.models import Designation, Rectification, RectificationItem, Reverification
from units.operations.telling import tell_clerks, tell_office
from units.operations.titles import move_designation
from units.rules import document_number
from units.ruling import rule_of, stored

State = Rectification.State
NOT_ORDERED = "没有下达整改。"
NOT_REPORTED = "没有报送，填写的内容都在。"


@transaction.atomic
def order_rectification(
    title, *, source, items, note, document_no="", on, actor, at, reverification=None
):
    """Order the findings to be mended by the rule's deadline; the title is 整改中 from that day."""
    findings = [each.strip() for each in items if each.strip()]
    _check_order(title, findings, on, actor, at)
    rule = (reverification.rule if reverification else None) or rule_of(title, on)
    made = Rectification(
        designation=title,
        reverification=reverification,
        rule=stored(rule),
        source=source,
        ordered_on=on,
        due_on=on + timedelta(days=rule.rectification_days),
        document_no=document_number(document_no),
        note=note.strip()[:500],
        ordered_by=actor,
    )
    _write(made, findings)
    if DESIGNATION.steps["rectify"].leaves(title):
        papers = {"document_no": document_no, "note": made.get_source_display()}
        move_designation("rectify", title, actor=actor, at=at, on=on, **papers)
    told = {"来源": made.get_source_display(), "期限": made.due_on, "问题": findings}
    record(actor=actor, action="rectification.order", target=made, at=at, after=told, note=note)
    text = f"收到整改通知，共 {len(findings)} 项，请于 {made.due_on} 前完成并报送。"
    tell_clerks(title.unit, text, url=made.get_absolute_url(), at=at)
    return made


def _check_order(title, findings, on, actor, at):
    if not decides_title(actor, title):
        raise Refused(f"整改由负责这一级称号的签发人员下达，{NOT_ORDERED}")
    if not findings:
        raise Refused(f"请至少写明一个问题，{NOT_ORDERED}")
    today = timezone.localdate(at)
    if on > today:
        raise Refused(f"下达日期在今天之后，{NOT_ORDERED}")
    if title.state not in Designation.HOLDING:
        raise Refused(f"“{title}”{title.get_state_display()}，不能下达整改，{NOT_ORDERED}")


def _write(made, findings):
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"“{made.designation}”已有一份整改没有销号，{NOT_ORDERED}请在那一份中办理。"
        ) from error
    RectificationItem.objects.bulk_create(
        RectificationItem(rectification=made, position=number, finding=finding[:500])
        for number, finding in enumerate(findings, 1)
    )


@transaction.atomic
def report_rectification(rectification, *, actor, at):
    """The unit says that all is mended; each item has its measure, outcome, day and proof."""
    row = held(rectification)
    gaps = gaps_of(row)
    if gaps:
        raise Refused(f"{gaps[0]}{f'等 {len(gaps)} 处' if len(gaps) > 1 else ''}，{NOT_REPORTED}")
    RECTIFICATION.perform("report", row, actor=actor, at=at)
    rows = Rectification.objects.filter(pk=row.pk)
    rows.update(reported_at=at, reported_by=actor, return_note="")
    text = f"“{row.designation.unit}”已报送整改结果，请核查销号。"
    tell_office(row.designation, text, url=row.get_absolute_url(), at=at)


def gaps_of(rectification):
    """What is still missing before it can be reported, in words."""
    items = rectification.items.prefetch_related("files")
    return [
        f"第 {each.position} 项还没有{word}"
        for each in items
        for word, there in (
            ("填写整改措施", each.measure),
            ("填写整改结果", each.outcome),
            ("填写完成日期", each.done_on),
            ("上传证明材料", each.files.all()),
        )
        if not there
    ]


@transaction.atomic
def send_back(rectification, *, note, actor, at):
    """What was reported does not do yet; the deadline stays."""
    row = held(rectification)
    RECTIFICATION.perform("send_back", row, actor=actor, at=at, note=note)
    Rectification.objects.filter(pk=row.pk).update(return_note=note.strip()[:500])
    text = f"整改被退回：{note.strip()[:150]}　期限仍为 {row.due_on}。"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


@transaction.atomic
def close_out(rectification, *, note="", on, actor, at):
    """销号, by somebody other than the doer; the title is what it was before."""
    row = held(rectification)
    if row.reported_by_id == actor.pk:
        raise Refused("这份整改由您报送，须由其他人核查销号；没有销号。")
    if on > timezone.localdate(at) or on < row.ordered_on:
        raise Refused(f"销号日期应在 {row.ordered_on} 和今天之间，没有销号。")
    RECTIFICATION.perform("close", row, actor=actor, at=at, note=note, told={"销号日期": on})
    told = {"closed_on": on, "closed_by": actor, "verdict": note.strip()[:500]}
    Rectification.objects.filter(pk=row.pk).update(**told)
    row.items.update(verified=True)
    _back_to(row, actor=actor, at=at, on=on)
    text = "整改已销号。" + _what_follows(row)
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


def _what_follows(row):
    return "复验结论由审核人员作出。" if row.reverification_id else ""


def _back_to(row, *, actor, at, on):
    """A title in 复验 goes on waiting for its conclusion; any other is as it was."""
    title = row.designation
    going_on = title.reverifications.open().exists()
    verb = "resume" if going_on else "mend"
    if DESIGNATION.steps[verb].leaves(title):
        move_designation(verb, title, actor=actor, at=at, on=on)


@transaction.atomic
def fail_rectification(rectification, *, note, actor, at):
    """Not mended: a 复验 that hung on it has failed too; revocation is for a decision."""
    row = held(rectification)
    RECTIFICATION.perform("fail", row, actor=actor, at=at, note=note)
    Rectification.objects.filter(pk=row.pk).update(verdict=note.strip()[:500])
    turn = row.reverification
    if turn and turn.state == Reverification.State.RECTIFYING:
        REVERIFICATION.perform("fail", turn, actor=actor, at=at, note=note)
        told = {"conclusion": note.strip()[:500], "concluded_by": actor}
        rows = Reverification.objects.filter(pk=turn.pk)
        rows.update(**told, concluded_on=timezone.localdate(at))
    text = f"整改认定不到位：{note.strip()[:150]}"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


def held(rectification):
    """The row as it stands, kept from others until the act is through."""
    rows = Rectification.objects.for_display().select_for_update(of=("self",))
    return rows.get(pk=rectification.pk)
