"""The register in memory: units by every name they are known under, and the titles they hold."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from units.importing import names
from units.importing.likes import Likes
from units.importing.places import Place


class Known(NamedTuple):
    """A unit of the register, where it sits by its name, and what is left of the name."""

    id: int
    name: str
    key: str
    place: Place
    rest: str
    credit_code: str
    closed: bool
    represents_id: int | None


class Title(NamedTuple):
    """A title that a unit holds."""

    id: int
    batch_id: int | None
    batch_name: str
    named_year: int | None
    document_no: str
    named_on: object
    starts_on: object
    ends_on: object


class Hit(NamedTuple):
    """A unit found, and how well its name fits."""

    unit: Known
    score: int
    former: bool = False


@dataclass
class Register:
    """Units found by credit code, by place and name, or proposed by likeness."""

    places: object
    by_id: dict = field(default_factory=dict)
    by_code: dict = field(default_factory=dict)
    by_place: dict = field(default_factory=lambda: defaultdict(list))  # nothing left of the name
    by_core: dict = field(default_factory=lambda: defaultdict(list))
    by_key: dict = field(default_factory=lambda: defaultdict(list))
    like: Likes = field(default_factory=Likes)
    _likes_known: bool = False
    titles: dict = field(default_factory=lambda: defaultdict(list))  # by unit, level, kind

    def add(self, unit):
        """Takes in a unit: (id, name, key, region id, represents id, credit code, closed)."""
        pk, name, key, region_id, represents_id, code, closed = unit
        place, rest = self._seat(key, self.places.by_id[region_id], represents_id)
        known = Known(pk, name, key, place, rest, code, closed, represents_id)
        self.by_id[pk] = known
        if code and not (closed and code in self.by_code):
            self.by_code[code] = known
        self._enter(known, key, rest, former=False)

    def add_name(self, unit_id, key):
        """A former or other name of a unit already taken in."""
        unit = self.by_id[unit_id]
        _, rest = self._seat(key, unit.place, None)
        self._enter(unit, key, rest, former=True)

    def add_title(self, unit_id, level, kind_id, title):
        """A title of a unit already taken in."""
        self.titles[unit_id, level, kind_id].append(title)

    def _seat(self, key, region, represents_id):
        """Where a unit's name puts it: the place it names within its region, and the rest."""
        if represents_id:
            return self.places.by_id[represents_id], ""
        reading = self.places.read(names.key_of_folded(key), region)
        return reading.place or region, reading.rest

    def _enter(self, known, key, rest, *, former):
        key = names.key_of_folded(key)
        self.by_key[key].append(Hit(known, 100, former))
        if rest:
            self.by_core[names.core(rest)].append(Hit(known, 100, former))
        else:
            self.by_place[known.place.id].append(Hit(known, 100, former))

    def standing_for(self, place):
        """Units that are the place itself: its village, or what represents it."""
        hits = self.by_place.get(place.id, [])
        exact = [hit for hit in hits if hit.unit.represents_id == place.id]
        return _once(exact or hits)

    def called(self, rest, place):
        """Units so called in the place, beneath it, or registered above it."""
        hits = self.by_core.get(names.core(rest), ())
        return _once([hit for hit in hits if _related(hit.unit.place, place)])

    def elsewhere(self, key):
        """Units of exactly this full name, wherever they sit."""
        return _once(self.by_key.get(key, ()))

    def near(self, rest, place):
        """Units around the place whose name is much like this one, best first."""
        stem, kind = names.core(rest)
        self._know_likes()
        hits = [
            Hit(self.by_id[pk], _kind_counted(score, kind, self.by_id[pk].rest))
            for pk, score in self.like.find(stem).items()
            if _related(self.by_id[pk].place, place) and not self.by_id[pk].closed
        ]
        return sorted((hit for hit in hits if hit.score >= 70), key=lambda hit: -hit.score)[:5]

    def _know_likes(self):
        """The likenesses of all names, taken in when the first is asked for."""
        if self._likes_known:
            return
        self._likes_known = True
        for (stem, _), hits in self.by_core.items():
            for hit in hits:
                self.like.add(stem, hit.unit.id)

    def titles_of(self, unit_id, level, kind_id):
        """Titles of that level and kind the unit holds."""
        return self.titles.get((unit_id, level, kind_id), [])


def _related(one, other):
    return any(
        path.startswith(other.path) or other_path.startswith(one.path)
        for path in one.paths
        for other_path in other.paths
    )


def _kind_counted(score, kind, rest):
    """东风嘎查 and 东风社区 are less alike than two 嘎查; 东风小学 is not like either."""
    its = names.core(rest)[1]
    return score if kind == its else score - 10 if score >= 92 and kind and its else 0


def _once(hits):
    """Each unit once, by its present name rather than a former one; standing before closed."""
    best = {}
    for hit in sorted(hits, key=lambda hit: hit.former):
        best.setdefault(hit.unit.id, hit)
    found = list(best.values())
    return [hit for hit in found if not hit.unit.closed] or found
