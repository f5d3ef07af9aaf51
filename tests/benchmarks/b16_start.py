"""B16: how long an empty database takes to be made, and a portal that is set up to answer."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from urllib.request import urlopen

from tests.benchmarks.harness import Figure, seconds
from tests.servers import TOP, Postgres

IDS = ("B16",)
PATIENCE = 180  # of the first start, which also lays the demonstration out


def measure(city, full):
    """First migrate on both databases; the second start of scripts/run to its first page."""
    with tempfile.TemporaryDirectory("-portal") as folder, Postgres() as server:
        here = environment(PORTAL_VAR=folder)
        there = {**here, "DATABASE_URL": server.create("empty")}
        yield Figure("B16", "first migrate, SQLite", seconds(lambda: migrate(here)), "s", 20)
        yield Figure("B16", "first migrate, PostgreSQL", seconds(lambda: migrate(there)), "s", 30)
    with tempfile.TemporaryDirectory("-portal") as folder:
        first_page(folder)
        yield Figure(
            "B16", "scripts/run, all set up, to its first page", first_page(folder), "s", 8
        )


def environment(**more):
    """That of a person who has set nothing, but for what is named."""
    ours = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PORTAL_VAR")
    return {name: value for name, value in os.environ.items() if name not in ours} | more


def migrate(env):
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=TOP, env=env, check=True)


def first_page(folder):
    """Seconds from the command to the sign-in page; the portal is stopped again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env, begun = environment(PORTAL_VAR=folder, PORT=str(port)), time.monotonic()
    portal = subprocess.Popen(["./scripts/run"], cwd=TOP, env=env, stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            if portal.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise RuntimeError("scripts/run did not come up")
            time.sleep(0.05)
        return round(time.monotonic() - begun, 2)
    finally:
        portal.send_signal(signal.SIGTERM)
        portal.wait(30)


def answers(port):
    """Is the sign-in page there?"""
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
        return answer.status == 200
    return False
