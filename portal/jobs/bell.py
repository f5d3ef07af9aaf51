"""The doorbell: tells Celery workers through Redis that a job waits. A lost ring loses nothing."""

import logging
import time

from django.conf import settings

from portal.celery import app

log = logging.getLogger("portal.jobs")
REST_SECONDS = 5  # after a failure nobody waits for the broker for a while
_rests_until = 0.0


def hangs():
    """Is there a broker? The embedded worker looks at the table instead."""
    return bool(settings.REDIS_URL)


def ring(job):
    """Send the job's id; says whether it went. A broker that is away is noted and forgiven."""
    global _rests_until
    if not hangs() or time.monotonic() < _rests_until:
        return False
    try:
        app.send_task(job.name, kwargs={"job_id": job.pk}, retry=False, ignore_result=True)
    except Exception as error:  # the driver's errors have no common ancestor
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("job %s waits for the sweeper, broker away: %s", job.pk, error)
        return False
    return True
