"""manage.py import_designations FILE: bring a list of titles into the register, all or nothing."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.errors import Refused
from portal.lists import Column
from portal.models import User
from portal.workbooks import read_table, write_workbook
from units.importing import checking, fields, loading, reports, rows
from units.importing.findings import Verdict
from units.operations import imports
from units.operations.import_apply import bring_in
from units.operations.import_source import Source, from_file

LEFT = 3  # the exit code when rows wait for a person
WAITING = (Verdict.DOUBT, Verdict.ERROR)
NO_FILE = "文件“{}”打不开，请核对路径。没有导入任何一行。"


class Command(BaseCommand):
    help = (
        "Bring a list of titles (.csv or .xlsx) into the register, all rows or none. "
        "Exit code 0 when every row is clear, 3 when rows wait for a person."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="who imports")
        parser.add_argument(
            "--mapping",
            nargs="+",
            action="extend",
            default=[],
            metavar="FIELD=HEADING",
            help="a column by its heading, or a value for the whole list (level=自治区级)",
        )
        parser.add_argument(
            "--set-aside", action="store_true", help="put off rows that wait, apply the others"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument(
            "--report", type=Path, metavar="OUT", help="a verdict per row: out.json or out.xlsx"
        )

    def handle(self, *, file, username, mapping, set_aside, dry_run, report, **options):
        if not file.is_file():
            raise CommandError(NO_FILE.format(file), returncode=2)
        at = timezone.now()
        try:
            self._check_report(report)
            actor = self._actor(username)
            source = self._source(file, actor, at, dry_run)
            told, lines = self._lines(source.table, mapping, at)
            if dry_run:
                findings = checking.check(lines, loading.matcher(actor, lines=lines))
            else:
                job = imports.take_in(source, actor=actor, at=at, mapping=told)
                findings = bring_in(job, lines, actor=actor, at=at, set_aside=set_aside)
            self._report(report, file, findings, at)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self._end(findings, set_aside, dry_run)

    def _check_report(self, report):
        if report and report.suffix not in (".json", ".xlsx"):
            raise Refused("报告文件请以 .json 或 .xlsx 结尾，没有导入任何一行。")

    def _actor(self, username):
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None or user.role != User.Role.OFFICER:
            raise Refused(f"“{username}”不是在用的审核人员账号，没有导入任何一行。")
        return user

    def _source(self, file, actor, at, dry_run):
        """A dry run leaves no copy of the file behind."""
        if dry_run:
            return Source(read_table(file, file.name), file.name, "")
        return from_file(file, file.name, owner=actor, at=at)

    def _lines(self, table, pairs, at):
        told = fields.told(table, pairs)
        fields.check(told, table)
        lines = rows.parse(table, told, today=timezone.localdate(at))
        if not lines:
            raise Refused(f"“{table.name}”的表头之下没有单位，没有导入任何一行。请核对表头。")
        return told, lines

    def _report(self, report, file, findings, at):
        if report and report.suffix == ".json":
            report.write_text(reports.as_json(findings), encoding="utf-8")
        elif report:
            self._workbook(report, file, findings, at)

    def _workbook(self, report, file, findings, at):
        columns = [
            Column(str(number), heading, lambda row, number=number: row[number])
            for number, heading in enumerate(reports.HEADINGS)
        ]
        write_workbook(
            str(report),
            sheet="核对结果",
            title=f"“{file.name}”核对结果",
            columns=columns,
            rows=reports.as_cells(findings),
            at=at,
        )

    def _end(self, findings, aside, dry_run):
        counts = checking.counts(findings)
        told = "，".join(f"{Verdict(name).label} {count} 行" for name, count in counts.items())
        left = sum(counts[verdict] for verdict in WAITING)
        self.stdout.write(f"{told}。{self._outcome(left, aside, dry_run)}")
        if left:
            sys.exit(LEFT)

    @staticmethod
    def _outcome(left, aside, dry_run):
        if dry_run:
            return "只是试算，没有写入任何内容。"
        if left and not aside:
            return (
                f"有 {left} 行待处理，没有写入任何内容；可在“名单导入”页面处理，或加 --set-aside。"
            )
        return f"已应用，暂缓 {left} 行。" if left else "已应用。"
