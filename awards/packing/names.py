"""Names inside a package: safe anywhere, readable in Chinese, short enough for any desktop."""

import unicodedata

from portal.files import clean_name

LONGEST = 120  # characters of a whole path
FOLDER = 40  # of one folder's name
LEAST = 24  # what is left to a file's own name at least


def folder(*names):
    """A path of folders, each cleaned and cut: 03 佐证材料/1.1 学习."""
    return "/".join(_cut(clean_name(each), FOLDER) for each in names)


def _cut(text, length):
    return text[:length].rstrip(" .") or "_"


class Shelf:
    """Gives out paths, none of them twice, not even where case doesn't count."""

    def __init__(self):
        self.taken = set()

    def place(self, within, name):
        """The path of a file in a folder; cut from the stem, numbered where it is taken."""
        room = max(LONGEST - len(within) - 1, LEAST)
        number = 1
        while True:
            path = f"{within}/{_fitted(name, room, number)}".lstrip("/")
            if _key(path) not in self.taken:
                self.taken.add(_key(path))
                return path
            number += 1


def _fitted(name, room, number):
    stem, dot, extension = clean_name(name).rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = clean_name(name), "", ""
    tail = f"（{number}）" if number > 1 else ""
    tail += f"{dot}{extension}"
    return f"{_cut(stem, room - len(tail))}{tail}"


def _key(path):
    """Equal for paths that some desktop would take for one."""
    return unicodedata.normalize("NFKC", path).casefold()


def is_safe(path):
    """May a package hold a file of this path? Nothing absolute, nothing upward, no odd signs."""
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or part != part.strip() for part in parts)
    return not odd and not set(path) & set('\\:*?"<>|\0')
