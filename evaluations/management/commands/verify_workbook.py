"""manage.py verify_workbook FILE.xlsx: is a review workbook still what the portal wrote?"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evaluations.sheets.review_check import differences
from portal.errors import Refused


class Command(BaseCommand):
    help = "核对评审表是否与导出时一致；一致则退出码为 0，不一致为 1 并指出工作表和单元格"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="评审表（.xlsx）")

    def handle(self, *, file, **options):
        if not file.is_file():
            raise CommandError(f"没有找到文件“{file}”。")
        try:
            found = differences(file, file.name)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if found.lines:
            more = [f"另有 {found.more} 处。"] if found.more else []
            raise CommandError("\n".join([*found.lines, *more]))
        self.stdout.write(f"“{file.name}”与导出时一致。")
