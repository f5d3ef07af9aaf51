"""The embedded portal as a process, with a data folder of its own, to be hurt by fault tests."""

import os
import shutil
import signal
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from tests.servers import Server

FOREIGN = {"DATABASE_URL", "REDIS_URL", "PORTAL_MODE", "DJANGO_SETTINGS_MODULE"}


class Portal(Server):
    """`manage.py serve` on embedded defaults. Give it a folder to keep its data for the next."""

    name = "portal"
    patience = 300  # the first start sets up a data folder

    def __init__(self, var=None, **environment):
        self.var, self.environment = var, environment
        super().__init__()

    def prepare(self):
        self.var = self.var or self.folder / "var"

    def command(self):
        mine = {"PORTAL_VAR": self.var, "PORT": self.port, "DEMO": "0", **self.environment}
        theirs = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        pairs = [f"{key}={value}" for key, value in {**theirs, **mine}.items()]
        return ["env", "-i", *pairs, sys.executable, "manage.py", "serve"]

    def is_ready(self):
        return self.health() == 200

    def health(self):
        """The status of /healthz; 0 where nobody answers."""
        return self.get("/healthz")[0]

    def get(self, path, timeout=5):
        """Status and body of a page; (0, b"") where nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def seconds_until(self, status, patience):
        """How long until /healthz answers so; fails when it takes longer than `patience`."""
        started = time.monotonic()
        while self.health() != status:
            assert time.monotonic() - started < patience, f"no {status} in {patience} s"
            time.sleep(0.2)
        return time.monotonic() - started

    def part(self, word):
        """The process id of the web server or the worker."""
        return next(pid for pid in children(self.process.pid) if word in words_of(pid))

    def everybody(self):
        """Every process below and including the supervisor."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found

    def stop(self):
        everybody = self.everybody() if self.process and self.process.poll() is None else []
        super().stop()
        for pid in filter(is_alive, everybody):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def children(pid):
    """Processes that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def words_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def is_alive(pid):
    """Running, and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def seconds_until_gone(pids, patience):
    """How long until all of them have ended."""
    started = time.monotonic()
    while any(map(is_alive, pids)):
        left = [words_of(pid) for pid in pids if is_alive(pid)]
        assert time.monotonic() - started < patience, f"still there: {left}"
        time.sleep(0.1)
    return time.monotonic() - started
