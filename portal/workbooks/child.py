"""The process in which files from outside are parsed: little memory, little time, no Django.

Reads an order as JSON from standard input, writes events as JSON lines to standard output.
"""

import json
import resource
import sys

from portal.errors import Refused
from portal.workbooks.limits import Limits
from portal.workbooks.package import kind_of, open_package


def main():
    """Carry out one order; a refusal is an event like any other."""
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    confine(limits)
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        for event in WORK[order["work"]](order, limits):
            sys.stdout.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.write('{"end":true}\n')
    except Refused as refusal:
        sys.stdout.write(json.dumps({"refused": str(refusal)}, ensure_ascii=False) + "\n")
    except (MemoryError, RecursionError):
        sys.stdout.write('{"too_much":true}\n')


def confine(limits):
    """Bounds that the operating system keeps, whatever the file contains."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(order, limits):
    """Events of a file: for each sheet its name, its rows, then its faults and merged blocks."""
    path, name = order["path"], order["name"]
    if kind_of(path, name, limits) == "text":
        yield {"sheet": "", "hidden": False}
        yield from _lines(order, limits)
        yield {"faults": [], "merges": []}
        return
    from portal.workbooks import sheets  # lxml is wanted for workbooks only

    with open_package(path, name, limits) as package:
        yield from sheets.events(package, name, limits)


def mark(order, limits):
    """Write the marked copy; nothing to report but its end."""
    from portal.workbooks import marking

    if "sheets" in order:
        book = marking.book_of(order["sheets"])
    elif kind_of(order["path"], order["name"], limits) == "text":
        book = marking.book_of([["", list(_lines(order, limits))]])
    else:
        open_package(order["path"], order["name"], limits).close()
        book = marking.opened(order["path"])
    marking.mark(book, order["faults"])
    book.save(order["out"])
    yield {"marked": len(order["faults"])}


def _lines(order, limits):
    from portal.workbooks.delimited import decoded, rows_of

    with open(order["path"], "rb") as file:
        text = decoded(file.read(), order["name"])
    return rows_of(text, order["name"], limits)


WORK = {"read": read, "mark": mark}
