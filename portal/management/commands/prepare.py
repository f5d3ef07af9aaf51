"""Make everything that serving needs: tables, reference data, static files, demonstration."""

from django.core.management.base import BaseCommand

from portal.serving.preparation import prepare


class Command(BaseCommand):
    help = "准备数据表、基础数据、静态文件和演示数据；已经就绪的部分自动跳过"

    def handle(self, **options):
        prepare(self.say)

    def say(self, text):
        self.stdout.write(f"==> {text}")
        self.stdout.flush()
