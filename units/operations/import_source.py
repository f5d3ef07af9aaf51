"""A list as it came: read from its file or from what was pasted, before anything is written."""

import hashlib
from dataclasses import dataclass

from django.utils import timezone

from portal import files
from portal.errors import Refused
from portal.models import StoredFile
from portal.workbooks import XLSX, Table, read_table
from units.importing.pasted import read_list


@dataclass(frozen=True)
class Source:
    """What was brought: the table in it, its name and mark, and the original to be kept."""

    table: Table
    name: str
    mark: str  # SHA-256 of the content
    stored: StoredFile | None = None  # on disk, its row not yet written
    pasted: str = ""


def from_file(content, name, *, owner, at):
    """An uploaded list, or Refused where it cannot be read."""
    stored = files.prepare(content, name=name, media_type=_type(name), owner=owner, at=at)
    table = read_table(files.path_of(stored.sha256), stored.name)
    return Source(table, stored.name, stored.sha256, stored=stored)


def from_text(text, *, at):
    """A pasted list."""
    mark = hashlib.sha256(text.encode()).hexdigest()
    name = f"粘贴的名单 {timezone.localtime(at):%m-%d %H:%M}"
    return Source(read_list(text), name, mark, pasted=text)


def _type(name):
    return XLSX if name.lower().endswith(".xlsx") else "text/csv"


def content_of(job):
    """The table of a list that was taken in, read once more."""
    if job.file:
        return read_table(files.path_of(job.file.sha256), job.file.name)
    if job.pasted:
        return read_list(job.pasted)
    raise Refused(f"“{job}”由命令导入，没有保存原件。没有改动任何内容，请重新导入文件。")
