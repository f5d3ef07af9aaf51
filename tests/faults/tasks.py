"""Acts and task bodies of the rigs. Effects are plain rows: nothing in the table refuses a twin."""

import os
import random
import signal
import time

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection, transaction

from portal import jobs
from portal.models import Job, Notification
from tests.factories import NOON


def leave(user_id, text):
    """One visible effect."""
    Notification.objects.create(user_id=user_id, text=text, created_at=NOON)


def submit(user_id, numbers, acknowledge):
    """What a web process does: the act and its job in one transaction, then the answer."""
    for number in numbers:
        while not submitted(user_id, number):
            connection.close()
            time.sleep(0.05)
        os.write(acknowledge, f"{number}\n".encode())


def submitted(user_id, number):
    """Try once; False where the database is away. A repeated act is known by its key."""
    payload = {"n": number, "user": user_id}
    try:
        with transaction.atomic():
            if not Job.objects.filter(key=f"act {number}").exists():
                leave(user_id, f"act {number}")
            jobs.start("faults.mark", user=None, label="示例", key=f"act {number}", payload=payload)
    except (OperationalError, InterfaceError):
        return False
    return True


@shared_task(name="faults.mark")
def mark(*, job_id):
    """One effect, with time before and after it to be killed in."""
    with jobs.running(job_id) as job:
        time.sleep(random.uniform(0, 0.01))
        with job.effects():
            leave(job.payload["user"], f"effect {job.payload['n']}")
            time.sleep(random.uniform(0, 0.005))


@shared_task(name="faults.poison")
def poison(*, job_id):
    """Takes its worker down with it."""
    with jobs.running(job_id):
        os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="faults.slow")
def slow(*, job_id):
    """Freezes before its effect in the first worker that takes it, as one out of memory may."""
    with jobs.running(job_id) as job:
        if job.job.fence == 1:
            os.kill(os.getpid(), signal.SIGSTOP)
        with job.effects():
            leave(job.payload["user"], f"effect by fence {job.job.fence}")


@shared_task(name="faults.endless")
def endless(*, job_id):
    """Never looks up."""
    with jobs.running(job_id):
        time.sleep(600)
