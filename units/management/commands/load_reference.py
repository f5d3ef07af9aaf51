"""manage.py load_reference: everything the portal brings along; again and again without harm."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.operations.reference import DIVISIONS, load_settings
from units.operations.reference import load_catalogue


class Command(BaseCommand):
    help = "Load 行政区划, 类别, 称号种类, 命名办法, 参数, 测评类型; edited rows stay."

    def add_arguments(self, parser):
        parser.add_argument("--no-regions", action="store_true", help="leave 行政区划 out")

    def handle(self, *, no_regions, **options):
        if not no_regions:
            call_command("import_regions", *DIVISIONS, stdout=self.stdout, stderr=self.stderr)
        at = timezone.now()
        changed = load_settings(at=at) + load_catalogue(at=at)
        changed += sum(import_string(name)(at=at) for name in settings.LOADERS)
        self.stdout.write(f"基础数据：{changed} 行新增或更新。")
