"""This side's door to the child that parses evidence."""

import json
import logging
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from portal.errors import Refused
from portal.intake import looking
from portal.intake.kinds import NOTHING
from portal.intake.limits import DEFAULT

logger = logging.getLogger(__name__)
TOP = Path(__file__).resolve().parents[2]
# The package `portal` pulls in Celery and Django; an empty stand-in spares the child both.
BOOT = (
    "import sys, types; home = types.ModuleType('portal'); "
    "home.__path__ = [sys.argv[1] + '/portal']; sys.modules['portal'] = home; "
    "sys.path.insert(0, sys.argv[1]); from portal.intake.child import main; main()"
)


def look(path, name, limits=DEFAULT):
    """What a file is, or Refused with the sentence for whoever brought it."""
    if looking.is_light(path, name):
        return looking.look(path, name, limits)
    return ask({"work": "look", "path": str(path), "name": name}, name, limits)


def derive(path, ending, name, folder, limits=DEFAULT):
    """Paths of the viewing copy and thumbnail made into `folder`, and the picture's hash."""
    order = {"path": str(path), "ending": ending, "name": name, "folder": str(folder)}
    return ask({"work": "derive", **order}, name, limits)


def page(path, number, width, name, folder, limits=DEFAULT):
    """Path of the picture of one page of a PDF."""
    order = {"path": str(path), "number": number, "width": width, "folder": str(folder)}
    return ask({"work": "page", **order}, name, limits)["page"]


def seal(path, name, folder, limits=DEFAULT):
    """Path of the clean picture of a seal."""
    order = {"work": "seal", "path": str(path), "name": name, "folder": str(folder)}
    return ask(order, name, limits)["seal"]


def ask(order, name, limits):
    """The child's answer; Refused if it refuses, takes too long or too much."""
    answer = _answer({**order, "limits": asdict(limits)}, limits)
    if "refused" in answer:
        raise Refused(answer["refused"])
    if "too_much" in answer:
        logger.warning("looking child gave up: %s", answer["too_much"])
        raise too_much(name)
    return answer


def _answer(order, limits):
    """One JSON object, or what kept it from being one."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", BOOT, str(TOP)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=limits.wall_seconds,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"too_much": "time"}
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"too_much": done.stderr[-2000:].decode(errors="replace") or "killed"}


def too_much(name):
    return Refused(
        f"“{name}”过于复杂或已损坏，在规定的时间和内存内读不完，{NOTHING}请换一种方式另存后再传。"
    )
