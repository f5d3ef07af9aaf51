"""The portal's settings, with the task bodies of the rigs."""

from tests.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.faults.tasks"]
