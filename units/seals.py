"""From an uploaded picture to the file of a seal, checked and redrawn outside any transaction."""

import tempfile
from pathlib import Path

from portal import files
from portal.intake import asking
from portal.intake.receiving import part_file


def take_seal(content, *, name, owner, at):
    """A stored file, its row not yet written; Refused where the picture is no seal."""
    name = files.clean_name(name)
    with part_file() as part, tempfile.TemporaryDirectory() as folder:
        with files.reading(content) as source:
            files.copy(source, part)
        picture = Path(asking.seal(part, name, folder)).read_bytes()
    stem = name.rpartition(".")[0] or name
    kept = {"name": f"{stem}.png", "media_type": "image/png"}
    return files.prepare(picture, **kept, owner=owner, at=at)
