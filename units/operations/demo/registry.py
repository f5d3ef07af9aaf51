"""About five hundred invented units, spread over every 旗市区 and category."""

from datetime import timedelta

from stdnum.cn import uscc

from portal.audit import record
from portal.models import Region
from units.models import Category, Unit, UnitEvent, UnitSpell
from units.operations.demo import names
from units.operations.registry import first_event, first_spell, named_fields, new_unit

PER_COUNTY = 34
CITY_OFFICES = 12


class Register:
    """Makes units one after another; remembers names and codes already given."""

    def __init__(self, dice, home, on):
        self.dice, self.home, self.on = dice, home, on
        self.categories = {each.code: each for each in Category.objects.all()}
        self.units, self.taken = [], set()

    def fill(self):
        """Every 旗市区, then the offices of the city itself."""
        counties = self.home.children.filter(level=Region.Level.COUNTY, ends_on=None)
        for county in counties.order_by("code"):
            self._county(county)
        for _ in range(CITY_OFFICES):
            self._office(self.home)
        return self.units

    def _county(self, county):
        towns = list(county.children.filter(ends_on=None).order_by("code"))
        self._area(county, "area_county")
        for town in self.dice.sample(towns, min(2, len(towns))):
            self._area(town, "area_township")
        while sum(each.region.path.startswith(county.path) for each in self.units) < PER_COUNTY:
            self._local(county, towns) if self.dice.random() < 0.45 else self._office(county)

    def _area(self, region, category):
        self._add(names.area_name(region), category, region, represents=region)

    def _local(self, county, towns):
        word, streets = self.dice.choice(names.WORDS), names.STREETS
        inside = [each for each in towns if each.kind in streets]
        outside = [each for each in towns if each.kind not in streets]
        if inside and (not outside or self.dice.random() < 0.42):
            town = self.dice.choice(inside)
            self._add(names.community_name(county, town, word), "unit_community", town)
        elif outside:
            town = self.dice.choice(outside)
            self._add(names.village_name(county, town, word), "unit_village", town)

    def _office(self, place):
        shares = [form[1] for form in names.FORMS]
        category, _, endings, head = self.dice.choices(names.FORMS, shares)[0]
        word = self.dice.choice(["", *names.WORDS])
        name = names.office_name(place, word, self.dice.choice(endings))
        self._add(name, category, place, credit_code=self._code(head, place))

    def _code(self, head, place):
        """A code with a right check digit and a number that no office bears."""
        if not head:
            return ""
        body = f"{head}{place.code[:6]}00000{len(self.units):03d}0"
        return body + uscc.calc_check_digit(body)

    def _add(self, name, category, region, **more):
        if name in self.taken:
            return
        self.taken.add(name)
        category = self.categories[category]
        values = {"name": name, "category": category, "region": region, **self._extras(category)}
        on = self.on - timedelta(days=self.dice.randint(2600, 6500))
        since = on if self.dice.random() < 0.8 else None
        self.units.append(new_unit({**values, **more}, on=since))

    def _extras(self, category):
        dice = self.dice
        return {
            "address": f"示例路 {dice.randint(1, 199)} 号",
            "contact_post": names.POSTS.get(category.code, names.OFFICE),
            "contact_phone": names.PHONE,
            "brand_feature": dice.choice(["", "", *names.BRANDS]),
            "brand_highlight": dice.choice(["", "", *names.HIGHLIGHTS]),
            "remark": "演示数据",
        }


def write_units(units, *, actor, at):
    """Write many new units with spell, event and audit line each."""
    Unit.objects.bulk_create(units, batch_size=200)
    UnitSpell.objects.bulk_create([first_spell(each) for each in units], batch_size=200)
    events = [first_event(each, actor=actor, at=at) for each in units]
    UnitEvent.objects.bulk_create(events, batch_size=200)
    for each in units:
        record(actor=actor, action="unit.register", target=each, at=at, after=named_fields(each))
