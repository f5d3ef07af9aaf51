"""manage.py seed_demo: the demonstration, floor by floor, the same for the same seed and day."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.errors import Refused
from portal.models import Region


class Command(BaseCommand):
    help = "建立演示数据：示例单位、称号、变更和演示账号；已有单位时什么也不做，正式环境不可用"

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="同一数字、同一天，结果相同")

    def handle(self, *, seed, **options):
        if settings.SERVER:
            raise CommandError("正式环境不能建立演示数据，没有建立任何内容。")
        if not Region.objects.exists():
            call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        now = timezone.now()
        try:
            self._seed(seed=seed, at=now, on=timezone.localdate(now), say=self.stdout.write)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    def _seed(self, **given):
        for name in settings.SEEDERS:
            import_string(name)(**given)
