"""Takes the figures: python -m tests.benchmarks [--json] [--only B1,B4] [--full] [--readme]."""

import argparse
import gc
import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import date

from tests.servers import TOP, Postgres

BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"
SMALL = 2_000


def main():
    """Set up, load, measure, tell; 1 where a figure falls short."""
    asked = options()
    with ExitStack() as stack:
        prepare(stack)
        figures = list(take(asked))
    from tests.benchmarks import harness

    print(harness.as_json(figures) if asked.json else harness.as_table(figures))
    if asked.readme:
        write_readme(harness, figures)
    return 0 if all(figure.ok for figure in figures) else 1


def options():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--readme", action="store_true")
    return parser.parse_args()


def prepare(stack):
    """A database and a data folder of our own, unless the environment names a database."""
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = stack.enter_context(Postgres()).create("bench")
    os.environ["PORTAL_VAR"] = stack.enter_context(tempfile.TemporaryDirectory("-portal"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("build_icons", verbosity=0, stdout=sys.stderr)
    call_command("collectstatic", verbosity=0, interactive=False, stdout=sys.stderr)


def take(asked):
    """Every figure asked for, as it comes; progress goes to the error stream."""
    from tests.benchmarks import city, harness

    town = loaded(city, harness, asked)
    for module in harness.modules(asked.only):
        set_aside()
        for figure in module.measure(town, asked.full):
            tell(f"{figure.id} {figure.what}: {figure.measured:g} {figure.unit}")
            yield figure


def set_aside():
    """Keep what earlier figures left from the collector and out of the tables.

    No web process carries so much about, and no office takes back a million rows.
    """
    from django.db import connection

    gc.collect()
    gc.freeze()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def loaded(city, harness, asked):
    """The city; where the register is measured, first at a tenth of its size."""
    tell("loading the city …")
    small = None
    if not asked.only or "B1" in asked.only:
        town = city.load(SMALL)
        small = harness.p95(town.opener(town.city_officer, "/units/"))
    town = city.load(20_000)
    town.small, town.small_units = small, SMALL
    return town


def tell(line):
    print(line, file=sys.stderr, flush=True)


def write_readme(harness, figures):
    """Put the table between the marks of README.md."""
    path = TOP / "README.md"
    before, rest = path.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    command = " ".join(["./scripts/bench", *sys.argv[1:]])
    line = f"{date.today()}, {harness.machine()}, PostgreSQL, `{command}`."
    table = harness.as_table(figures)
    path.write_text(f"{before}{BEGIN}\n{line}\n\n{table}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
