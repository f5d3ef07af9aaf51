"""What is written or read almost alike, found by look-up: no comparing of all with all."""

from collections import defaultdict

from units.importing import names

SHORTEST = 4  # of shorter stems a different character is a different name


class Likes:
    """Things by stem, found by a stem that is written or sounds alike or differs by a letter."""

    def __init__(self):
        self.written = defaultdict(list)
        self.read = defaultdict(list)
        self.cut = defaultdict(list)

    def add(self, stem, thing):
        """Takes in a thing under its stem."""
        self.written[names.one_writing(stem)].append((stem, thing))
        self.read[names.sound(stem)].append((stem, thing))
        entry = (stem, thing)
        for piece in _shortened(stem):
            self.cut[piece].append(entry)

    def find(self, stem):
        """{thing: likeness} of what resembles the stem, itself included."""
        close = [*self.written.get(names.one_writing(stem), ())]
        close += self.read.get(names.sound(stem), ())
        for piece in _shortened(stem):
            close += self.cut.get(piece, ())
        found = {}
        for other, thing in close:
            found[thing] = max(found.get(thing, 0), names.likeness(stem, other))
        return {thing: score for thing, score in found.items() if score}


def _shortened(stem):
    """The stem with each letter left out in turn, and whole: one letter's difference meets here."""
    if len(stem) < SHORTEST - 1:
        return ()
    pieces = {stem[:place] + stem[place + 1 :] for place in range(len(stem))}
    return pieces | {stem}
