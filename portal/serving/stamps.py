"""Stamps: what a part of the installation was made from, so that a quick start can skip it."""

import hashlib
import json

from django.conf import settings


def stamp_file(name):
    """Where the stamp lies; beside the data, because it says what was done to the data."""
    folder = settings.VAR_DIR / "stamps"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.json"


def read(name):
    """What was stamped last; empty if never."""
    file = stamp_file(name)
    return json.loads(file.read_text()) if file.exists() else {}


def write(name, made_of):
    stamp_file(name).write_text(json.dumps(made_of, indent=0))


def forget(*names):
    for name in names:
        stamp_file(name).unlink(missing_ok=True)


def hashes(paths):
    """Each file's hash by its place in the project."""
    return {
        str(path.relative_to(settings.BASE_DIR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def files_in(*folders, endings=("",)):
    """Every file below these folders of the project, but not what Python leaves behind."""
    return [
        path
        for folder in folders
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.is_file() and path.name.endswith(tuple(endings)) and "__pycache__" not in path.parts
    ]
