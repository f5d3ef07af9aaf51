"""What a figure is and how it is taken: time, memory, and the table in the README."""

import gc
import json
import multiprocessing
import os
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Figure:
    """One figure beside its bar and, where there is one, a baseline taken in the same run."""

    id: str
    what: str
    measured: float
    unit: str = "ms"
    bar: float | None = None
    baseline: float | None = None
    at_most: float | None = None  # of measured / baseline
    beside: str = ""  # what the baseline is

    @property
    def ratio(self):
        return round(self.measured / self.baseline, 2) if self.baseline else None

    @property
    def ok(self):
        within = self.bar is None or self.measured <= self.bar
        return within and (self.at_most is None or self.ratio <= self.at_most)

    def as_dict(self):
        return asdict(self) | {"ratio": self.ratio, "ok": self.ok}


def timed(function):
    """Milliseconds one call takes."""
    before = time.perf_counter()
    function()
    return (time.perf_counter() - before) * 1000


def p95(function, times=50, warm=5):
    """The 95th of a hundred calls, in milliseconds, after a few to warm up."""
    for _ in range(warm):
        function()
    gc.collect()
    spent = sorted(timed(function) for _ in range(times))
    return round(spent[min(times - 1, int(times * 0.95))], 1)


def beside(ours, theirs, times=50, warm=5):
    """p95 of two things in ms, called in turn, so that a busy machine slows both alike."""
    for _ in range(warm):
        ours(), theirs()
    gc.collect()
    pairs = [(timed(ours), timed(theirs)) for _ in range(times)]
    place = min(times - 1, int(times * 0.95))
    return tuple(round(sorted(spent)[place], 1) for spent in zip(*pairs, strict=True))


def seconds(function):
    """Seconds one call takes."""
    gc.collect()
    return round(timed(function) / 1000, 2)


def memory_grown(function, *args):
    """MB by which a fresh process grows at its highest while it calls a function of a module."""
    before, after, _ = _memory_of(function, args)
    return round(after - before, 1)


def memory_peak(function, *args):
    """MB that a fresh process and the largest of its children hold at their highest meanwhile."""
    _, after, child = _memory_of(function, args)
    return round(after + child, 1)


def _memory_of(function, args):
    context = multiprocessing.get_context("spawn")  # a fork would reuse what we have let go
    ours, theirs = context.Pipe(duplex=False)
    where = function.__module__, function.__name__
    child = context.Process(target=_grow, args=(*where, args, theirs))
    child.start()
    theirs.close()  # so that a child that dies is an end of file, not a silence
    return ours.recv()


def _grow(module, name, args, pipe):
    import django

    django.setup()
    function = getattr(import_module(module), name)
    function(*(0 for _ in args))  # what is loaded once does not count as growth
    before = forget_peak()
    with Children() as children:
        function(*args)
    pipe.send((before, peak(), children.largest))


def forget_peak():
    """Let the kernel count this process's most memory anew from here; says where it stands."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak(process="self"):
    """The most memory a process has had since, in MB.

    Not `ru_maxrss`: a new program inherits that from the one that started it, however large.
    """
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Children(Thread):
    """While it lasts, looks at the programs this process starts: `largest` is the most of one."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.largest = Event(), 0
        self.ours = Path("/proc/self/cmdline").read_bytes()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.wait(0.01):
            for each in Path("/proc/self/task").glob("*/children"):
                self.look(each)

    def look(self, listed):
        """One that has not become a program of its own yet still shows our memory."""
        try:
            for number in listed.read_text().split():
                if Path(f"/proc/{number}/cmdline").read_bytes() not in (b"", self.ours):
                    self.largest = max(self.largest, peak(number))
        except (OSError, IndexError):
            return  # it has just ended


def modules(only):
    """The modules that take the figures asked for, in order."""
    found = [
        import_module(f"tests.benchmarks.{path.stem}") for path in sorted(HERE.glob("b[0-9]*.py"))
    ]
    return [each for each in found if not only or set(each.IDS) & set(only)]


def machine():
    """The machine in words: cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB"


def as_json(figures):
    """Every figure as JSON."""
    rows = [figure.as_dict() for figure in figures]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_table(figures):
    """Every figure as a Markdown table."""
    lines = [
        "| # | what | measured | bar | beside it, same run | ratio | |",
        "| --- | --- | --: | --: | --- | --: | --- |",
    ]
    return "\n".join(lines + [_line(figure) for figure in figures])


def _line(figure):
    bar = "—" if figure.bar is None else f"≤ {figure.bar:g} {figure.unit}"
    beside, ratio = "—", "—"
    if figure.baseline:
        beside = f"{figure.beside} {figure.baseline:g} {figure.unit}"
        ratio = f"{figure.ratio:g}" + (f" (≤ {figure.at_most:g})" if figure.at_most else "")
    verdict = "holds" if figure.ok else "**falls short**"
    measured = f"{figure.measured:g} {figure.unit}"
    return f"| {figure.id} | {figure.what} | {measured} | {bar} | {beside} | {ratio} | {verdict} |"
