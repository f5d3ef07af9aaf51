"""manage.py run_clock: what falls due on a day, done or only listed."""

import json
from datetime import datetime, time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from portal import clock

MORNING = time(6)


class Command(BaseCommand):
    help = "办理到期事项：结束到期的阶段和公示、登记到期称号、发送提醒；重复运行不会重复办理"

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="日期", help="按哪一天办理，例如 2027-03-01；默认今天")
        parser.add_argument("--dry-run", action="store_true", help="只列出将办理的事项，不作改动")
        parser.add_argument("--json", dest="as_json", action="store_true", help="以 JSON 输出")

    def handle(self, *, on, dry_run, as_json, **options):
        at = timezone.now()
        day = self._day(on, timezone.localdate(at), dry_run)
        effects = []
        say = effects.append if as_json else self._say
        perform = clock.rehearse if dry_run else clock.run
        row = perform(day, _moment(day, at), say=say)
        if as_json:
            self._print(row, dry_run, effects)
        else:
            self.stdout.write(_summary(day, dry_run, row.counts))
        self._complain(row)

    def _day(self, text, today, dry_run):
        """The day asked for; a server's clock is not moved ahead in earnest."""
        day = parse_date(text) if text else today
        if day is None:
            raise CommandError(f"“{text}”不是日期，请写成 2027-03-01。")
        if settings.SERVER and day > today and not dry_run:
            raise CommandError(f"{day} 还没有到，正式环境只能用 --dry-run 预览，没有办理任何事项。")
        return day

    def _complain(self, row):
        """What failed makes the command fail, after everything else has been said."""
        if row.failures:
            words = "；".join(f"{label}：{text}" for label, text in row.failures.items())
            raise CommandError(f"有事项没有办成，其余不受影响：{words}")

    def _say(self, effect):
        self.stdout.write(f"{effect.duty}｜{effect.target}｜{effect.text}")

    def _print(self, row, dry_run, effects):
        report = {"on": row.on.isoformat(), "dry_run": dry_run, "counts": row.counts}
        report |= {"failures": row.failures, "effects": [each.plain() for each in effects]}
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))


def _moment(day, at):
    """Now if it is that day, otherwise six in the morning of it."""
    if day == timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(day, MORNING))


def _summary(day, dry_run, counts):
    total = sum(counts.values())
    if not total:
        return f"{day} 没有需要办理的事项。"
    words = "，".join(f"{label} {count} 项" for label, count in counts.items())
    return f"{day} {'将' if dry_run else '已'}办理 {total} 项：{words}。"
