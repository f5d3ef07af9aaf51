"""What a figure is and how it is taken: time, memory, and the table in the README."""

import gc
import json
import multiprocessing
import os
import resource
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

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
    before, after = _memory_of(function, args)
    return round(after - before, 1)


def memory_peak(function, *args):
    """MB that a fresh process holds at its highest while it calls a function of a module."""
    return round(_memory_of(function, args)[1], 1)


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
    function(*(0 for _ in args))  # what is loaded once does not count
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    function(*args)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send((before / 1024, after / 1024))


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
