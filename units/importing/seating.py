"""Where a line's unit sits: by the region column, by its own name, by what stood before it."""

from dataclasses import dataclass, field

from units.importing import names
from units.importing.findings import place_candidate
from units.importing.places import CITY, COUNTY, RANK, TOWNSHIP, VILLAGE


@dataclass
class Seating:
    """Seats line after line; later names in a cell inherit the place of the one before."""

    places: object
    register: object
    scope: tuple | None = None  # paths in the actor's sight; None: the whole tree
    _before: object = field(default=None, repr=False)

    def seat(self, found, choice):
        """Says where the line's unit sits, or why that waits for a person."""
        if choice.get("unit") in self.register.by_id:
            unit = self.register.by_id[choice["unit"]]
            found.place, found.rest = unit.place, unit.rest
        elif choice.get("region") in self.places.by_id:
            self._seat_as_chosen(found, self.places.by_id[choice["region"]])
        elif found.line.name:
            self._seat_as_printed(found, found.line.region)
        if found.place and not self._in_sight(found.place):
            found.error(
                "out_of_scope",
                f"“{full_name(self.places, found.place)}”不在您的管辖范围内。",
                field="region",
            )
        self._remember(found)

    def _seat_as_chosen(self, found, place):
        reading = self.places.read(names.key(found.line.name), place)
        found.place, found.rest = reading.place or place, reading.rest
        if reading.place is None:
            found.rest = names.key(found.line.name)
        if place.level == VILLAGE and names.core(reading.rest)[1] in names.GRASSROOTS:
            found.rest = ""

    def _seat_as_printed(self, found, region_text):
        before = self._before if found.line.part > 1 else None
        if region_text:
            self._seat_in_column(found, region_text)
        elif before:
            self._settle(found, self._inherited(names.key(found.line.name), before), None)
        else:
            self._seat_alone(found)

    def _seat_in_column(self, found, region_text):
        column = self.places.whole(region_text)
        if len(column.at) > 1:
            self._ask_place(found, f"“{region_text}”在区划中不止一处。", sure(column.at), "region")
            return
        if column.place is None:
            self._seat_despite(found, region_text, column)
            return
        key = names.key(found.line.name)
        inherit = (
            found.line.part > 1 and self._before and self._before.path.startswith(column.place.path)
        )
        reading = self._inherited(key, self._before) if inherit else None
        self._settle(found, reading or self.places.read(key, column.place), column.place)

    def _seat_despite(self, found, region_text, column):
        """The column names no place of the tree; the unit's own name may still do so."""
        reading = self.places.read(names.key(found.line.name))
        if reading.place and reading.spoken > 1:
            self._settle(found, reading, None)
            return
        near = column.near or ()
        self._ask_place(
            found,
            f"“{region_text}”不在已载入的行政区划中。",
            near,
            "region",
            code="region_ambiguous" if near else "region_unknown",
        )

    def _seat_alone(self, found):
        reading = self.places.read(names.key(found.line.name))
        place = reading.place
        vague = place and reading.spoken == 1 and place.level != CITY and len(place.name) < 4
        village = place and reading.spoken == 1 and place.level == VILLAGE
        if vague or village:
            where = full_name(self.places, place)
            text = f"没有写所在地区，“{place.name}”可能是{where}，也可能在别处。"
            self._ask_place(found, text, sure(reading.at))
        elif not reading.at and not reading.stray:
            self._ask_place(found, "没有写所在地区，从名称也看不出在哪里。", (), "region")
        else:
            self._settle(found, reading, None)

    def _inherited(self, key, before):
        """Later names in a cell inherit what stands before the first: 丹麻镇索卜滩村、哇麻村."""
        for place in self.places.chain(before):
            reading = self.places.read(key, place)
            village_alone = reading.place and reading.place.level == VILLAGE and reading.spoken == 1
            if reading.spoken and reading.place and not village_alone:
                return reading
        return self.places.read(key, before)

    def _settle(self, found, reading, column):
        line, place = found.line, reading.place
        if len(reading.at) > 1:
            text = f"“{line.name}”所说的地方在{_common(reading.at, column)}不止一处。"
            self._ask_place(found, text, sure(reading.at))
        elif reading.stray:
            self._stray(found, reading, place)
        elif place and reading.rest and self.register.called(reading.rest, place):
            found.place, found.rest = place, reading.rest  # known: whether it is the one, later
        elif reading.near:
            text = f"{full_name(self.places, place)}没有“{reading.rest}”，有写法相近的。"
            self._ask_place(found, text, reading.near, code="region_ambiguous")
        elif place and place.level == VILLAGE and reading.spoken == 1 and _far_off(column):
            text = f"只写到{column.name}，“{line.name}”可能是{full_name(self.places, place)}。"
            self._ask_place(found, text, sure(reading.at))
        elif self._without_township(place, reading.rest):
            where = full_name(self.places, place)
            text = f"没有写所在苏木乡镇，{where}的区划中也没有“{reading.rest}”。"
            self._ask_place(found, text, ())
        else:
            found.place, found.rest = place, reading.rest

    def _without_township(self, place, rest):
        """A village that neither the tree nor a near name in the register places any closer."""
        high = place and village_like(rest) and RANK[place.level] < RANK[TOWNSHIP]
        return high and not self.register.near(rest, place)

    def _stray(self, found, reading, place):
        elsewhere = self.places.forms.get(reading.stray)
        if elsewhere and place:
            text = (
                f"“{reading.stray}”不在{full_name(self.places, place)}之下，地区和单位名称对不上。"
            )
            self._ask_place(found, text, sure(elsewhere[:5]), code="region_conflict")
            return
        under = f"{full_name(self.places, place)}之下" if place else "已载入的行政区划中"
        text = f"{under}没有“{reading.stray}”。"
        code = "region_ambiguous" if reading.near else "region_unknown"
        self._ask_place(found, text, reading.near, code=code)

    def _ask_place(self, found, text, near, name="unit_name", code=""):
        code = code or ("region_ambiguous" if near else "region_unknown")
        seen = [(place, score) for place, score in near if self._in_sight(place)]
        hint = "请选择所在地区。" if seen else "请选择所在地区，或暂缓。"
        candidates = [
            place_candidate(place, score, full_name(self.places, self._parent(place)))
            for place, score in seen
        ]
        found.doubt(code, text + hint, field=name, candidates=candidates)

    def _parent(self, place):
        return self.places.by_id.get(place.parent_id, place)

    def _in_sight(self, place):
        return self.scope is None or any(
            path.startswith(seen) for path in place.paths for seen in self.scope
        )

    def _remember(self, found):
        place = found.place
        if place and not found.rest:
            place = self.places.by_id.get(place.parent_id, place)
        self._before = place or (self._before if found.line.part > 1 else None)


def full_name(places, place):
    """鄂温克族自治旗伊敏苏木: the place with what is above it, from the county on."""
    above = [each for each in places.chain(place) if RANK[each.level] >= RANK[COUNTY]]
    return "".join(each.name for each in reversed(above)) or place.name


def village_like(rest):
    """Does the name end as that of a village, 嘎查 or community?"""
    return names.core(rest)[1] in names.GRASSROOTS


def sure(at):
    """Places as candidates of full likeness."""
    return tuple((place, 100) for place in at)


def _far_off(column):
    """A whole province is too wide for a village's name alone."""
    return column is not None and RANK[column.level] < RANK[CITY]


def _common(at, column):
    return column.name if column else "已载入的区划中"
