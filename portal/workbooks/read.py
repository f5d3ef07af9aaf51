"""Reading a file from outside: a child process parses, this side only takes plain values."""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Timer

from portal.errors import Refused
from portal.workbooks.limits import DEFAULT
from portal.workbooks.package import NOTHING
from portal.workbooks.pasted import read_pasted
from portal.workbooks.table import Fault, Row, Sheet, Table

__all__ = ["read_pasted", "read_table"]

# The package `portal` pulls in Celery and Django; an empty stand-in spares the child both.
BOOT = (
    "import sys, types; home = types.ModuleType('portal'); home.__path__ = [sys.argv[1]]; "
    "sys.modules['portal'] = home; from portal.workbooks.child import main; main()"
)
logger = logging.getLogger(__name__)
PORTAL = str(Path(__file__).resolve().parent.parent)


def read_table(path, name, *, limits=DEFAULT):
    """Every sheet of an .xlsx or .csv file, or Refused with the sentence for its owner."""
    table = Table(name, [])
    for event in ask({"work": "read", "path": str(path), "name": name}, name, limits):
        if isinstance(event, list):
            table.sheets[-1].rows.append(_row(event))
        elif "sheet" in event:
            table.sheets.append(Sheet(event["sheet"], event["hidden"]))
        elif "faults" in event:
            _close(table.sheets[-1], event)
    if not any(sheet.rows or sheet.faults for sheet in table.sheets):
        raise Refused(f"“{name}”里没有内容，{NOTHING}请选择有表头和数据的文件。")
    return table


def ask(order, name, limits):
    """Events of a child carrying out `order`; Refused if it refuses, takes too long or too much."""
    order = {**order, "limits": asdict(limits)}
    with tempfile.TemporaryFile() as said, _child(said) as child:
        watch = Timer(limits.wall_seconds, child.kill)
        watch.start()
        try:
            yield from _events(child, order, said, name)
        finally:
            watch.cancel()
            child.kill()


def _child(said):
    return subprocess.Popen(
        [sys.executable, "-I", "-c", BOOT, PORTAL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env={"LC_ALL": "C.UTF-8"},
    )


def _events(child, order, said, name):
    with child.stdin:
        child.stdin.write(json.dumps(order, default=str).encode())
    for line in child.stdout:
        event = json.loads(line)
        if "refused" in event:
            raise Refused(event["refused"])
        if "end" in event:
            return
        if "too_much" in event:
            break
        yield event
    said.seek(0)
    logger.warning("reading child gave up: %s", said.read()[-2000:].decode(errors="replace"))
    raise Refused(
        f"“{name}”过于复杂，在规定的时间和内存内读不完，{NOTHING}"
        "请把表格复制到新工作簿，只粘贴数值，另存后再传。"
    )


def _row(event):
    number, values, notes = event
    formats = {}
    for column, (kind, code) in notes.items():
        formats[int(column)] = code
        if kind == "d":
            values[int(column) - 1] = datetime.fromisoformat(values[int(column) - 1])
    return Row(number, values, formats)


def _close(sheet, event):
    sheet.faults = [Fault(sheet.name, *each) for each in event["faults"]]
    sheet.merges = [tuple(each) for each in event["merges"]]
    sheet.protected = event.get("protected", False)
