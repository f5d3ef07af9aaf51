"""What the unit writes and proves under each item of a 整改, and the time it asks for."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.versions import save_versioned
from units.access import owns_designation
from units.lifecycles import RECTIFICATION_EXTENSION
from units.models import Rectification, RectificationExtension, RectificationFile
from units.operations.rectifications import held
from units.operations.telling import tell_clerks, tell_office
from units.ruling import rule_of

State = Rectification.State
MOST_FILES = 10  # of one item
WRITTEN = ("measure", "responsible", "outcome", "done_on")
NOT_KEPT = "没有保存。"


@transaction.atomic
def save_item(item, values, *, version, actor, at):
    """Keep what the unit says of one item, if nobody has saved it since `version`."""
    row = _open(item.rectification, actor)
    today = timezone.localdate(at)
    done_on = values.get("done_on")
    if done_on and not row.ordered_on <= done_on <= today:
        raise Refused(f"完成日期应在 {row.ordered_on} 和今天之间，{NOT_KEPT}")
    for name in WRITTEN:
        setattr(item, name, values.get(name) or (None if name == "done_on" else ""))
    save_versioned(item, version=version, fields=WRITTEN)
    told = {"第": item.position, "措施": item.measure[:80], "结果": item.outcome[:80]}
    record(actor=actor, action="rectification.write", target=row, at=at, after=told)


def _open(rectification, actor):
    row = held(rectification)
    if not owns_designation(actor, row):
        raise Refused(f"“{row}”不由您填写，{NOT_KEPT}")
    if row.state != State.OPEN:
        raise Refused(f"“{row}”{row.get_state_display()}，不能再改，{NOT_KEPT}")
    return row


@transaction.atomic
def add_file(item, received, *, actor, at):
    """Put an examined file under an item."""
    row = _open(item.rectification, actor)
    files = item.files.select_related("file")
    if len(files) >= MOST_FILES:
        raise Refused(f"第 {item.position} 项最多 {MOST_FILES} 份证明，没有添加。")
    if any(each.file.sha256 == received.stored.sha256 for each in files):
        raise Refused(f"“{received.stored.name}”已在第 {item.position} 项中，没有重复添加。")
    received.stored.save()
    made = RectificationFile.objects.create(
        item=item, file=received.stored, added_at=at, added_by=actor
    )
    told = {"第": item.position, "文件": received.stored.name, "sha256": received.stored.sha256}
    record(actor=actor, action="rectification.add_file", target=row, at=at, after=told)
    return made


@transaction.atomic
def remove_file(proof, *, actor, at):
    """Take a file off, as long as the item has not been reported."""
    row = _open(proof.item.rectification, actor)
    told = {"第": proof.item.position, "文件": proof.file.name, "sha256": proof.file.sha256}
    record(actor=actor, action="rectification.remove_file", target=row, at=at, before=told)
    stored = proof.file
    proof.delete()
    stored.delete()


def extensions_left(rectification):
    """How many more times the rule allows the deadline to be put off."""
    rule = rectification.rule or rule_of(rectification.designation, rectification.ordered_on)
    return max(0, rule.rectification_extensions - rectification.extensions)


@transaction.atomic
def ask_extension(rectification, *, reason, actor, at):
    """The unit asks for more time, before the time it has is over."""
    row = _open(rectification, actor)
    if timezone.localdate(at) > row.due_on:
        raise Refused(f"整改期限 {row.due_on} 已过，不能再申请延期；没有提出申请。")
    if not extensions_left(row):
        raise Refused(f"按规定可延期的次数已用完（{row.extensions} 次），没有提出申请。")
    made = RectificationExtension(
        rectification=row, reason=reason.strip()[:500], asked_at=at, asked_by=actor
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("已有一份延期申请等待批复，没有重复提出。") from error
    record(actor=actor, action="rectification.ask_extension", target=row, at=at, note=reason)
    text = f"“{row.designation.unit}”申请整改延期：{reason.strip()[:120]}"
    tell_office(row.designation, text, url=row.get_absolute_url(), at=at, signing=True)
    return made


@transaction.atomic
def grant_extension(request, *, answer="", actor, at):
    """Put the deadline off by what the rule allows, once more and no oftener."""
    row = held(request.rectification)
    if row.state != State.OPEN:
        raise Refused(f"“{row}”{row.get_state_display()}，不用延期，没有改动。")
    if not extensions_left(row):
        raise Refused("按规定可延期的次数已用完，没有延期。")
    rule = row.rule or rule_of(row.designation, row.ordered_on)
    due_on = row.due_on + timedelta(days=rule.extension_days)
    told = {"原期限": row.due_on, "延至": due_on}
    RECTIFICATION_EXTENSION.perform("grant", request, actor=actor, at=at, note=answer, told=told)
    rows = RectificationExtension.objects.filter(pk=request.pk)
    rows.update(due_before=row.due_on, due_after=due_on, answer=answer.strip()[:500])
    Rectification.objects.filter(pk=row.pk).update(due_on=due_on, extensions=row.extensions + 1)
    text = f"整改延期已批准，期限延至 {due_on}。"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)


@transaction.atomic
def refuse_extension(request, *, answer, actor, at):
    """The deadline stays."""
    RECTIFICATION_EXTENSION.perform("refuse", request, actor=actor, at=at, note=answer)
    row = request.rectification
    rows = RectificationExtension.objects.filter(pk=request.pk)
    rows.update(answer=answer.strip()[:500])
    text = f"整改延期未获批准：{answer.strip()[:150]}　期限仍为 {row.due_on}。"
    tell_clerks(row.designation.unit, text, url=row.get_absolute_url(), at=at)
