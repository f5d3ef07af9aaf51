"""异议: received from anybody, handled by the naming office, upheld or dismissed with reasons."""

import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import files
from portal.audit import record, without_address
from portal.calendar import Calendar
from portal.errors import Refused
from portal.intake import asking
from portal.intake.receiving import receive
from portal.models import Setting
from units.access import keeps_batch
from units.lifecycles import OBJECTION
from units.models import Batch, Objection, ObjectionFile, PublicNotice
from units.offices import minding_objections
from units.operations.striking import take_off
from units.operations.telling import tell

NOTHING = "没有保存任何内容。"
MOST_FILES = 3
MOST_BYTES = 10 * 1024 * 1024
MOST_AN_HOUR = 60  # from the public to one notice, where the setting has not been loaded
MOST_AT_ONCE = 100  # dismissed for one reason
CONCLUSION = ["findings", "answer", "decided_at", "decided_by"]
KINDS = frozenset({"image", "pdf", "document", "sheet"})


def receive_files(uploads, notice, at, *, anonymous=False):
    """Examine what came along and put it on disk, before the act; the office owns it."""
    if len(uploads) > MOST_FILES:
        raise Refused(f"最多附 {MOST_FILES} 个文件，{NOTHING}")
    large = next((each.name for each in uploads if each.size > MOST_BYTES), None)
    if large:
        raise Refused(f"“{large}”超过 10 MB，{NOTHING}请压缩或分成几份。")
    found = [_received(each, notice, at) for each in uploads]
    if anonymous:
        return [_nameless(each, number, at) for number, each in enumerate(found, 1)]
    return [each.stored for each in found]


def _received(upload, notice, at):
    found = receive(upload, name=upload.name, owner=notice.created_by, at=at)
    if found.kind not in KINDS:
        raise Refused(f"“{found.stored.name}”不是 PDF、图片、DOCX 或 XLSX，{NOTHING}")
    return found


def _nameless(received, number, at):
    """Of somebody anonymous neither the file's name nor what a camera wrote into a picture."""
    stored = received.stored
    ending = Path(stored.name).suffix.lower()
    stored.name = f"附件 {number}{ending}"
    if received.kind != "image":
        return stored
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        found = asking.derive(files.path_of(stored.sha256), ending, stored.name, folder)
        told = {"name": f"附件 {number}.jpg", "media_type": "image/jpeg"}
        return files.prepare(found["viewing"], **told, owner=stored.owner, at=at)


@transaction.atomic
def file_objection(notice, values, *, stored=(), form_key="", actor=None, at):
    """Take in an objection while the notice runs; `actor` is the office, None the public.

    Of somebody anonymous neither name nor contact is kept, of the public no address. The same
    form sent again gives the same objection.
    """
    row = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    known = Objection.objects.filter(notice=row, form_key=form_key).first() if form_key else None
    if known is not None:
        return known
    if actor is None:
        check_room(row, at)
    else:
        _check_office(row, actor, at)
    cleaned = _cleaned(values)
    told = {"received_at": at, "due_on": due_of(row, at), "form_key": form_key or None}
    objection = Objection(notice=row, **told, **cleaned)
    _save(objection)
    _attach(objection, stored, at)
    _record(objection, len(stored), actor, at)
    _tell_office(objection, at)
    return objection


def _check_office(notice, actor, at):
    _check_running(notice, at)
    if not keeps_batch(actor, notice):
        raise Refused(f"“{notice}”的异议由{notice.batch.region}的审核人员登记，{NOTHING}")


def check_room(notice, at):
    """May the public object now? Asked before its files are looked at, and again when locked."""
    _check_running(notice, at)
    since = at - timedelta(hours=1)
    lately = notice.objections.filter(source=Objection.Source.ONLINE, received_at__gt=since)
    if lately.count() >= Setting.objects.value("objections_an_hour", MOST_AN_HOUR):
        raise Refused(
            f"“{notice.title}”一小时内收到的网上异议过多，{NOTHING}请过一小时再提交，"
            f"或向{notice.contact_office}反映，电话 {notice.contact_phone}。"
        )


def _save(objection):
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:  # no page gives the key of its form to another notice
        raise Refused(f"这张表单已用于另一公示的异议，{NOTHING}请重新打开页面填写。") from error


def due_of(notice, at):
    """The day before which it is to be done: the rule's working days from when it came."""
    rule = notice.batch.rule
    days = rule.objection_days if rule else 10
    return Calendar.load().after_working_days(timezone.localdate(at), days)


def _attach(objection, stored, at):
    for each in stored:
        each.save()
        ObjectionFile.objects.create(objection=objection, name=each.name, file=each, added_at=at)


def _record(objection, files, actor, at):
    told = {"source": objection.source, "anonymous": objection.is_anonymous, "files": files}
    line = {"actor": actor, "action": "objection.file", "target": objection, "at": at}
    if actor is not None:
        record(**line, after=told)
        return
    with without_address():
        record(**line, after=told)


def _check_running(notice, at):
    today = timezone.localdate(at)
    if notice.state != PublicNotice.State.OPEN or today >= notice.ends_on:
        raise Refused(f"“{notice.title}”的公示期已过，{NOTHING}如仍要反映情况，请与命名机关联系。")
    if today < notice.starts_on:
        raise Refused(f"“{notice.title}”自 {notice.starts_on} 起接受异议，{NOTHING}")


def _cleaned(values):
    kept = {name: values[name] for name in ("entry", "source", "is_anonymous", "text")}
    named = not values["is_anonymous"]
    if named and not (values["name"].strip() and values["contact"].strip()):
        raise Refused(f"署名反映请填写姓名和联系方式，{NOTHING}不便署名的可以选择匿名。")
    return kept | {
        "name": values["name"].strip() if named else "",
        "contact": values["contact"].strip() if named else "",
    }


def _tell_office(objection, at):
    text = f"“{objection.notice.title}”收到一件异议，请受理。"
    tell(minding_objections(objection.notice.batch), text, url=objection.get_absolute_url(), at=at)


@transaction.atomic
def handle_objection(objection, *, actor, at):
    """Begin to look into it; its days have counted since it came."""
    told = {"due_on": objection.due_on}
    OBJECTION.perform("handle", objection, actor=actor, at=at, told=told)
    return objection


@transaction.atomic
def uphold_objection(objection, *, entry, findings, answer, actor, at):
    """The objection holds: the unit comes off the list and out of the batch, with the reason."""
    _lock(objection.notice)
    entry = entry or objection.entry
    if entry is None or entry.notice_id != objection.notice_id:
        raise Refused(f"请选择异议成立后从名单中取消的单位，{NOTHING}")
    entry.refresh_from_db()  # somebody may have struck the unit since the page was opened
    if entry.taken_off_at is not None:
        raise Refused(f"“{entry.unit_name}”已经取消，{NOTHING}本件请按不成立或合并办理说明。")
    objection.entry = entry
    _decide("uphold", objection, findings, answer, actor, at)
    entry.taken_off_at, entry.taken_off_reason = at, answer[:300]
    entry.save(update_fields=["taken_off_at", "taken_off_reason"])
    why = f"公示期间异议成立：{answer}"
    take_off(entry.application, note=answer, reason=why, actor=actor, at=at)
    return objection


def _lock(notice):
    """Batch before notice, as everybody who strikes a unit has it."""
    Batch.objects.select_for_update().get(pk=notice.batch_id)
    PublicNotice.objects.select_for_update().get(pk=notice.pk)


@transaction.atomic
def dismiss_objection(objection, *, findings, answer, actor, at):
    """The objection does not hold; the unit stays."""
    return _decide("dismiss", objection, findings, answer, actor, at)


@transaction.atomic
def dismiss_objections(notice, keys, *, findings, answer, actor, at):
    """None of these anonymous objections holds, for one reason; all of them are settled or none.

    Each is taken up and dismissed by lines of its own.
    """
    _check_words(findings, answer)
    rows = Objection.objects.select_for_update(of=("self",)).filter(notice=notice, pk__in=keys)
    rows = list(rows.select_related("notice__batch__region").order_by("pk"))
    _check_alike(rows, keys)
    who = {"actor": actor, "at": at}
    OBJECTION.perform_all("handle", rows, **who, told=lambda each: {"due_on": each.due_on})
    OBJECTION.perform_all("dismiss", rows, **who, note=answer)
    for each in rows:
        _conclude(each, findings, answer, actor, at)
    Objection.objects.bulk_update(rows, CONCLUSION)
    return rows


def _check_alike(rows, keys):
    if not rows or len(rows) != len(set(keys)):
        raise Refused(f"请勾选要一并认定的异议，{NOTHING}")
    if len(rows) > MOST_AT_ONCE:
        raise Refused(
            f"一次最多认定 {MOST_AT_ONCE} 件，选了 {len(rows)} 件，{NOTHING}请分几次办理。"
        )
    named = sum(not each.is_anonymous for each in rows)
    if named:
        raise Refused(f"其中 {named} 件署了名，须逐件调查和答复，{NOTHING}")
    taken = sum(each.state != Objection.State.RECEIVED for each in rows)
    if taken:
        raise Refused(f"其中 {taken} 件已有人受理或办结，{NOTHING}请刷新后重新勾选。")


def _decide(verb, objection, findings, answer, actor, at):
    _check_words(findings, answer)
    OBJECTION.perform(verb, objection, actor=actor, at=at, note=answer)
    _conclude(objection, findings, answer, actor, at)
    objection.save(update_fields=["entry", *CONCLUSION])
    return objection


def _check_words(findings, answer):
    if not findings.strip() or not answer.strip():
        raise Refused(f"请写明调查情况和答复，{NOTHING}")


def _conclude(objection, findings, answer, actor, at):
    objection.findings, objection.answer = findings.strip(), answer.strip()
    objection.decided_at, objection.decided_by = at, actor
