"""What has to be made before the portal can be served. A part is skipped while nothing changed."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.logs import hushed
from portal.sealing import begin_anew
from portal.serving import stamps

APPS = ("portal", "units", "evaluations", "awards")
PACKAGES = [settings.BASE_DIR / name for name in ("requirements.txt", "package-lock.json")]
ALTERED = (
    "现有数据库是按另一版数据表定义（{names}）建成的，这一版程序不能接着用，没有改动任何数据。"
    "里面如果只有演示数据，请删除 {file} 后重新运行；否则请换回原来的程序版本。"
)


def prepare(say):
    """Bring database, reference data, pages and demonstration up to date."""
    keep_database_current(say)
    load_reference(say)
    if not settings.SERVER:  # there the image holds them
        build_pages(say)
    if settings.DEMO:
        seed_demo(say)


def keep_database_current(say):
    """Create or upgrade the tables; refuse a database whose own migrations were rewritten."""
    executor = MigrationExecutor(connection)
    known, now = stamps.read("migrations"), stamps.hashes(migration_files())
    if not executor.loader.applied_migrations:
        known = {}
        stamps.forget("reference", "demo")
        begin_anew()
    if not settings.SERVER:
        refuse_rewritten([name for name in known if now.get(name) != known[name]])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("升级数据表" if known else "建立数据表")
        call_command("migrate", interactive=False, verbosity=0)
    stamps.write("migrations", now)


def migration_files():
    folders = [f"{name}/migrations" for name in APPS]
    return stamps.files_in(*folders, endings=[".py"])


def refuse_rewritten(names):
    if names:
        file = connection.settings_dict["NAME"]
        raise CommandError(ALTERED.format(names="、".join(names), file=file))


def load_reference(say):
    """Regions, categories, rules: loaded again whenever the files that hold them changed."""
    made_of = stamps.hashes(stamps.files_in("fixtures"))
    if stamps.read("reference") != made_of:
        say("载入行政区划、类别等基础数据")
        call_command("load_reference")
        stamps.write("reference", made_of)


def seed_demo(say):
    """Demonstration data goes in once; what people did with it since then stays."""
    if not stamps.read("demo"):
        say("生成演示单位、称号和账号")
        with hushed("portal.refused"):  # the seeder asks for more than is open
            call_command("seed_demo")
        stamps.write("demo", {"seeded": True})


def build_pages(say):
    """Icons and static files, collected under names that browsers may keep for ever."""
    code = stamps.files_in(*APPS, "templates", "static", endings=[".py", ".html", ".js", ".css"])
    made_of = stamps.hashes([*code, *static_files(), *PACKAGES])
    if stamps.read("pages") == made_of and Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        return
    say("生成图标和静态文件")
    call_command("build_icons", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamps.write("pages", made_of)


def static_files():
    return stamps.files_in("static")
