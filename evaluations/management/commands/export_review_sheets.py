"""manage.py export_review_sheets --round latest --out FILE.xlsx: without a browser."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluations.models import Inspection
from evaluations.operations.review_sheets import note_review_sheets
from evaluations.sheets.review_book import write_review_book
from evaluations.sheets.review_data import finished_rounds, latest_round


class Command(BaseCommand):
    help = "导出一轮测评的评审表（汇总表、各单位评审表、明细）"

    def add_arguments(self, parser):
        parser.add_argument("--round", default="latest", help="轮次编号；latest 为最近结束的一轮")
        parser.add_argument("--out", type=Path, required=True, help="写到哪个文件（.xlsx）")

    def handle(self, *, round, out, **options):
        held, at = self._round(round), timezone.now()
        rows = Inspection.objects.filter(round=held)
        if not out.parent.is_dir():
            raise CommandError(f"文件夹“{out.parent}”不存在，没有导出。")
        units = write_review_book(str(out), rows, round=held, author="系统", at=at)
        note_review_sheets(held, units, actor=None, at=at)
        self.stdout.write(f"“{held}”的评审表已写入 {out}，共 {units} 个单位。")

    def _round(self, asked):
        if asked == "latest":
            held = latest_round()
        else:
            held = finished_rounds().filter(pk=asked).first() if asked.isdigit() else None
        if held is None:
            raise CommandError("没有找到已结束的测评轮次，没有导出。")
        return held
