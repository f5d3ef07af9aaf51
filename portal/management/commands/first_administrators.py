"""The three administrators of a new installation; everybody else is made by them on the pages."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.errors import Refused
from portal.operations.first import make_first_administrators


class Command(BaseCommand):
    help = "建立最初的三名管理员，并给出各自的一次性登录码；已有管理员时拒绝"

    def add_arguments(self, parser):
        parser.add_argument("--region", help="所属地区的区划代码，默认取 HOME_REGION_CODE")

    def handle(self, *, region=None, **options):
        try:
            codes = make_first_administrators(region_code=region, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("用户名、登录码如下，只显示这一次。用“一次性登录码”登录并设置密码：")
        for user, code in codes.items():
            self.stdout.write(f"{user.username:<18}{code}　{user.get_role_display()}")
