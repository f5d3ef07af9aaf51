"""Serve the portal on embedded defaults: web server and worker in one go."""

import os
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.serving.preparation import prepare
from portal.serving.supervisor import Supervisor, is_taken

NOT_HERE = "serve 只用于单机运行，没有启动。正式部署请按 docker-compose.yml 分别启动各部分。"
TAKEN = "端口 {port} 已被占用，没有启动。请换一个端口，例如 PORT=8001 ./scripts/run。"


class Command(BaseCommand):
    help = "准备好缺少的部分，然后一起启动网页服务和后台任务；Ctrl-C 一起停止。端口由 PORT 指定"

    def handle(self, **options):
        if settings.SERVER:
            raise CommandError(NOT_HERE)
        self.port = asked_port()
        if is_taken(self.port):
            raise CommandError(TAKEN.format(port=self.port))
        prepare(self.say)
        self.say("启动网页服务和后台任务")
        if not Supervisor(self.say).run(self.port, self.welcome):
            sys.exit(1)
        self.say("门户已停止")

    def say(self, text):
        self.stdout.write(f"==> {text}")
        self.stdout.flush()

    def welcome(self):
        """The address, and who can sign in."""
        self.stdout.write(f"\n门户已启动：http://127.0.0.1:{self.port}    停止：Ctrl-C\n")
        if settings.DEMO:
            call_command("demo_accounts", stdout=self.stdout)
        self.stdout.flush()


def asked_port():
    """PORT from the environment, or the port everybody knows."""
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdigit() or not 0 < int(asked) < 65536:
        raise CommandError(f"PORT={asked} 不是端口号，没有启动。请写 1–65535 之间的整数。")
    return int(asked)
