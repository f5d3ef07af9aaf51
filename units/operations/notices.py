"""公示: drafted from the proposed, frozen when published, closed when its days are over."""

import hashlib
import json

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from portal import jobs
from portal.audit import record
from portal.calendar import Calendar
from portal.documents import pdf_of
from portal.errors import Refused
from portal.models import User
from portal.operations.notifications import notify_all
from portal.versions import save_versioned
from units.access import keeps_batch
from units.lifecycles import PUBLIC_NOTICE
from units.models import Application, Batch, BatchStage, NoticeEntry, Objection, PublicNotice, Unit
from units.notice_stages import moved_by
from units.operations.telling import tell
from units.rules import batch_words
from units.stages import moment

NOTHING = "没有保存任何内容。"
FIELDS = [
    "title",
    "text",
    "starts_on",
    "days",
    "in_working_days",
    "ends_on",
    "calendar_note",
    "contact_office",
    "contact_phone",
    "contact_email",
    "contact_address",
]
TEXT = (
    "根据有关规定，经申报、审核推荐、测评验收和审定，现将拟命名名单予以公示，接受社会监督。"
    "对名单有异议的，请在公示期内以电话、来信、来访或网上提交的方式反映。"
    "署名反映的，将为反映人保密。"
)
GIVEN = [name for name in FIELDS if name not in ("ends_on", "calendar_note")]


def initial_notice(batch, on):
    """What the form for a new notice begins with: the rule's days, the next working day."""
    rule, calendar = batch.rule, Calendar.load()
    return {
        "title": f"关于{batch_words(batch)}拟命名名单的公示",
        "text": TEXT,
        "starts_on": calendar.next_working(on),
        "days": rule.notice_days if rule else 5,
        "in_working_days": rule.notice_in_working_days if rule else True,
    }


@transaction.atomic
def draft_notice(batch, values, *, actor, at):
    """Write the notice of a batch; its list is drawn when it is published."""
    row = Batch.objects.select_for_update().get(pk=batch.pk)
    if not keeps_batch(actor, row):
        raise Refused(f"“{row}”的公示由{row.region}的审核人员办理，{NOTHING}")
    if row.notices.filter(state__in=["draft", "open"]).exists():
        raise Refused(f"“{row}”已有拟稿或正在进行的公示，{NOTHING}请在那一份上办理。")
    notice = PublicNotice(batch=row, created_at=at, created_by=actor, **_given(values))
    _lay_dates(notice)
    notice.save()
    record(actor=actor, action="publicnotice.draft", target=notice, at=at, after=_told(notice))
    return notice


@transaction.atomic
def edit_notice(notice, values, *, actor, at, version):
    """Change a draft; what has been published stays as it is."""
    row = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    if row.state != PublicNotice.State.DRAFT or not keeps_batch(actor, row):
        raise Refused(f"“{row}”已发布或不由您办理，不能再改，{NOTHING}")
    before = _told(row)
    for name, value in _given(values).items():
        setattr(row, name, value)
    _lay_dates(row)
    save_versioned(row, version=version, fields=FIELDS)
    record(
        actor=actor,
        action="publicnotice.edit",
        target=row,
        at=at,
        before=before,
        after=_told(row),
    )
    return row


def _given(values):
    return {name: values[name] for name in GIVEN}


def _lay_dates(notice):
    calendar = Calendar.load()
    least = notice.batch.rule.notice_days if notice.batch.rule else 1
    if notice.days < least:
        raise Refused(f"公示天数不能少于办法规定的 {least} 天，{NOTHING}")
    notice.ends_on = calendar.end_of(notice.starts_on, notice.days, working=notice.in_working_days)
    notice.calendar_note = calendar.caveat(notice.starts_on, notice.ends_on)


def _told(notice):
    return {name: str(getattr(notice, name)) for name in FIELDS if name != "text"}


@transaction.atomic
def publish_notice(notice, *, actor, at, version=None):
    """Freeze the list and let everybody read it; dates in the past are refused.

    `version` is that of the text on the screen. The end is laid anew: the calendar may have been
    published since the draft was written.
    """
    batch = Batch.objects.select_for_update().get(pk=notice.batch_id)
    notice = _as_seen(notice, version)
    proposed = check_publishable(notice, at)
    _lay_dates(notice)
    notice.entries.all().delete()
    NoticeEntry.objects.bulk_create(_entries(notice, proposed))
    notice.sha256, notice.published_at = digest_of(notice), at
    told = {"entries": len(proposed), "sha256": notice.sha256, "ends_on": notice.ends_on}
    PUBLIC_NOTICE.perform("publish", notice, actor=actor, at=at, told=told)
    notice.save(update_fields=["sha256", "published_at", "ends_on", "calendar_note"])
    _move_stages(batch, notice, actor, at)
    notify_all(_lines(notice, proposed), at=at)
    print_notice(notice, actor)
    return notice


def check_publishable(notice, at):
    """The applications that would be listed; refused while dates or list don't allow it."""
    if notice.starts_on < timezone.localdate(at):
        raise Refused(
            f"公示开始日期 {notice.starts_on} 已过，没有发布；请把开始日期改到今天或以后。"
        )
    proposed = _proposed(notice.batch)
    _check_list(notice.batch, proposed)
    return proposed


def _move_stages(batch, notice, actor, at):
    """The timetable follows the notice that hangs out, not the one that was planned."""
    moves = moved_by(batch, notice, at)
    for move in moves:
        BatchStage.objects.filter(pk=move.stage.pk).update(**move.fields)
    if moves:
        told = {move.stage.get_kind_display(): move.words for move in moves}
        record(actor=actor, action="batch.follow_notice", target=batch, at=at, after=told)


def _as_seen(notice, version):
    """The row kept from others; refused if its text is not the one that was read."""
    rows = PublicNotice.objects.select_for_update(of=("self",)).select_related("batch__region")
    row = rows.get(pk=notice.pk)
    if version is not None and row.version != version:
        raise Refused(f"您打开之后“{row}”有修改，没有发布；请重新看过再发布。")
    return row


def print_notice(notice, actor):
    """Have the notice printed in the background, once."""
    jobs.start(
        "units.print_notice",
        user=actor,
        label=f"生成 PDF：{notice.title}",
        key=f"notice {notice.pk}",
        payload={"notice": notice.pk},
    )


def notice_to_print(pk):
    """A published notice without its print; None if it has one."""
    rows = PublicNotice.objects.published().filter(pdf=None).select_related("batch__region")
    return rows.filter(pk=pk).first()


def notice_pdf(notice):
    """The bytes of the print."""
    context = {"notice": notice, "entries": notice.entries.all()}
    return pdf_of(render_to_string("pdf/notice.html", context))


def attach_pdf(notice, stored):
    """Put the stored print to its notice."""
    PublicNotice.objects.filter(pk=notice.pk).update(pdf=stored)


def list_to_be(notice):
    """The lines that publishing the notice now would freeze; nothing is written."""
    return _entries(notice, _proposed(notice.batch))


def _proposed(batch):
    rows = batch.applications.filter(state=Application.State.PROPOSED)
    rows = rows.select_related("unit__region", "category", "body")
    return list(rows.order_by("category__position", "unit__region__path", "recommended_rank", "pk"))


def _check_list(batch, proposed):
    waiting = batch.applications.filter(state=Application.State.ACCEPTED).count()
    if waiting:
        raise Refused(f"还有 {waiting} 个申报没有审定，没有发布；请先完成审定和会签。")
    if not proposed:
        raise Refused("没有拟命名的申报，没有发布；请先完成审定和会签。")
    closed = [each.unit.name for each in proposed if each.unit.closed_on]
    if closed:
        raise Refused(f"{'、'.join(closed)}已注销或并入其他单位，没有发布；请先在申报页取消资格。")


def _entries(notice, proposed):
    counties = _county_names(proposed)
    return [
        NoticeEntry(
            notice=notice,
            application=each,
            position=place,
            unit_name=each.unit.name,
            category_name=each.category.name,
            region_name=counties[each.pk],
            body_name=each.body.name,
        )
        for place, each in enumerate(proposed, 1)
    ]


def _county_names(applications):
    """{application: name of the 旗市区 its unit lies in}, in one query."""
    model = Unit._meta.get_field("region").related_model
    names = dict(model.objects.filter(level=model.Level.COUNTY).values_list("pk", "name"))
    found = {}
    for each in applications:
        inside = [names[pk] for pk in each.unit.region.ancestor_ids() if pk in names]
        found[each.pk] = inside[0] if inside else each.unit.region.name
    return found


def digest_of(notice):
    """SHA-256 over the list as printed: number, name, category, region, body of each line."""
    columns = ("position", "unit_name", "category_name", "region_name", "body_name")
    rows = [list(row) for row in notice.entries.order_by("position").values_list(*columns)]
    text = json.dumps([notice.title, rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(notice, proposed):
    text = f"{notice.batch}拟命名名单自 {notice.starts_on} 起公示，你单位列入其中。"
    ids = [each.unit_id for each in proposed]
    clerks = User.objects.filter(units__in=ids, is_active=True).distinct()
    return [(clerk, text, f"/public/notices/{notice.code}/") for clerk in clerks]


@transaction.atomic
def close_notice(notice, *, actor, at):
    """Enter the end of a notice: its days are over and no objection is open."""
    row = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    today = timezone.localdate(at)
    if today < row.ends_on:
        raise Refused(f"公示到 {row.ends_on} 才满 {row.days} 天，现在不能结束，没有改动。")
    open_ones = row.objections.filter(state__in=Objection.OPEN).count()
    if open_ones:
        raise Refused(f"还有 {open_ones} 件异议没有办结，公示不能结束，没有改动；请先办结异议。")
    PUBLIC_NOTICE.perform("close", row, actor=actor, at=at)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    left = row.entries.filter(taken_off_at=None).count()
    text = f"“{row.title}”已于 {moment(at)}结束，保留 {left} 个单位，可以拟定命名决定。"
    tell(User.objects.office_of(row.batch.region), text, url=row.get_absolute_url(), at=at)
    return row


@transaction.atomic
def cancel_notice(notice, *, actor, at, note):
    """Take a notice down with a reason; a new one may follow."""
    row = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    if row.objections.filter(state__in=Objection.OPEN).exists():
        raise Refused("还有异议没有办结，公示不能撤下，没有改动；请先办结异议。")
    PUBLIC_NOTICE.perform("cancel", row, actor=actor, at=at, note=note)
    return row


def tell_waiting(notice, waiting, at):
    """The office hears that only objections keep a notice from ending."""
    text = f"“{notice.title}”公示期满，还有 {waiting} 件异议没有办结，办结后自动结束。"
    office = User.objects.office_of(notice.batch.region)
    tell(office, text, url=notice.get_absolute_url(), at=at)


def close_due_notices(on, at):
    """Close what is over and without open objections; yields each, and each that has to wait."""
    due = PublicNotice.objects.filter(state=PublicNotice.State.OPEN, ends_on__lte=on)
    for notice in due.select_related("batch__region").order_by("ends_on", "pk"):
        waiting = notice.objections.filter(state__in=Objection.OPEN).count()
        if not waiting:
            close_notice(notice, actor=None, at=at)
        yield notice, waiting
