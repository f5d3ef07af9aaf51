"""Print the demonstration accounts, making them first where they are missing."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.errors import Refused
from portal.models import Region, User
from portal.operations.demo import demo_accounts, make_demo_accounts
from portal.operations.demo_people import look_of


class Command(BaseCommand):
    help = "列出演示账号（用户名、密码、角色、地区、单位）；正式环境不可用"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, seed, **options):
        lines = _existing()
        try:
            lines = lines or make_demo_accounts(seed=seed, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_as_json(lines) if options["json"] else _as_table(lines))


def _existing():
    """What the last run kept, if those accounts are still there."""
    lines = demo_accounts()
    names = {line["username"] for line in lines}
    there = User.objects.filter(username__in=names, is_demo=True).count()
    return lines if there == len(names) else []


def _as_json(lines):
    return json.dumps(lines, ensure_ascii=False, indent=2)


def _as_table(lines):
    labels = dict(User.Role.choices)
    codes = {line["region_code"] for line in lines}
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    rows = [
        f"{line['username']:<22}{line['password']:<16}{labels[line['role']]}　"
        f"{line['unit'] or names.get(line['region_code'], '')}　{look_of(line['username'])}"
        for line in lines
    ]
    return "\n".join(["演示账号（仅本机安装有效）：", *rows])
