"""Files of an application: announced, examined in the child process, kept, taken off."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum

from portal import files, jobs, pieces
from portal.audit import record
from portal.errors import Refused
from portal.intake import receiving
from portal.intake.scanning import NotNow
from portal.models import User
from portal.pieces import Misplaced
from portal.text import storable
from units.access import clerk_of_unit, holds_desk, keeps_batch
from units.application_parts import KIND_WORDS, KINDS
from units.materials import MOST_SCANS, stamped_of
from units.models import Application, ApplicationFile, ApplicationUpload
from units.operations.applications import lock_open

MB = 1024 * 1024
NOT_ADDED = "没有添加。"
Purpose, Kind = ApplicationFile.Purpose, ApplicationFile.Kind
SCANS = (Kind.PDF, Kind.IMAGE)
SCANS_CLOSED = Application.OVER | {Application.State.PROPOSED, Application.State.NAMED}
PATIENCE = timedelta(minutes=10)  # an upload longer silent than this makes room for others


def may_add_scan(user, application):
    """The unit itself and the offices on the way bring the stamped form back."""
    if application.submitted_at is None or application.state in SCANS_CLOSED:
        return False
    if application.is_left_over:
        return False
    mine = clerk_of_unit(user, application.unit)
    return mine or holds_desk(user, application) or keeps_batch(user, application.batch)


def scans_for(user, application):
    """The scans of the stamped form, and what this person may do with them."""
    may_change = may_add_scan(user, application)
    return stamped_of(
        application, may_change=may_change, is_removable=lambda made: is_of_side(made, user)
    )


def hold(application, requirement, actor):
    """The application, locked, if this person may add to it there; Refused otherwise."""
    if requirement is not None:
        return lock_open(application, actor=actor, nothing=NOT_ADDED)
    Application.objects.select_for_update().get(pk=application.pk)
    standing = Application.objects.for_display().get(pk=application.pk)
    if not may_add_scan(actor, standing):
        raise Refused(f"这份申报现在不能由您上传盖章审批表，{NOT_ADDED}")
    return standing


@transaction.atomic
def start_upload(application, requirement, *, key, name, size, actor, at):
    """Announce a file; the same key again for the same item gives the same upload."""
    standing = hold(application, requirement, actor)
    known = ApplicationUpload.objects.filter(created_by=actor, key=key).first()
    if known:
        return _same(known, standing, requirement)
    name = files.clean_name(name)
    pieces.refuse_empty(name, size)
    refuse_size(name, size, requirement)
    refuse_full(standing, requirement)
    refuse_crowd(standing, requirement, size, at)
    return ApplicationUpload.objects.create(
        key=key,
        application=standing,
        requirement=requirement,
        name=name,
        size=size,
        created_by=actor,
        created_at=at,
    )


def _same(known, application, requirement):
    wanted = requirement.pk if requirement else None
    if (known.application_id, known.requirement_id) != (application.pk, wanted):
        raise Refused(f"这次上传已用于另一项的“{known}”，没有开始上传。请重新选择文件。")
    return known


def refuse_size(name, size, requirement):
    """As the batch says, and never more than the portal takes."""
    receiving.refuse_size(size, name)
    most = requirement.largest_mb if requirement else settings.EVIDENCE_FILE_LIMIT // MB
    if size > most * MB:
        raise Refused(
            f"“{name}”有 {size / MB:.1f} MB，超过本项的 {most} MB，{NOT_ADDED}请压缩后再传。"
        )


def refuse_full(application, requirement):
    """A requirement takes so many files and no more."""
    most, noun = _most(requirement)
    if _standing(application, requirement).count() >= most:
        raise Refused(f"“{noun}”最多 {most} 份，{NOT_ADDED}请先移除不需要的。")


def refuse_crowd(application, requirement, size, at):
    """What is on its way counts as if it had come; what nobody goes on with gives way first."""
    if not _crowd(application, requirement, size):
        return
    for each in _on_the_way(application.unit_id).filter(created_at__lt=at - PATIENCE):
        if pieces.silent_since(each, at - PATIENCE):
            each.delete()
            transaction.on_commit(partial(pieces.forget, each))
    if why := _crowd(application, requirement, size):
        raise Refused(why)


def _crowd(application, requirement, size):
    """Why there is no room beside what is on its way, or nothing."""
    pending = _on_the_way(application.unit_id)
    sizes = pending.aggregate(sum=Sum("size"))["sum"] or 0
    if sizes + size > settings.EVIDENCE_UNIT_LIMIT:
        most = settings.EVIDENCE_UNIT_LIMIT // MB
        return f"正在上传的文件合计将超过 {most} MB，{NOT_ADDED}请等已开始的传完再传。"
    most, noun = _most(requirement)
    own = pending.filter(application=application, requirement=requirement).count()
    if own and _standing(application, requirement).count() + own >= most:
        return f"“{noun}”最多 {most} 份，还有 {own} 份正在上传，{NOT_ADDED}请等传完后再看。"
    return ""


def _on_the_way(unit):
    return ApplicationUpload.objects.filter(made=None, application__unit=unit)


def _most(requirement):
    return (requirement.most, requirement.name) if requirement else (MOST_SCANS, "盖章审批表")


def _standing(application, requirement):
    purpose = Purpose.MATERIAL if requirement else Purpose.STAMPED
    rows = ApplicationFile.objects.filter(application=application, requirement=requirement)
    return rows.standing().filter(purpose=purpose)


def append_piece(upload, stream, *, offset, length):
    """Write a piece at its place; returns how much there is now."""
    if upload.made_id:
        raise Misplaced(pieces.received(upload))
    return pieces.append_piece(upload, stream, offset=offset, length=length)


def finish_upload(upload, *, sha256, actor, at):
    """Examine the whole file and keep it; asked again, it gives what it gave the first time."""
    if upload.made_id:
        return upload.made
    with pieces.held(upload) as part:
        upload.refresh_from_db(fields=["made"])
        if upload.made_id:
            pieces.forget(upload)  # opening it has made it anew
            return upload.made
        pieces.refuse_unfinished(upload, part)
        return _taken_in(upload, sha256, actor, at)


def _taken_in(upload, sha256, actor, at):
    try:
        found = pieces.digest_of(upload, sha256)
        part = pieces.part_of(upload)
        received = receiving.settle(part, found, name=upload.name, owner=actor, at=at)
        return _kept(upload, received, actor, at)
    except NotNow:
        raise
    except Refused:
        drop_upload(upload)
        raise


@transaction.atomic
def _kept(upload, received, actor, at):
    made = add_file(upload.application, upload.requirement, received, actor=actor, at=at)
    ApplicationUpload.objects.filter(pk=upload.pk).update(made=made)
    transaction.on_commit(partial(pieces.forget, upload))
    return made


def drop_upload(upload):
    """Forget an upload and what has arrived of it. Nobody's act: nothing had been kept."""
    ApplicationUpload.objects.filter(pk=upload.pk).delete()
    pieces.forget(upload)  # a part without a row is swept, a row needs its part


def sweep_uploads(at):
    """Forget uploads nobody went on with, and pieces without a row; say how many."""
    old = at - timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)
    rows = ApplicationUpload.objects.filter(created_at__lt=old)
    silent = [each for each in rows if pieces.silent_since(each, old)]
    for each in silent:
        drop_upload(each)
    return len(silent) + pieces.sweep_lost(ApplicationUpload, old)


@transaction.atomic
def add_file(application, requirement, received, *, actor, at):
    """Keep a newly received file under a requirement, or as a scan of the stamped form."""
    standing = hold(application, requirement, actor)
    stored = received.stored
    _refuse_kind(received, requirement)
    refuse_size(stored.name, stored.size, requirement)
    refuse_full(standing, requirement)
    rows = _standing(standing, requirement)
    if rows.filter(file__sha256=stored.sha256).exists():
        raise Refused(f"“{stored.name}”与本项已有的是同一个文件，没有重复添加。")
    stored.save()
    made = ApplicationFile.objects.create(
        application=standing,
        requirement=requirement,
        purpose=Purpose.MATERIAL if requirement else Purpose.STAMPED,
        file=stored,
        kind=received.kind,
        pages=received.pages,
        position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
        added_at=at,
        added_by=actor,
    )
    _start_deriving(made)
    _note("application.add_file", made, actor, at)
    return made


def _refuse_kind(received, requirement):
    allowed = KINDS[requirement.kind] if requirement else SCANS
    if received.kind in allowed:
        return
    noun = requirement.name if requirement else "盖章审批表"
    words = KIND_WORDS[requirement.kind] if requirement else "PDF 或图片"
    found = Kind(received.kind).label
    raise Refused(f"“{received.stored.name}”是{found}，“{noun}”只收{words}，{NOT_ADDED}")


def _start_deriving(made):
    jobs.start(
        "units.derive_application_file",
        user=None,
        label=f"生成查看副本：{made.file.name}"[:120],
        key=f"application file {made.code}",
        payload={"file": made.pk},
    )


def _note(action, made, actor, at):
    noun = made.requirement.name if made.requirement else made.get_purpose_display()
    told = {"requirement": noun, "file": made.file.name, "sha256": made.file.sha256}
    record(actor=actor, action=action, target=made.application, at=at, after=told)


@transaction.atomic
def remove_file(made, *, actor, at):
    """Take a file off. What was handed in once stays in the archive of its submission."""
    hold(made.application, made.requirement, actor)
    _refuse_other_side(made, actor)
    standing = ApplicationFile.objects.select_for_update().filter(pk=made.pk, removed_at=None)
    if not standing.update(removed_at=at):
        raise Refused(f"“{made.file.name}”已不在本项，没有改动。请刷新后再看。")
    _note("application.remove_file", made, actor, at)


def _refuse_other_side(made, actor):
    if made.requirement is None and not is_of_side(made, actor):
        whose = "申报单位" if made.added_by.role == User.Role.CLERK else "审核机关"
        raise Refused(f"“{made.file.name}”由{whose}上传，只能由{whose}移除，没有改动。")


def is_of_side(made, user):
    """Unit and offices each take off only what they brought themselves."""
    return (made.added_by.role == User.Role.CLERK) == (user.role == User.Role.CLERK)


@transaction.atomic
def caption_file(made, *, caption, actor, at):
    """Say what a photo shows."""
    hold(made.application, made.requirement, actor)
    words = storable(caption).strip()
    if len(words) > 60:
        raise Refused(f"照片说明最多 60 个字，现有 {len(words)} 个，没有保存。")
    ApplicationFile.objects.filter(pk=made.pk, removed_at=None).update(caption=words)
    made.caption = words
