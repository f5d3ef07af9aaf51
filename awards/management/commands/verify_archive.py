"""manage.py verify_archive FILE.zip: does a package still hold what its manifest says?"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from awards.models import Archive
from awards.packing.checking import faults_of

MOST = 20  # sentences shown


class Command(BaseCommand):
    help = "核对档案包：每个文件的大小和 SHA-256 与清单一致则退出码为 0，否则为 1 并逐条指出"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="档案包（.zip）")

    def handle(self, *, file, **options):
        if not file.is_file():
            raise CommandError(f"没有找到文件“{file}”。")
        manifest, faults = faults_of(file)
        if faults:
            more = [f"另有 {len(faults) - MOST} 处。"] if len(faults) > MOST else []
            raise CommandError("\n".join([*faults[:MOST], *more]))
        self.stdout.write(f"“{file.name}”完整，{len(manifest['files'])} 个文件与清单一致。")
        self.stdout.write(known_words(manifest["sha256"]))


def known_words(sha256):
    """Did this portal make it? Its database keeps the digest of each manifest."""
    rows = Archive.objects.filter(manifest_sha256=sha256).select_related("application__unit")
    made = rows.order_by("built_at").first()
    if made is None:
        return "本门户的记录中没有这份清单：可能由别处生成，或清单已被改动。"
    return f"本门户记录：{made}，{localtime(made.built_at):%Y-%m-%d} 生成。"
