"""manage.py import_regions FILE…: load lists of 行政区划, all or nothing."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.errors import Refused
from portal.management.progress import Progress
from portal.operations.reference import load_region_facts
from portal.operations.region_import import import_regions
from portal.region_lists import parse


class Command(BaseCommand):
    help = "Load lists of 行政区划 (columns code,name,level,parent_code): all rows or none."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--rename-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="names that differ at the same code are renames of that day",
        )

    def handle(self, *, files, rename_on, **options):
        try:
            lines = [line for path in files for line in parse(path.name, self._read(path))]
            loaded = self._load(lines, rename_on)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"新增 {loaded.created}，更名 {len(loaded.renamed)}，未变 {loaded.unchanged}。"
        )

    @transaction.atomic
    def _load(self, lines, rename_on):
        at, bar = timezone.now(), Progress(self.stdout, "正在载入行政区划", len(lines))
        loaded = import_regions(lines, actor=None, at=at, rename_on=rename_on, progress=bar)
        load_region_facts(at=at, codes=loaded.codes)
        return loaded

    def _read(self, path):
        try:
            return path.read_bytes()
        except OSError:
            raise CommandError(f"文件“{path}”打不开，请核对路径。没有导入任何一行。") from None
