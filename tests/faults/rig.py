"""Processes to be killed: forked from the test, on the test's own database."""

import os
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from django.db import connections

from portal.celery import app

FULL = os.environ.get("FULL") == "1"
app.loader.import_default_modules()  # before forking, so that each child need not


def times(reduced, full):
    """How often to try: few in a daily run, as promised with FULL=1."""
    return full if FULL else reduced


def fork(act):
    """Run `act` in a child process with a database connection of its own; returns its pid."""
    connections.close_all()  # parent and child must not share a socket
    pid = os.fork()
    if pid:
        return pid
    try:
        act()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        os._exit(1)
    os._exit(0)


def kill(pid):
    """Kill a child, if it still lives, and wait until it is gone."""
    if not gone(pid):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def gone(pid):
    """Has the child ended?"""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


@contextmanager
def several(count, act):
    """`count` children doing the same; yields a function that replaces one by a fresh one."""
    pids = [fork(act) for _ in range(count)]

    def replace(index):
        kill(pids[index])
        pids[index] = fork(act)

    try:
        yield replace
    finally:
        for pid in pids:
            kill(pid)


def together(*acts):
    """Run each act in a thread of its own, with a connection of its own; their errors are ours."""

    def run(act):
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result()


def wait_until(true, seconds):
    """Wait for a condition; False if it did not come about in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def environment(database_url, folder, **more):
    """What a program of the portal is started with in a rig."""
    return {
        **os.environ,
        "PORTAL_VAR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        **more,
    }


@contextmanager
def program(arguments, env, **pipes):
    """A Python program of the portal that is killed in the end."""
    command = [sys.executable, *arguments]
    running = subprocess.Popen(command, env=env, text=True, start_new_session=True, **pipes)
    try:
        yield running
    finally:
        kill_all(running)


def kill_all(running):
    """Kill a program together with what it has forked."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@contextmanager
def writing(database_url, folder):
    """The writer, ready to be told where to begin."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    env = environment(database_url, folder)
    with program(["-m", "tests.faults.writer"], env, **pipes) as writer:
        assert writer.stdout.readline() == "ready\n"
        yield writer


def database_url():
    """The address of the test's own database, for other programs."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**database)
