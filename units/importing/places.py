"""The tree of regions in memory: which place a printed name begins with, and which it could be."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from units.importing import names
from units.importing.likes import Likes

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = "province", "city", "county", "township", "village"
RANK = {PROVINCE: 0, CITY: 1, COUNTY: 2, TOWNSHIP: 3, VILLAGE: 4}
ADMINISTRATIVE = re.compile(
    r"(自治区|省|市|盟|州|地区|旗|县|区|镇|乡|苏木|街道|办事处|农场|牧场|委会)$"
)
TOWN_LIKE = re.compile(r"^([^镇乡]{1,10}?)(镇|乡|苏木|街道办事处|街道)")
COUNTY_LIKE = re.compile(r"^(.{1,9}?)(自治旗|自治县|自治州|地区|省|盟|旗|县|市|区)")
NOT_COUNTY = re.compile(
    r"(社|小|园|景|校|牧|林|城|示范|经济|开发|工业|辖|超|本|都|红)(区|市|旗)$|^(城市|都市|本市|军区)$"
)
GOES_ON = re.compile(r"^(场|民|政|委|容|容|级|直|外)")
SAME_WRITING = 95  # without a place around it, a mere likeness may be anywhere in the country


class Place(NamedTuple):
    """A region with all paths by which it is reached: its own, and those through 代管."""

    id: int
    code: str
    name: str
    level: str
    key: str
    paths: tuple
    parent_id: int | None
    gone: bool

    @property
    def path(self):
        return self.paths[0]


class Reading(NamedTuple):
    """What a printed name says of places.

    `at`: the places it may mean, `rest`: what follows them, `spoken`: how many it named,
    `stray`: a piece that looks like a place and is none, `near`: places that it resembles.
    """

    at: tuple
    rest: str
    spoken: int = 0
    stray: str = ""
    near: tuple = ()

    @property
    def place(self):
        """The one place meant, or None."""
        return self.at[0] if len(self.at) == 1 else None


@dataclass
class Places:
    """Regions by every name they are printed with."""

    by_id: dict = field(default_factory=dict)
    forms: dict = field(default_factory=lambda: defaultdict(list))  # province to township
    weak: dict = field(default_factory=lambda: defaultdict(list))  # bare names: 包头, 内蒙古
    starts: dict = field(default_factory=lambda: defaultdict(set))  # first two letters: lengths
    villages: dict = field(default_factory=lambda: defaultdict(list))  # by stem and kind of body
    like: Likes = field(default_factory=Likes)  # province to township, by the name's stem
    like_villages: Likes = field(default_factory=Likes)
    _wholes: dict = field(default_factory=dict)

    @classmethod
    def of(cls, regions, other_names):
        """Built once from rows (id, code, name, level, key, path, parent, entrusted path, gone)."""
        places = cls()
        for row in sorted(regions, key=lambda each: len(each.path.split("/"))):
            places._add(row)
        for region_id, key in other_names:
            places._name(places.by_id[region_id], names.key_of_folded(key))
        return places

    def _add(self, row):
        above = self.by_id.get(row.parent_id)
        paths = [f"{path}{row.id}/" for path in above.paths] if above else [row.path]
        if row.entrusted_path:
            paths.append(f"{row.entrusted_path}{row.id}/")
        key = names.key_of_folded(row.key)
        place = Place(
            row.id, row.code, row.name, row.level, key, tuple(paths), row.parent_id, row.gone
        )
        self.by_id[row.id] = place
        self._name(place, key)

    def _name(self, place, key):
        if place.level == VILLAGE:
            self._enter(self.villages[names.core(key)], place)
            self.like_villages.add(names.core(key)[0], place.id)
            return
        self.like.add(bare(key)[0], place.id)
        for form in _forms(key, place.level):
            strong = ADMINISTRATIVE.search(form) or place.level == TOWNSHIP
            self._enter((self.forms if strong else self.weak)[form], place)
            self.starts[form[:2]].add(len(form))

    @staticmethod
    def _enter(known, place):
        if place not in known:
            known.append(place)

    def chain(self, place):
        """The place and all above it, from itself upwards."""
        while place:
            yield place
            place = self.by_id.get(place.parent_id)

    def above(self, place, level):
        """The region of that level which holds the place, or None."""
        return next((each for each in self.chain(place) if each.level == level), None)

    def whole(self, text, context=None):
        """Reads a cell that holds nothing but a place; an office's suffix may follow it."""
        if (text, context) not in self._wholes:
            reading = self.read(OFFICE.sub("", names.key(text)), context)
            reading = reading if not reading.rest else reading._replace(at=())
            self._wholes[text, context] = reading
        return self._wholes[text, context]

    def read(self, key, context=None):
        """Reads a comparable name: the places it begins with, seen from `context`, and the rest."""
        at, position, spoken = self._prefix(key, context)
        rest = key[position:]
        if rest.startswith("人民政府") and len(rest) > 6:
            rest = rest[4:]
        return self._deeper(at, rest, spoken)

    def _prefix(self, key, context):
        at, position, spoken = ((context,) if context else ()), 0, 0
        while position < len(key):
            found, length = self._next(key, position, at)
            if not found:
                break
            at, position, spoken = found, position + length, spoken + 1
            if key[position : position + 1] == "的":
                position += 1
        return at, position, spoken

    def _next(self, key, position, at):
        for length in self._lengths(key, position):
            piece = key[position : position + length]
            found = _narrowed(self.forms.get(piece, ()), at)
            if not found and self._weakly(key, position + length, piece):
                found = _narrowed(self.weak[piece], at)
            if found:
                return found, length
        return (), 0

    def _weakly(self, key, after, piece):
        """A bare name counts where it is all there is, or where another place follows it."""
        if piece not in self.weak:
            return False
        if after == len(key):
            return True
        return any(
            _narrowed(self.forms.get(key[after : after + length], ()), tuple(self.weak[piece]))
            for length in self._lengths(key, after)
        )

    def _lengths(self, text, start):
        """Lengths of the names that may begin there, the longest first."""
        lengths = self.starts.get(text[start : start + 2], ())
        room = len(text) - start
        return sorted((length for length in lengths if length <= room), reverse=True)

    def _deeper(self, at, rest, spoken):
        """From the township on: villages by stem and kind of body, and what resembles a place."""
        if not rest:
            return self._stray(at, rest, spoken)
        for end in self._village_ends(rest):
            found = _within(self.villages.get(names.core(rest[:end]), ()), at)
            if found:
                return Reading(found, rest[end:], spoken + 1)
        return self._stray(at, rest, spoken)

    def _inner(self, at, rest):
        """A county named inside the rest: 国家税务总局伊金霍洛旗税务局 sits in that county."""
        if len(at) != 1 or RANK[at[0].level] >= RANK[COUNTY]:
            return at
        deepest = at
        for start in range(1, len(rest) - 2):
            found = self._starting(rest, start, deepest)
            if len(found) == 1 and RANK[found[0].level] <= RANK[COUNTY]:
                deepest = found
        return deepest

    def _starting(self, text, start, at):
        """The places whose name begins just there, the longest name counting."""
        for length in self._lengths(text, start):
            found = _within(self.forms.get(text[start : start + length], ()), at)
            if found and length > 2:
                return found
        return ()

    @staticmethod
    def _village_ends(rest):
        """Where a village's name may end: at the end first, then after each 村, 嘎查, 社区 …"""
        yield len(rest)
        ends = [found.end() for found in VILLAGE_END.finditer(rest)]
        yield from (end for end in reversed(ends) if 2 < end < len(rest))

    def _stray(self, at, rest, spoken):
        inner = self._inner(at, rest)
        stray = stray_place(rest, at)
        if stray and not any(self._starting(rest, start, at) for start in range(1, len(stray))):
            near = self.near(stray, at) or self._by_tail(rest[len(stray) :], at)
            return Reading(at, rest, spoken, stray, near)
        stem, kind = names.core(rest)
        if kind in names.GRASSROOTS and at:
            return Reading(at, rest, spoken, "", self._near_villages(stem, kind, at))
        return Reading(inner, rest, spoken)

    def _by_tail(self, tail, at):
        """Villages called as what follows a township that is not known."""
        found = _within(self.villages.get(names.core(tail), ()), at) if at else ()
        return tuple((place, 80) for place in found[:5])

    def near(self, piece, at):
        """Regions within `at` written much like this piece: (place, score), best first."""
        stem, suffix = bare(piece)
        found = [(self.by_id[pk], score) for pk, score in self.like.find(stem).items()]
        return _best(
            (place, score if bare(place.key)[1] == suffix else score - 25)
            for place, score in found
            if _inside(place, at) and place.level != PROVINCE and (at or score >= SAME_WRITING)
        )

    def _near_villages(self, stem, kind, at):
        found = [(self.by_id[pk], score) for pk, score in self.like_villages.find(stem).items()]
        return _best(
            (place, score if names.core(place.key)[1] == kind else score - 10)
            for place, score in found
            if _inside(place, at)
        )


BOARD = re.compile(r"(管委会|管理委员会)$")
OFFICE = re.compile(
    r"(民族事务委员会|民族宗教事务委员会|民族宗教事务局|民族事务局|民宗委|民宗局|民委|统战部"
    r"|委统战部|党委统战部|委员会统战部|人民政府)$"
)
VILLAGE_END = re.compile(
    r"嘎查村民委员会|嘎查委员会|嘎查|村民委员会|村委会|行政村|村|社区居委会|社区|居委会"
)
TYPES = re.compile(r"(民族)?(自治旗|自治县|旗|县|市|区|镇|乡|苏木|街道办事处|街道)$")


def bare(piece):
    """(name without what it is, what it is): 保合少镇 → (保合少, 镇)."""
    found = TYPES.search(piece)
    return (piece[: found.start()], found[0]) if found else (piece, "")


def _forms(key, level):
    forms = {key}
    if level == TOWNSHIP:
        stem, kind = names.split_suffix(key)
        if kind == names.STREET:
            forms |= {stem + "街道", stem + "街道办事处", stem + "街道办"}
    if level == PROVINCE and key.endswith("自治区"):
        forms.add(key[: -len("自治区")])
    if level == COUNTY and len(bare(key)[0]) > 1:
        forms.add(bare(key)[0])
    return forms | {BOARD.sub("", form) for form in forms}


def _narrowed(found, at):
    """Those of `found` that `at` allows: beneath one of it, or above all of it (no narrower)."""
    if not found or not at:
        return _standing(found)
    inside = _within(found, at)
    if inside:
        return inside
    above = any(place.path.startswith(other.path) for place in at for other in found)
    return at if above else ()


def _within(found, at):
    return _standing(tuple(place for place in found if _inside(place, at)))


def _inside(place, at):
    return not at or any(path.startswith(each.path) for each in at for path in place.paths)


def _standing(found):
    """Places still in being, if any of them are: an abolished one only where nothing else is."""
    return tuple(place for place in found if not place.gone) or tuple(found)


def _best(scored):
    kept = sorted(
        ((place, score) for place, score in scored if score >= 70),
        key=lambda pair: (-pair[1], pair[0].code or ""),
    )
    return tuple(kept[:5])


def stray_place(rest, at):
    """A piece at the beginning that looks like a place which the tree does not hold."""
    lowest = max((RANK[place.level] for place in at), default=-1)
    found = COUNTY_LIKE.match(rest) if lowest < RANK[COUNTY] else None
    if found and _means_county(found, rest):
        return found[0]
    found = TOWN_LIKE.match(rest) if lowest < RANK[TOWNSHIP] else None
    return found[0] if found and _means_town(rest[found.end() :]) else ""


def _means_county(found, rest):
    long_enough = len(found[1]) >= (1 if found[2] in ("省", "县", "自治县", "自治旗") else 2)
    after = rest[found.end() :]
    return long_enough and not NOT_COUNTY.search(found[0]) and not GOES_ON.match(after)


def _means_town(after):
    return not after or names.core(after)[1] != ""
