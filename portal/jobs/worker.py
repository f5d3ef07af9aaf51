"""The embedded worker: one loop runs the very bodies Celery would run; threads keep time."""

import logging
import os
import random
import signal
import threading

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from portal.celery import app
from portal.jobs.handle import HELD, Handle, leaving
from portal.jobs.outbox import Taken, claim, claimable, sweep
from portal.jobs.pulse import Pulse, Ticker
from portal.jobs.schedule import tick
from portal.models import Job

log = logging.getLogger("portal.jobs")


class Worker:
    """Claims and runs jobs until told to leave."""

    IDLE_SECONDS = 0.5

    def __init__(self):
        app.loader.import_default_modules()
        self.threads = [Pulse(), Ticker(keep_time, 1)]

    def run(self):
        """Work until SIGTERM or SIGINT; what cannot be finished by then goes back to the queue."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.leave)
        for thread in self.threads:
            thread.start()
        while not leaving.is_set():
            if not self.work_once():
                leaving.wait(self.IDLE_SECONDS)
        for thread in self.threads:
            thread.stop()

    def leave(self, *_):
        """Stop at the next chance; after the grace a body that does not look up is left behind."""
        leaving.set()
        timer = threading.Timer(settings.JOB_GRACE_SECONDS, abandon)
        timer.daemon = True
        timer.start()

    def work_once(self):
        """One look at the table; says whether there was anything to do."""
        try:
            close_old_connections()
            jobs = claimable(timezone.now())
            random.shuffle(jobs)  # several workers should not all reach for the same one
            return sum(run_job(job) for job in jobs if not leaving.is_set()) > 0
        except (DatabaseError, InterfaceError) as error:
            log.warning("database away: %s", error)
            connection.close()
            return False


def keep_time(at):
    """What one second asks for: schedules, and jobs that fell silent."""
    close_old_connections()
    tick(at)
    sweep(at)


def run_job(job):
    """Run one job's body in this process; False if somebody else had it."""
    if job.name not in app.tasks:
        return refuse_unknown(job)
    try:
        app.tasks[job.name](job_id=job.pk)
    except Taken:
        return False
    except (DatabaseError, InterfaceError):
        raise
    except Exception:  # running() has logged it and written it down
        return True
    return True


def refuse_unknown(job):
    """A name nobody knows ends in sight instead of waiting for ever."""
    handle = Handle(claim(job.pk, timezone.now()))
    log.error("job %s asks for %s, which no app defines", job.pk, job.name)
    handle.end(Job.State.FAILED, "当前版本不认识这类任务，没有处理。请从原页面重新发起。")
    return True


def abandon():
    """Give back what is held and go; the fence keeps anything still under way from counting."""
    try:
        for job_id, fence in list(HELD.items()):
            held = Job.objects.filter(pk=job_id, fence=fence, state=Job.State.RUNNING)
            held.update(
                state=Job.State.WAITING, attempts=F("attempts") - 1, lease_until=None, sent_at=None
            )
    finally:
        os._exit(0)
