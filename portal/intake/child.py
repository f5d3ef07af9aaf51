"""The process in which evidence is parsed: little memory, little time, no Django.

Reads an order as JSON from standard input; writes one JSON line, and pictures into files.
"""

import json
import resource
import sys
from pathlib import Path

from portal.errors import Refused
from portal.intake import looking, pdfs, seals
from portal.intake.limits import Limits


def main():
    """Carry out one order; a refusal is an answer like any other."""
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    confine(limits)
    try:
        answer = WORK[order["work"]](order, limits)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"too_much": True}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def confine(limits):
    """Bounds that the operating system keeps, whatever the file contains."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(order, limits):
    return looking.look(order["path"], order["name"], limits)


def derive(order, limits):
    made = looking.derive(order["path"], order["ending"], order["name"], limits)
    return {name: _put(order, name, value) for name, value in made.items()}


def _put(order, name, value):
    if isinstance(value, str):
        return value
    place = Path(order["folder"]) / name
    place.write_bytes(value)
    return str(place)


def page(order, limits):
    picture = pdfs.picture_of_page(order["path"], order["number"], order["width"])
    return {"page": _put(order, "page", picture)}


def seal(order, limits):
    picture = seals.seal_of(order["path"], order["name"], limits)
    return {"seal": _put(order, "seal", picture)}


WORK = {"look": look, "derive": derive, "page": page, "seal": seal}
