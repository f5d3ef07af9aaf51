"""The background worker of the embedded default: jobs, schedules and heartbeat in one process."""

from django.core.management.base import BaseCommand

from portal.jobs.worker import Worker


class Command(BaseCommand):
    help = "Runs background jobs and schedules until SIGTERM or Ctrl-C."

    def handle(self, **options):
        Worker().run()
