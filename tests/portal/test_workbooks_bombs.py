"""Workbooks made to exhaust the reader are refused, quickly, in little memory."""

import os
import time
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.workbooks import read_table
from tests.portal.bombs import BOMBS, FEW, make_bomb

KINDS = BOMBS if os.environ.get("FULL") else FEW


def test_there_are_fifty_of_them():
    assert len(BOMBS) == 50


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_is_refused_within_two_seconds_and_300_mb(kind, tmp_path, monkeypatch):
    path = make_bomb(kind, tmp_path / "bomb.xlsx")
    peak = watch_memory(monkeypatch)

    start = time.perf_counter()
    with pytest.raises(Refused, match="没有读取任何内容"):
        read_table(path, "名单.xlsx")

    assert time.perf_counter() - start <= 2
    assert peak() <= 300 * 1024


def watch_memory(monkeypatch):
    """Peak resident memory in KiB of the children waited for from now on.

    A child that has not yet become its own program counts with what its parent held, so this is
    never too little.
    """
    import portal.workbooks.read as reading

    peaks, popen = [0], reading.subprocess.Popen

    class Watched(popen):
        def _try_wait(self, options):
            try:
                pid, status, usage = os.wait4(self.pid, options)
            except ChildProcessError:
                return self.pid, 0
            if pid:
                peaks.append(usage.ru_maxrss)
            return pid, status

    monkeypatch.setattr(reading.subprocess, "Popen", Watched)
    return lambda: max(peaks)


def test_the_memory_of_the_child_is_really_measured(tmp_path, monkeypatch):
    path = Path(tmp_path / "x.csv")
    path.write_text("单位名称\n示例")
    peak = watch_memory(monkeypatch)

    read_table(path, "x.csv")

    assert peak() > 5_000
