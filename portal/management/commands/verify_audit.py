"""Check the audit log from the first line to the last; exit code 1 if it was tampered with."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.sealing import seal_all
from portal.verifying import verify


class Command(BaseCommand):
    help = "核对审计记录：逐条验证内容和顺序，指出第一条有问题的记录。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="序号:链尾",
            help="另行抄录的链尾，例如 1520:9f3a…；记录必须经过它",
        )
        parser.add_argument("--no-seal", action="store_true", help="只读：核对后不封存新记录")

    def handle(self, *, head, no_seal, **options):
        verdict = verify([self.parsed(each) for each in head])
        for fault in verdict.faults:
            self.stderr.write(self.style.ERROR(fault))
        if verdict.faults:
            sys.exit(1)
        self.stdout.write(f"{verdict.sealed} 条已封存的审计记录与写入时一致，顺序完整。")
        self.report_tail(verdict, no_seal)

    def report_tail(self, verdict, no_seal):
        if verdict.chain:
            self.stdout.write(f"链尾 {verdict.sealed}:{verdict.chain}")
        if verdict.unsealed and not no_seal:
            self.stdout.write(f"另有 {seal_all(timezone.now())} 条核对无误，现已封存。")

    def parsed(self, text):
        seq, _, chain = text.partition(":")
        if not seq.isdigit() or len(chain) != 64:
            raise CommandError(f"“{text}”不是链尾，应为“序号:64 位字符”。")
        return int(seq), chain
