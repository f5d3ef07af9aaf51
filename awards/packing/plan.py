"""The files of a package in their order: which are kept already, which are printed for it."""

import hashlib
import json
from dataclasses import dataclass, field

from awards.packing.names import Shelf, folder

FORM = "01 推荐审批表"
MATERIALS = "02 申报材料"
EVIDENCE = "03 佐证材料"
OPINIONS = "04 审核意见"
SCORES = "05 评分"
PARTS = (FORM, MATERIALS, EVIDENCE, OPINIONS, SCORES)
VERSION = 1  # of the way a package is laid out


@dataclass(frozen=True)
class Entry:
    """One file of a package: kept already, or a page that is printed when the package is made."""

    path: str
    what: str
    sha256: str = ""
    size: int = 0
    html: str = ""

    @property
    def mark(self):
        """What it is, in one word: the content kept, or what would be printed."""
        return self.sha256 or hashlib.sha256(self.html.encode()).hexdigest()

    @property
    def part(self):
        return self.path.partition("/")[0]

    @property
    def name(self):
        """The path within its part."""
        return self.path.partition("/")[2]


@dataclass
class Plan:
    """The files in their order, and what could not be taken in, in sentences."""

    application: object
    entries: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)

    def add_file(self, within, stored, what, name=""):
        """A file kept already."""
        path = self.shelf.place(folder(*within), name or stored.name)
        self.entries.append(Entry(path, what, stored.sha256, stored.size))

    def add_page(self, within, name, html, what):
        """A page to be printed."""
        path = self.shelf.place(folder(*within), f"{name}.pdf")
        self.entries.append(Entry(path, what, html=html))

    def leave_out(self, sentence):
        self.left_out.append(sentence)

    @property
    def size(self):
        """Bytes of what is kept already; what is printed adds little."""
        return sum(each.size for each in self.entries)

    @property
    def fingerprint(self):
        """SHA-256 that stays the same while nothing in the package would be different."""
        told = [[each.path, each.mark] for each in self.entries]
        text = json.dumps([VERSION, told, self.left_out], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def parts(self):
        """[(part, its entries)] for the preview; empty parts too."""
        return [(name, [each for each in self.entries if each.part == name]) for name in PARTS]
