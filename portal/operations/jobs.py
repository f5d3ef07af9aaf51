"""What a person may do with background work: stop it, begin it again."""

from functools import partial

from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.jobs import bell
from portal.models import Job

S = Job.State
AFRESH = {
    "state": S.WAITING,
    "attempts": 0,
    "done": 0,
    "total": 0,
    "cancel_asked": False,
    "finished_at": None,
    "message": "",
    "result": None,
    "result_url": "",
}


@transaction.atomic
def cancel_job(job, *, actor, at):
    """Take a waiting job out of the queue, or ask the worker of a running one to stop."""
    row = Job.objects.filter(pk=job.pk)
    ended = row.filter(state=S.WAITING).update(
        state=S.CANCELLED, finished_at=at, message="已取消，没有保存结果。"
    )
    if not ended and not row.filter(state=S.RUNNING).update(cancel_asked=True):
        raise Refused(f"“{job.label}”已经结束，没有取消任何内容。")
    record(actor=actor, action="job.cancel", target=job, at=at)


@transaction.atomic
def retry_job(job, *, actor, at):
    """Put a job that failed or was cancelled back into the queue."""
    ended = Job.objects.filter(pk=job.pk, state__in=[S.FAILED, S.CANCELLED])
    if not ended.update(**AFRESH, run_at=at, sent_at=at):
        raise Refused(f"“{job.label}”没有失败或取消，没有重新开始。")
    record(actor=actor, action="job.retry", target=job, at=at, before={"state": job.state})
    transaction.on_commit(partial(bell.ring, job))
