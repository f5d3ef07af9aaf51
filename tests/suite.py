"""The whole suite: checks, then every test on SQLite, then again on PostgreSQL, Redis and Celery.

Called by scripts/test once everything is installed. `--full` asks the fault tests for their full
counts; other arguments go to pytest. The last line adds up all runs.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.attempts import Attempts
from tests.servers import TOP, Celery, Postgres, Redis

PYTHON = [sys.executable]
MANAGE = [*PYTHON, "manage.py"]
NOTHING_CHOSEN = 5  # pytest's answer where -k or a path leaves a part without tests
PATIENCE = 20
TIMED = "journey or fault"  # these end servers and fill disks; nothing else runs beside them


@dataclass
class Tally:
    """What was counted so far."""

    passed: int = 0
    failed: int = 0
    attempts: Attempts = field(default_factory=Attempts)

    def add(self, passed, failed):
        self.passed, self.failed = self.passed + passed, self.failed + failed


def main(arguments):
    """Run everything, say the sum, and answer with the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    full = "--full" in arguments
    if full:
        arguments.remove("--full")
        os.environ["FULL"] = "1"
    tally, started = Tally(), time.monotonic()
    with ExitStack() as stack:
        os.environ["PORTAL_VAR"] = stack.enter_context(tempfile.TemporaryDirectory("-portal"))
        if not arguments:
            run_checks(tally)
        run_on_sqlite(tally, arguments)
        run_on_servers(tally, arguments)
    if full:
        print(f"\n{tally.attempts.as_table()}")
        tally.attempts.write_readme(" ".join(["./scripts/test", "--full", *arguments]))
    print(f"\n{(time.monotonic() - started) / 60:.1f} minutes")
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def run_checks(tally):
    """What needs no test to be wrong: style, floors, forgotten migrations, unsafe settings."""
    lint_imports = "from importlinter.cli import lint_imports_command as go; go()"
    checks = {
        "ruff check": [*PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [*PYTHON, "-m", "ruff", "format", "--check", "."],
        "import contracts": [*PYTHON, "-c", lint_imports],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    }
    for name, command in checks.items():
        check(tally, name, command)
    deploy = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
    check(tally, "check --deploy", deploy, server_settings())


def check(tally, name, command, extra=None):
    print(f"\n==> {name}", flush=True)
    ended = subprocess.run(command, cwd=TOP, env={**os.environ, **(extra or {})}, check=False)
    if ended.returncode:
        print(f"FAILED: {name}", flush=True)
        tally.add(0, 1)


def server_settings():
    """The least that the server deployment starts with."""
    return {
        "PORTAL_MODE": "server",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "AUDIT_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def run_on_sqlite(tally, arguments):
    """Embedded defaults: a SQLite file, no broker."""
    run_pytest(tally, "SQLite", arguments, {})


def run_on_servers(tally, arguments):
    """PostgreSQL, Redis and a real Celery worker, started here and stopped again."""
    print("\n==> starting PostgreSQL, Redis and Celery", flush=True)
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(Postgres()), stack.enter_context(Redis())
        extra = {"DATABASE_URL": postgres.create("portal"), "REDIS_URL": redis.url}
        migrate = [*MANAGE, "migrate", "-v0"]
        subprocess.run(migrate, cwd=TOP, env={**os.environ, **extra}, check=True)
        os.environ.update(extra)
        stack.enter_context(Celery())
        run_pytest(tally, "PostgreSQL, Redis and Celery", arguments, extra)


def run_pytest(tally, place, arguments, extra):
    """Everything that is quick on all cores, then, likewise, what drives browsers and faults."""
    every = ["-n", os.environ.get("TEST_PROCESSES", "auto")]
    pytest_once(tally, f"tests on {place}", [*every, "-m", f"not ({TIMED})", *arguments], extra)
    pytest_once(tally, f"journeys and faults on {place}", [*every, "-m", TIMED, *arguments], extra)


def pytest_once(tally, title, arguments, extra):
    print(f"\n==> {title}", flush=True)
    report = Path(os.environ["PORTAL_VAR"]) / "report.xml"
    report.unlink(missing_ok=True)
    command = [*PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    code = run_together(command, {**os.environ, **extra})
    if code != NOTHING_CHOSEN:
        count(tally, report, code, title.rsplit(" on ")[1])


def run_together(command, environment):
    """Run a command; whatever ends us ends it, with every process it started."""
    running = subprocess.Popen(command, cwd=TOP, env=environment, start_new_session=True)
    try:
        return running.wait()
    finally:
        end_together(running)


def end_together(running):
    """Ask for the end, so that tests clear up after themselves; then see to it."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(running.pid, signal.SIGINT)
        running.wait(PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)


def count(tally, report, code, place):
    """Passed and failed by pytest's own report; an error is a failure, and so is a skip."""
    if not report.exists():
        tally.add(0, 1)
        return
    suite = ElementTree.parse(report).getroot().find("testsuite")
    tally.attempts.gather(suite, place)
    total = int(suite.get("tests"))
    failed = sum(int(suite.get(each)) for each in ("failures", "errors", "skipped"))
    if int(suite.get("skipped")):
        print(f"{suite.get('skipped')} skipped: a test that doesn't run counts as failed here")
    tally.add(total - failed, failed or bool(code))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
