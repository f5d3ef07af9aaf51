"""Which words of a text changed: clause by clause, then letter by letter inside what changed."""

import re
from difflib import SequenceMatcher

CLAUSE = re.compile(r"[^，。；：！？\n]*[，。；：！？\n]|[^，。；：！？\n]+")
WORD = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|.", re.DOTALL)  # a number changes as a whole
FINE = 600  # letters; longer stretches are shown as replaced whole
ISLAND = 2  # an unchanged run this short between two changes reads better as changed

SAME, GONE, NEW = "same", "gone", "new"


def pieces(old, new):
    """The later text cut into (kind, text): same, gone (only in the old), new."""
    found = []
    for tag, before, after in _steps(CLAUSE.findall(old), CLAUSE.findall(new)):
        found += [(SAME, before)] if tag == "equal" else _finely(before, after)
    return _joined(found)


def _steps(before, after):
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield tag, "".join(before[a:b]), "".join(after[c:d])


def _finely(before, after):
    if not before or not after or len(before) + len(after) > FINE:
        return [(GONE, before), (NEW, after)]
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:  # nothing of it stands: two halves of words would only confuse
        return [(GONE, before), (NEW, after)]
    found = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        stands = tag == "equal" and (b - a > ISLAND or a == 0 or b == len(old))
        found += [(SAME, gone)] if stands else [(GONE, gone), (NEW, come)]
    return found


def _joined(found):
    """Neighbours of one kind put together; between two that stand, what is gone comes first."""
    runs, gone, new = [], "", ""
    for kind, text in [*found, (SAME, "")]:
        if kind == SAME:
            runs += [(GONE, gone), (NEW, new), (SAME, text)]
            gone, new = "", ""
        else:
            gone, new = gone + text * (kind == GONE), new + text * (kind == NEW)
    return [(kind, text) for kind, text in runs if text]
