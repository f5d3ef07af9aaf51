"""Workbooks made to exhaust the reader are refused, quickly, in little memory."""

import os
import resource
import time
from pathlib import Path
from threading import Thread

import pytest

from portal.errors import Refused
from portal.workbooks import read as reading
from portal.workbooks import read_table
from tests.portal.bombs import BOMBS, FEW, make_bomb
from tests.portal.workbooks import workbook_parts, zipped

KINDS = BOMBS if os.environ.get("FULL") else FEW


def test_there_are_fifty_of_them():
    assert len(BOMBS) == 50


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_is_refused_after_two_seconds_of_work_in_300_mb(
    kind, tmp_path, monkeypatch, record_property
):
    record_property("attempts", "一份炸弹工作簿")
    path, cost = make_bomb(kind, tmp_path / "bomb.xlsx"), watch(monkeypatch)

    with pytest.raises(Refused, match="没有读取任何内容"):
        read_table(path, "名单.xlsx")

    assert cost.seconds <= 2
    assert cost.memory <= 300 * 1024


class Cost:
    """Processor time and peak memory (KiB) of the children from now on."""

    def __init__(self):
        self.memory, self.before = 0, seconds_of_children()

    @property
    def seconds(self):
        return seconds_of_children() - self.before


def seconds_of_children():
    """Of those that have ended, however it was noticed that they had."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def watch(monkeypatch):
    cost, popen = Cost(), reading.subprocess.Popen

    class Watched(popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            Thread(target=keep_looking, args=(self, cost), daemon=True).start()

    monkeypatch.setattr(reading.subprocess, "Popen", Watched)
    return cost


def keep_looking(child, cost):
    """rusage counts what the parent held when it made the child; the kernel's file does not."""
    while peak := peak_of(child.pid):
        cost.memory = max(cost.memory, peak)
        time.sleep(0.005)


def peak_of(pid):
    try:
        words = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()
    except OSError:
        return 0
    return int(words[0]) if words else 0


def test_the_cost_of_the_child_is_really_measured(tmp_path, monkeypatch):
    path = zipped(tmp_path / "x.xlsx", workbook_parts("<c><v>1</v></c>"))
    cost = watch(monkeypatch)

    read_table(path, "x.xlsx")

    assert 5_000 < cost.memory < 100_000
    assert 0.01 < cost.seconds < 2
