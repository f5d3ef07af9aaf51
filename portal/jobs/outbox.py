"""The outbox: rows written with the act that asks for them, claimed, swept up when forgotten."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

from celery.exceptions import Ignore
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.jobs import bell
from portal.jobs.news import tell_owner
from portal.models import Job

MAX_ATTEMPTS = 5
S = Job.State
WORN_OUT = "处理多次中断，已停止再试。可以重试；仍不成功时请联系系统管理员。"


class Taken(Ignore):
    """The job is not waiting: somebody has it, or it is over. Celery drops such a message."""


def start(name, *, user, label, key="", payload=None, run_at=None):
    """Leave a job in the caller's transaction; the same key again gives the same job."""
    at = timezone.now()
    fields = {
        "name": name,
        "label": label[:120],
        "payload": payload or {},
        "requested_by": user,
        "created_at": at,
        "run_at": run_at or at,
        "sent_at": None if run_at and run_at > at else at,
    }
    job, is_new = Job.objects.get_or_create(key=key or uuid4().hex, defaults=fields)
    if is_new and job.sent_at:
        transaction.on_commit(partial(bell.ring, job))
    return job


def lease_end(at):
    """Until when a worker that shows itself now may be thought alive."""
    return at + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def due(at):
    """A condition: waiting and its time has come, or held by a worker that fell silent."""
    return Q(state=S.WAITING, run_at__lte=at) | Q(state=S.RUNNING, lease_until__lt=at)


def claimable(at, limit=20):
    """Jobs to be done now, the longest waiting first."""
    jobs = Job.objects.filter(due(at), attempts__lt=MAX_ATTEMPTS)
    return list(jobs.order_by("run_at", "pk")[:limit])


def claim(job_id, at):
    """Take the job for this worker, or raise Taken.

    The update is conditional on the fence that was read: of two workers one gets it,
    and one that slept through its lease holds an old number.
    """
    job = Job.objects.select_related("requested_by").filter(pk=job_id).first()
    if job is None:
        raise Taken
    free = Job.objects.filter(due(at), pk=job_id, fence=job.fence, attempts__lt=MAX_ATTEMPTS)
    values = {"state": S.RUNNING, "fence": job.fence + 1, "lease_until": lease_end(at)}
    if not free.update(**values, attempts=F("attempts") + 1):
        raise Taken
    job.state, job.fence, job.attempts = S.RUNNING, job.fence + 1, job.attempts + 1
    return job


def sweep(at):
    """Ring again for what nobody came for, and end what has killed every worker that took it."""
    for job in Job.objects.filter(due(at), attempts__gte=MAX_ATTEMPTS):
        bury(job, at)
    resend(at)


@transaction.atomic
def bury(job, at):
    """End as failed, in sight, a job whose last attempt fell silent."""
    silent = Job.objects.filter(due(at), pk=job.pk, fence=job.fence)
    if silent.update(state=S.FAILED, finished_at=at, message=WORN_OUT, lease_until=None):
        job.state, job.message = S.FAILED, WORN_OUT
        tell_owner(job, at)


def resend(at):
    """Ring for due jobs that were never rung for, or too long ago. Without a broker: nothing."""
    if not bell.hangs():
        return
    long_ago = at - timedelta(seconds=settings.JOB_RESEND_SECONDS)
    forgotten = Q(sent_at=None) | Q(sent_at__lt=long_ago)
    for job in Job.objects.filter(due(at), forgotten).order_by("run_at", "pk")[:500]:
        if not bell.ring(job):
            return
        Job.objects.filter(pk=job.pk).update(sent_at=at)
