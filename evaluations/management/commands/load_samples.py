"""manage.py load_samples: the six sample editions, marked 示例（非正式） wherever they show."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from evaluations.operations.samples import load_samples


class Command(BaseCommand):
    help = "载入六套示例测评体系（示例，非正式）；已有的不再载入"

    def handle(self, **options):
        now = timezone.now()
        made = load_samples(at=now, on=timezone.localdate(now))
        self.stdout.write(f"新载入示例测评体系 {made} 套。")
