"""A full disk: no row without its whole file, no half file, and it goes on once there is room."""

import os
import resource
import signal
import sqlite3
import subprocess

import pytest

from portal import files
from portal.errors import Refused
from portal.models import StoredFile
from tests.factories import NOON, make_region, make_user
from tests.faults.rig import fork, times

MIB = 1024 * 1024
IS_ROOT = os.geteuid() == 0


def stored(root):
    """Digest → size of every file that stands in its place."""
    return {path.name: path.stat().st_size for path in (root / "by-content").glob("*/*/*")}


def halves(root):
    return list((root / "tmp").glob("*.part"))


@pytest.fixture
def owner(db):
    return make_user(region=make_region())


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 16 MB; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def keep(owner, content):
    return files.keep(content, name="照片.jpg", media_type="image/jpeg", owner=owner, at=NOON)


def fill(owner, rounds, size):
    """Keep files until there is no room, and a few times more; says how many were refused."""
    refused = 0
    for _ in range(rounds):
        try:
            keep(owner, os.urandom(size))
        except Refused:
            refused += 1
    return refused


def check_whole(root):
    """Every row has its whole file, and nothing lies about half."""
    rows = StoredFile.objects.values_list("sha256", "size")
    assert all(stored(root)[sha256] == size for sha256, size in rows)
    assert halves(root) == []


def run_full_disk(owner, root, count):
    root.mkdir(exist_ok=True)
    refused = fill(owner, count, MIB)
    assert 0 < refused < count
    check_whole(root)
    next((root / "by-content").glob("*/*/*")).unlink()
    StoredFile.objects.all().delete()


if IS_ROOT:

    @pytest.mark.parametrize("share", [0.1, 0.0], ids=["reserve", "to the last byte"])
    def test_a_full_disk_refuses_and_goes_on_when_there_is_room(
        owner, small_disk, settings, share, record_property
    ):
        settings.MEDIA_ROOT = small_disk / "files"
        settings.FILE_RESERVE_SHARE = share
        rounds = times(1, 10)
        record_property("attempts", f"16 MB 盘写满 {rounds} 次")

        for _ in range(rounds):
            run_full_disk(owner, settings.MEDIA_ROOT, 20)
            for path in (settings.MEDIA_ROOT / "by-content").glob("*/*/*"):
                path.unlink()
            assert keep(owner, b"room again").pk

    def test_a_database_without_room_refuses_and_goes_on_when_there_is(small_disk):
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * 14 * MIB)
        rows = sqlite3.connect(small_disk / "db.sqlite3", isolation_level=None)
        rows.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        rows.execute("CREATE TABLE act (n INTEGER PRIMARY KEY, body BLOB)")
        acked = write_until_full(rows)

        ballast.unlink()
        rows.execute("INSERT INTO act VALUES (?, ?)", [10**6, b"room again"])

        kept = {n for (n,) in rows.execute("SELECT n FROM act")}
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept == {*acked, 10**6}


def write_until_full(rows):
    acked = []
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for n in range(1000):
            rows.execute("INSERT INTO act VALUES (?, ?)", [n, os.urandom(100_000)])
            acked.append(n)
    return acked


@pytest.mark.django_db(transaction=True)
def test_a_write_the_kernel_breaks_off_leaves_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    owner = make_user(region=make_region())

    def write():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 * MIB, 3 * MIB))
        assert fill(owner, 3, 5 * MIB) == 3
        keep(owner, os.urandom(2 * MIB))

    assert os.waitpid(fork(write), 0)[1] == 0
    assert list(stored(settings.MEDIA_ROOT).values()) == [2 * MIB]
    check_whole(settings.MEDIA_ROOT)


def test_below_the_reserve_nothing_is_taken_on(owner, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    settings.FILE_RESERVE_BYTES, settings.FILE_RESERVE_SHARE = 2**60, 1.1

    assert fill(owner, 5, 1000) == 5

    assert (stored(tmp_path / "files"), StoredFile.objects.count()) == ({}, 0)
    settings.FILE_RESERVE_BYTES = 0
    assert keep(owner, b"room again").pk
