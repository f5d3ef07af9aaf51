"""Columns of the list of packages, and what a package is at the moment."""

from awards.models import Archive
from portal.lists import Column
from portal.models import Job
from units.exports import address

TONES = {
    Job.State.WAITING: "t-off",
    Job.State.RUNNING: "t-doing",
    Job.State.DONE: "t-off",
    Job.State.FAILED: "t-bad",
    Job.State.CANCELLED: "t-off",
}


def state_of(archive: Archive):
    """(words, tone) of a package: made, or how its job stands."""
    if archive.file_id:
        return "已生成", "t-ok"
    job = archive.job
    return (job.get_state_display(), TONES[job.state]) if job else ("未生成", "t-off")


def size_of(archive):
    """Bytes in words; nothing while it is being made."""
    return f"{archive.file.size / 1024 / 1024:.1f} MB" if archive.file else None


def outcome_of(archive):
    """How many files, or how far the job is."""
    if archive.file_id:
        return f"{archive.files} 个文件"
    return archive.job.outcome if archive.job else ""


ARCHIVE_COLUMNS = (
    Column(
        "unit",
        "单位名称",
        lambda row: row.application.unit.name,
        css="first",
        width=32,
        url=lambda row: address("awards:application-archive", row.application_id),
    ),
    Column("batch", "批次", lambda row: str(row.application.batch)),
    Column("outcome", "内容", outcome_of),
    Column("size", "大小", size_of, css="num", label="大小"),
    Column("asked_at", "申请时间", lambda row: row.asked_at, "moment", sort="asked_at"),
    Column("state", "状态", lambda row: state_of(row)[0], "tag", tone=lambda row: state_of(row)[1],
           css="state"),
)  # fmt: skip
