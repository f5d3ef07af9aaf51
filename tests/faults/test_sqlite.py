"""Power-off during an SQLite write: what was acknowledged is there, and the file is sound."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from tests.faults.rig import environment, times, writing
from tests.servers import TOP


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """An SQLite file with all tables, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    file = folder / "portal.sqlite3"
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=TOP, env=environment(f"sqlite:///{file}", folder), check=True)
    return file


@pytest.fixture
def writer(migrated, tmp_path):
    """The program that writes, with a data folder and an SQLite file of its own."""
    shutil.copy(migrated, tmp_path)
    with writing(f"sqlite:///{tmp_path / 'portal.sqlite3'}", tmp_path) as program:
        yield program


def write_until_killed(writer, first, acks):
    """Let a process write from `first` on, kill it after some acks; returns the last one."""
    print(first, file=writer.stdin, flush=True)
    last, pid = first - 1, None
    while pid is None or last < first + acks - 1:
        word, _, number = writer.stdout.readline().rpartition(" ")
        last, pid = (last, int(number)) if word else (int(number), pid)
    os.kill(pid, signal.SIGKILL)
    return last


def acts_in(path):
    """Numbers of acts and of jobs in a database that has to be sound."""
    rows = sqlite3.connect(path)
    assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    acts = [int(text[4:]) for (text,) in rows.execute("SELECT text FROM portal_notification")]
    jobs = [int(key[4:]) for (key,) in rows.execute("SELECT key FROM portal_job")]
    rows.close()
    return sorted(acts), sorted(jobs)


def test_killed_while_writing_nothing_acknowledged_is_lost(writer, tmp_path, record_property):
    kills = times(10, 100)
    record_property("attempts", f"SIGKILL {kills} 次")
    last = -1

    for _ in range(kills):
        last = write_until_killed(writer, last + 1, random.randint(1, 60))
        acts, jobs = acts_in(tmp_path / "portal.sqlite3")
        assert acts == jobs == list(range(len(acts)))
        assert len(acts) > last


def torn(wal, how):
    """A write-ahead log as a power cut may leave it: cut, zeroed, or overwritten at its end."""
    size = wal.stat().st_size
    begin = random.randrange(32, size)
    with open(wal, "r+b") as log:
        if how == "cut":
            log.truncate(begin)
        else:
            log.seek(begin)
            log.write(os.urandom(size - begin) if how == "noise" else bytes(size - begin))


@pytest.mark.parametrize("how", ["cut", "zeros", "noise"])
def test_a_torn_log_leaves_a_clean_beginning(writer, tmp_path, how, record_property):
    rounds = times(10, 100)
    record_property("attempts", f"{how} {rounds} 次")
    write_until_killed(writer, 0, 200)

    for number in range(rounds):
        copy = tmp_path / f"copy{number}"
        copy.mkdir()
        for name in ("portal.sqlite3", "portal.sqlite3-wal"):
            shutil.copy(tmp_path / name, copy)
        torn(copy / "portal.sqlite3-wal", how)
        acts, jobs = acts_in(copy / "portal.sqlite3")
        assert acts == jobs == list(range(len(acts)))
