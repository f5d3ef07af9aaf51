"""From an upload to a file that is known to be good: examined first, then given its place."""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from portal import files
from portal.errors import Refused
from portal.intake import asking, scanning
from portal.intake.kinds import NOTHING
from portal.models import StoredFile

MB = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """A good file on disk, its row not yet written, and what was found in it."""

    stored: StoredFile
    kind: str
    found_on: date | None
    pages: int | None


def receive(content, *, name, owner, at):
    """Examine what a form brought; Refused, with nothing kept, if it is not to be had."""
    name = files.clean_name(name)
    refuse_size(getattr(content, "size", 0), name)
    with part_file() as part:
        with files.reading(content) as source:
            sha256, _ = files.copy(source, part)
        return settle(part, sha256, name=name, owner=owner, at=at)


@contextmanager
def part_file():
    """A path for a file in the making; gone afterwards, unless it was given its place."""
    part = files.folder("tmp") / f"{uuid.uuid4().hex}.part"
    try:
        yield part
    except OSError as error:
        raise Refused(files.FULL) from error
    finally:
        part.unlink(missing_ok=True)


def settle(part, sha256, *, name, owner, at):
    """Examine a whole file and give it its place among the stored ones."""
    scanning.scan(part, name)
    facts = asking.look(part, name)
    refuse_size(facts["size"], name, facts["kind"])
    found = facts.get("found_on")
    stored = StoredFile(
        name=files.clean_name(with_ending(name, facts)),
        media_type=facts["media_type"],
        size=facts["size"],
        sha256=sha256,
        owner=owner,
        created_at=at,
    )
    files.settle(part, files.path_of(sha256))
    return Received(
        stored, facts["kind"], date.fromisoformat(found) if found else None, facts.get("pages")
    )


def refuse_size(size, name, kind="video"):
    """Videos may be longer than everything else."""
    limit = settings.EVIDENCE_VIDEO_LIMIT if kind == "video" else settings.EVIDENCE_FILE_LIMIT
    if size > limit:
        advice = "请压缩或截短后再传。" if kind == "video" else "请压缩或分成几份再传。"
        raise Refused(f"“{name}”有 {size / MB:.1f} MB，超过 {limit // MB} MB，{NOTHING}{advice}")


def with_ending(name, facts):
    """The name with the ending of what the file is, whatever it was called."""
    return name if name.lower().endswith(tuple(facts["endings"])) else name + facts["ending"]
