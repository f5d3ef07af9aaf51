"""Packages: asked for, made in the background, taken; each a line in the audit log."""

from errno import ENOSPC
from tempfile import TemporaryFile
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from awards.models import Archive
from awards.packing.plan import Plan
from awards.packing.writing import NOTHING, write_package
from portal import files, jobs
from portal.audit import record
from portal.errors import Refused
from portal.models import Job

ZIP = "application/zip"
MB = 1024 * 1024
MOST = 200  # packages asked for at once


@transaction.atomic
def ask_archive(application, *, actor, at, order=None):
    """Have a package made; while one is under way for the same person, that one is it.

    `order` is the whole it was asked for with, of which its asker hears once.
    """
    waiting = Archive.objects.filter(
        application=application, asked_by=actor, file=None, job__state__in=Job.OPEN
    ).first()
    if waiting:
        return waiting
    made = Archive.objects.create(application=application, asked_by=actor, asked_at=at)
    made.job = jobs.start(
        "awards.build_archive",
        user=actor,
        label=f"生成档案包 {application.unit.name}",
        key=f"archive-{made.code}",
        payload={"archive": made.pk, **(order or {})},
    )
    made.save(update_fields=["job"])
    record(actor=actor, action="archive.ask", target=made, at=at)
    return made


@transaction.atomic
def ask_archives(applications, *, actor, at):
    """Have a package made for each of these; says how many."""
    rows = list(applications)
    if not rows:
        raise Refused("没有推荐单位，没有生成档案包。")
    if len(rows) > MOST:
        raise Refused(
            f"一次最多生成 {MOST} 个档案包，现有 {len(rows)} 家，没有生成。请分推荐单位生成。"
        )
    label, url = f"{len(rows)} 个档案包", reverse("awards:archives")
    order = {"together": uuid4().hex, "label": label, "url": url} if len(rows) > 1 else None
    return len([ask_archive(each, actor=actor, at=at, order=order) for each in rows])


def check_size(plan: Plan):
    """Refuse what is too large to be carried."""
    if plan.size > settings.ARCHIVE_LIMIT:
        raise Refused(
            f"材料共 {plan.size // MB} MB，超过上限 {settings.ARCHIVE_LIMIT // MB} MB，{NOTHING}"
            "请减少视频等大文件，或请系统管理员调整上限。"
        )


def build(archive, plan, job, *, at):
    """Write the package to disk and tie it to its row; an unchanged one is not made again."""
    check_size(plan)
    same = earlier(archive, plan)
    if same:
        return keep_earlier(archive, same, job, at=at)
    stored, count, manifest = put_down(archive, plan, job, at)
    with job.effects():
        stored.save()
        told = {"file": stored, "files": count, "manifest_sha256": manifest}
        settle(archive, plan, **told, at=at)
        job.finish(f"共 {count} 个文件，可以下载。", archive.get_absolute_url())
    return archive


def put_down(archive, plan, job, at):
    """(the file safely on disk, its row unsaved; how many files; the manifest's digest)."""
    told = {"head": head_of(archive), "at": at, "progress": job.progress}
    name = f"{archive.application.unit.name}档案包.zip"
    try:
        with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            count, manifest = write_package(file, plan, **told)
            kept = {"name": name, "media_type": ZIP, "owner": archive.asked_by, "at": at}
            return files.prepare(file, **kept), count, manifest
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        raise Refused(files.FULL) from error


def earlier(archive, plan):
    """A package of the same person with the same content, still on disk."""
    rows = Archive.objects.ready().filter(
        application=archive.application_id,
        asked_by=archive.asked_by_id,
        fingerprint=plan.fingerprint,
    )
    found = rows.select_related("file").order_by("-pk").first()
    return found if found and files.path_of(found.file.sha256).exists() else None


def keep_earlier(archive, same, job, *, at):
    """Nothing has changed: the new row stands for the package there is."""
    with job.effects():
        told = {name: getattr(same, name) for name in ("file", "files", "manifest_sha256")}
        values = {**told, "fingerprint": same.fingerprint, "left_out": same.left_out}
        Archive.objects.filter(pk=archive.pk).update(**values, built_at=same.built_at)
        job.finish("内容没有变化，沿用已生成的档案包。", archive.get_absolute_url())
    return archive


def settle(archive, plan, *, at, **told):
    """Put what was made onto the row, with the audit line."""
    values = {"fingerprint": plan.fingerprint, "left_out": plan.left_out, **told}
    Archive.objects.filter(pk=archive.pk).update(**values, built_at=at)
    record(
        actor=archive.asked_by,
        action="archive.build",
        target=archive,
        at=at,
        after={"files": told["files"], "sha256": told["file"].sha256, "size": told["file"].size},
    )


def head_of(archive):
    """What the manifest says of the package as a whole."""
    application = archive.application
    return {
        "commission": settings.COMMISSION_NAME,
        "package": archive.code,
        "unit": application.unit.name,
        "batch": str(application.batch),
        "receipt_no": application.receipt_no,
        "made_by": f"{archive.asked_by.name}（{archive.asked_by.get_role_display()}）",
    }


@transaction.atomic
def note_download(archive, *, actor, at):
    """The audit line of a package that has been taken."""
    told = {"sha256": archive.file.sha256, "size": archive.file.size}
    record(actor=actor, action="archive.download", target=archive, at=at, after=told)
