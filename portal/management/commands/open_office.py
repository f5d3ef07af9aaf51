"""Make the first administrators of an office and print the codes that lead them in."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.errors import Refused
from portal.operations.opening import open_office, replace_code

DONE = "三类管理员都已启用，没有建立账号，也没有生成登录码。"
HINT = "请分别交给三个人。各自在登录页选“一次性登录码”，设定自己的密码；登录码只能用一次。"


class Command(BaseCommand):
    help = "建立首批系统管理员、安全保密管理员、安全审计员，输出一次性登录码"

    def add_arguments(self, parser):
        parser.add_argument("--code", metavar="用户名", help="只为这名管理员换一个登录码")

    def handle(self, *, code, **options):
        at = timezone.now()
        try:
            codes = replace_code(code, at=at) if code else open_office(at=at)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        for user, code in codes.items():
            self.stdout.write(f"{user.get_role_display()}　用户名 {user.username}　登录码 {code}")
        self.stdout.write(HINT if codes else DONE)
