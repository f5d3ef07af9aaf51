"""running(): the only try/except around background work, and the handle a task body works with."""

import logging
import secrets
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal import files
from portal.errors import Refused
from portal.jobs.news import tell_owner
from portal.jobs.outbox import MAX_ATTEMPTS, claim, lease_end
from portal.models import Job

log = logging.getLogger("portal.jobs")
S = Job.State
HELD = {}  # job id → fence of what this process is doing; the pulse renews these leases
leaving = threading.Event()  # the worker has been asked to stop


class Stopped(Exception):
    """The body is to end here; its row already says or will say why."""


class Cancelled(Stopped):
    """The owner asked for it."""


class Fenced(Stopped):
    """The lease ran out and another worker has the job: nothing done here may count."""


class Released(Stopped):
    """The worker is leaving; another one begins again."""


@contextmanager
def running(job_id):
    """Claim the job, hand out its handle, and write down how it ended; errors rise."""
    handle = Handle(claim(job_id, timezone.now()))
    HELD[handle.job.pk] = handle.job.fence
    try:
        yield handle
        handle.complete()
    except Fenced:
        log.warning("job %s was taken over, nothing of this attempt is kept", job_id)
    except Cancelled:
        handle.end(S.CANCELLED, "已取消，没有保存结果。")
    except Released:
        handle.give_back(timezone.now(), counted=False)
    except Refused as refusal:
        handle.end(S.FAILED, str(refusal))
    except Exception as error:
        handle.trip(error)
        raise
    finally:
        HELD.pop(handle.job.pk, None)


class Handle:
    """What a task body sees of its job."""

    WRITE_SECONDS = 1

    def __init__(self, job):
        self.job, self.payload, self.requested_by = job, job.payload, job.requested_by
        self._result, self._message, self._url = None, "", ""
        self._done, self._total = 0, 0
        self._written_at = float("-inf")
        self._inside = self._completed = False

    def progress(self, done, total=0):
        """Say how far it is. Raises where the body has to stop; inside effects() only counts."""
        self._done, self._total = done, total
        if not self._inside and time.monotonic() - self._written_at >= self.WRITE_SECONDS:
            self._show()

    def keep(self, name, content, media_type):
        """Store a result (bytes, a path or a stream); its row is written with the completion."""
        self._result = files.prepare(
            content, name=name, media_type=media_type, owner=self.requested_by, at=timezone.now()
        )
        if self._inside:
            self._result.save()
        return self._result

    def finish(self, message, url=""):
        """What the owner reads when it is done, and where to go from there."""
        self._message, self._url = message, url

    @contextmanager
    def effects(self):
        """A transaction for the job's effects; it commits together with the completion or not."""
        with transaction.atomic():
            self._inside = True
            try:
                yield
            finally:
                self._inside = False
            self._complete()
        self._completed = True

    def complete(self):
        """Mark it done, unless effects() already did."""
        if not self._completed:
            with transaction.atomic():
                self._complete()

    def _complete(self):
        if self._result and self._result.pk is None:
            self._result.save()
        self.job.result, self.job.result_url = self._result, self._url
        if not self._close(S.DONE, self._message, self._done, self._total or self._done):
            raise Fenced

    def end(self, state, message):
        """Close it in another way than done. If it is no longer ours, that is no news."""
        with transaction.atomic():
            self._close(state, message, self._done, self._total)

    def _close(self, state, message, done, total):
        at, job = timezone.now(), self.job
        job.state, job.message = state, message[:300]
        closed = self._mine().update(
            state=state,
            message=job.message,
            finished_at=at,
            lease_until=None,
            done=total if state == S.DONE else done,
            total=total,
            result=job.result,
            result_url=job.result_url,
        )
        if closed:
            tell_owner(job, at)
        return closed

    def trip(self, error):
        """An error nobody expected: try again later, or end it in sight after the last attempt."""
        number = secrets.token_hex(4).upper()
        log.error("job %s, error %s", self.job.pk, number, exc_info=error)
        if self.job.attempts >= MAX_ATTEMPTS:
            self.end(S.FAILED, f"处理时出错，已记录编号 {number}。没有保存结果，可以重试。")
        else:
            wait = settings.JOB_RETRY_SECONDS * 2 ** (self.job.attempts - 1)
            self.give_back(timezone.now() + timedelta(seconds=wait), counted=True)

    def give_back(self, run_at, *, counted):
        """Put it back into the queue; an attempt cut short by the worker's leaving is free."""
        attempts = self.job.attempts if counted else self.job.attempts - 1
        self._mine().update(
            state=S.WAITING, run_at=run_at, attempts=attempts, lease_until=None, sent_at=None
        )

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=S.RUNNING)

    def _show(self):
        now = timezone.now()
        values = {"done": self._done, "total": self._total, "lease_until": lease_end(now)}
        if leaving.is_set():
            raise Released
        if not self._mine().filter(cancel_asked=False).update(**values):
            raise Cancelled if self._mine().exists() else Fenced
        self._written_at = time.monotonic()
