"""The Celery application of the server deployment; `manage.py worker` runs the same bodies."""

import os

from celery import Celery
from celery.signals import worker_process_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
@worker_process_init.connect
def show_life(**_):
    """Each process of a Celery worker has a pulse, and renews the leases of what it holds."""
    from portal.jobs.pulse import Pulse

    Pulse().start()
