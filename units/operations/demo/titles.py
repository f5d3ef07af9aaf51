"""Rounds of naming at four levels, and the titles they gave to the invented units."""

from datetime import timedelta

import cn2an

from portal.audit import record
from portal.models import Region
from units.models import Batch, Designation, Level, TitleKind
from units.operations.registry import named_fields
from units.operations.titles import TOLD, new_designation, term_rules
from units.rules import document_number

# number of the round and how many days ago it was; 1,826 days make a term of five years
ROUNDS = {
    Level.NATIONAL: [(9, 2290), (10, 1430), (11, 800), (12, 298)],
    Level.REGION: [(5, 2150), (6, 1745), (7, 1060), (8, 430)],
    Level.CITY: [(1, 3300), (2, 2500), (3, 1790), (4, 1020)],  # the fifth is run in the portal
    Level.COUNTY: [(1, 1930), (2, 1400), (3, 600)],
}
ISSUERS = {Level.NATIONAL: "民委发", Level.REGION: "内民委发", Level.CITY: "呼民委发"}
WANTED = {Level.COUNTY: 255, Level.CITY: 160, Level.REGION: 70, Level.NATIONAL: 25}
BASES = 10


class Naming:
    """Gives titles step by step: who has a higher one has, as a rule, the lower one too."""

    def __init__(self, dice, home, units, *, at, on):
        self.dice, self.home, self.units, self.at, self.on = dice, home, units, at, on
        self.kind = TitleKind.objects.get(code="demo_area_or_unit")
        self.terms, self.titles = term_rules(), []
        self.counties = {each.pk: each for each in home.children.all()}

    def batches(self):
        """Every round, by level and county."""
        made = {level: self._rounds(level, self._place(level)) for level in ISSUERS}
        for county in self.counties.values():
            made[county.pk] = self._rounds(Level.COUNTY, county)
        return made

    def _place(self, level):
        return {Level.CITY: self.home, Level.REGION: self.home.parent}.get(level)

    def _rounds(self, level, place):
        return [self._round(level, place, *each) for each in ROUNDS[level]]

    def _round(self, level, place, number, days_ago):
        shift = place.pk % 40 if level == Level.COUNTY else 0
        day = self.on - timedelta(days=days_ago - shift)
        head = ISSUERS.get(level) or f"{place.name[0]}民委发"
        return Batch.objects.create(
            state=Batch.State.DONE,
            level=level,
            kind=self.kind,
            name=f"第{cn2an.an2cn(number)}批",
            number=number,
            year=day.year,
            region=place,
            named_on=day,
            document_no=document_number(f"{head}〔{day.year}〕示例{number}号"),
        )

    def fill(self):
        """Titles for about every unit, fewer the higher the level."""
        rounds, holders = self.batches(), list(self.units)
        for level, wanted in WANTED.items():
            holders = self.dice.sample(holders, wanted)
            for unit in holders:
                self._name(unit, level, rounds)
        for unit in self.dice.sample(self.units, BASES):
            self._base(unit)
        return self.titles

    def _name(self, unit, level, rounds):
        if level != Level.COUNTY:
            return self._add(unit, level, self.dice.choice(rounds[level]))
        county = next((pk for pk in unit.region.ancestor_ids() if pk in self.counties), None)
        if county:
            self._add(unit, level, self.dice.choice(rounds[county]))
        return None

    def _add(self, unit, level, batch):
        values = {"unit": unit, "level": level, "kind": self.kind, "batch": batch}
        self.titles.append(new_designation(values, at=self.at, honour_rules=self.terms))

    def _base(self, unit):
        kind = TitleKind.objects.get(code="education_base")
        year = self.on.year - self.dice.randint(1, 8)
        values = {"unit": unit, "level": Level.CITY, "kind": kind, "named_year": year}
        self.titles.append(new_designation(values, at=self.at, honour_rules=self.terms))


def write_titles(titles, *, actor, at):
    """Write many new titles, each with its audit line."""
    Designation.objects.bulk_create(titles, batch_size=200)
    for each in titles:
        told = {"单位": each.unit.name, **named_fields(each, TOLD)}
        record(actor=actor, action="designation.add", target=each, at=at, after=told)


def home_region(code):
    """The region the demonstration is about; none before regions are loaded."""
    return Region.objects.select_related("parent").filter(code=code).first()
