"""The pulse: a thread that shows the worker is alive, and so are the jobs it holds."""

import logging
import os
import socket
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max
from django.utils import timezone

from portal.jobs.handle import HELD
from portal.jobs.outbox import lease_end
from portal.models import Heartbeat, Job

log = logging.getLogger("portal.jobs")
BEAT_SECONDS = 5


def worker_seen_at():
    """When any worker last showed itself; None if never."""
    return Heartbeat.objects.aggregate(at=Max("at"))["at"]


def own_name():
    """One name a process."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def beat(name, at):
    """Write the heartbeat and renew the leases of what this process is doing."""
    if not Heartbeat.objects.filter(name=name).update(at=at):
        Heartbeat.objects.filter(at__lt=at - timedelta(days=1)).delete()
        Heartbeat.objects.create(name=name, at=at)
    for job_id, fence in list(HELD.items()):
        held = Job.objects.filter(pk=job_id, fence=fence, state=Job.State.RUNNING)
        held.update(lease_until=lease_end(at))


class Ticker(threading.Thread):
    """Calls `act(now)` again and again on its own thread; trouble is logged and it goes on."""

    def __init__(self, act, seconds):
        super().__init__(daemon=True)
        self.act, self.seconds = act, seconds
        self._stopping = threading.Event()

    def run(self):
        while not self._stopping.is_set():
            self._act_guarded()
            self._stopping.wait(self.seconds)
        connection.close()

    def _act_guarded(self):
        try:
            self.act(timezone.now())
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s waits, database away: %s", self.act.__name__, error)
            connection.close()
        except Exception:
            log.exception("%s failed", self.act.__name__)
            connection.close()  # the next round begins with a fresh connection

    def stop(self):
        self._stopping.set()


class Pulse(Ticker):
    """Beats while the process lives; the row goes with a clean stop."""

    def __init__(self):
        super().__init__(self.show, min(BEAT_SECONDS, settings.JOB_LEASE_SECONDS / 3))

    def show(self, at):
        beat(own_name(), at)

    def stop(self):
        super().stop()
        self.join(timeout=2)
        Heartbeat.objects.filter(name=own_name()).delete()
