"""Ground floor: what every other floor stands on, and the shell around it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
