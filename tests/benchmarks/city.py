"""A city to measure in: the real tree, 20,000 units, 60,000 titles; the same for the same seed."""

import csv
import random
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import Region, User
from units.models import Batch, Category, Designation, Level, TitleKind, Unit, UnitSpell

DIVISIONS = settings.BASE_DIR / "fixtures/divisions"
TREE = ("nmg_divisions_province_to_township_2023.csv", "nmg_villages_all_2023.csv")
TIERS = dict(zip(("省级", "地级", "县级", "乡级", "村级"), Region.Level, strict=True))
CITY, BANNER = "150700000000", "150722000000"
KINDS_OF_UNIT = ("嘎查村", "社区", "机关", "事业单位", "学校", "企业", "景区", "宗教活动场所")
ORDINALS = "一二三四五六七八九十"
TITLES_EACH = 3


class _Undone(Exception):
    pass


@dataclass
class City:
    """What a benchmark asks for."""

    units: int = 20_000
    small: float | None = None  # B1 as it was with `small_units` in the register
    small_units: int = 0

    @property
    def designations(self):
        return self.units * TITLES_EACH

    @cached_property
    def region(self):
        return Region.objects.get(code=CITY)

    @cached_property
    def city_officer(self):
        return User.objects.get(username="bench-city")

    @cached_property
    def banner_officer(self):
        return User.objects.get(username="bench-banner")

    def client(self, user):
        """A signed-in client."""
        client = Client(raise_request_exception=True, HTTP_HOST="127.0.0.1")
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
        return client

    def opener(self, user, url):
        """A function that opens `url` as this person and insists on a page."""
        client = self.client(user)

        def open_page():
            response = client.get(url)
            body = response.getvalue()
            assert response.status_code == 200, (url, response.status_code)
            return body

        return open_page

    def queries(self, function):
        """How many statements one call sends."""
        function()
        with CaptureQueriesContext(connection) as sent:
            function()
        return len(sent)

    @contextmanager
    def undone(self):
        """Whatever happens inside is rolled back."""
        try:
            with transaction.atomic():
                yield
                raise _Undone
        except _Undone:
            pass


def load(units=20_000, seed=20261122):
    """Fill the database up to so many units; what is there already stays."""
    dice, there = random.Random(seed + units), Unit.objects.count()
    with transaction.atomic():
        if not Region.objects.exists():
            load_tree()
            load_people()
        if there < units:
            load_titles(dice, load_units(dice, there, units))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return City(units=Unit.objects.count())


def load_tree():
    """Every region of the autonomous region, level by level, with its path."""
    rows = [row for name in TREE for row in _rows_of(DIVISIONS / name)]
    made = {}
    for tier, level in TIERS.items():
        batch = [_region(row, level, made) for row in rows if row["level"] == tier]
        for region in Region.objects.bulk_create(batch, batch_size=2000):
            above = made.get(region.parent.code) if region.parent_id else None
            region.path = f"{above.path if above else '/'}{region.pk}/"
            made[region.code] = region
        Region.objects.bulk_update(batch, ["path"], batch_size=2000)


def _rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _region(row, level, made):
    region = Region(code=row["code"], name=row["name"], level=level, kind=Region.Kind.OTHER)
    region.parent = made.get(row["parent_code"])
    region.derive()
    return region


def load_people():
    """An officer of the city and one of a 旗."""
    for name, code in (("bench-city", CITY), ("bench-banner", BANNER)):
        region = Region.objects.get(code=code)
        fields = {"role": User.Role.OFFICER, "must_change_password": False, "name": name}
        User.objects.create_user(name, "Portal-2026-x", region=region, **fields)


def load_units(dice, there, number):
    """Units up to `number`, spread over the villages and townships of the city."""
    categories = [_category(position, name) for position, name in enumerate(KINDS_OF_UNIT)]
    inside = Region.objects.within(Region.objects.get(code=CITY))
    places = list(inside.filter(level__in=[Region.Level.TOWNSHIP, Region.Level.VILLAGE]))
    units = [_unit(dice, each, categories, places) for each in range(there, number)]
    made = Unit.objects.bulk_create(units, batch_size=2000)
    spells = [_spell(unit) for unit in made]
    UnitSpell.objects.bulk_create(spells, batch_size=2000)
    return made


def _category(position, name):
    fields = {"scope": Category.Scope.UNIT, "family": "OTHER", "position": position}
    return Category.objects.get_or_create(name=name, defaults={"code": f"b{position}", **fields})[0]


def _unit(dice, number, categories, places):
    place, category = dice.choice(places), dice.choice(categories)
    name = f"{place.name[:12]}示例{dice.choice(ORDINALS)}{category.name}{number:05d}"
    unit = Unit(name=name, region=place, category=category, contact_phone="0470-0000000")
    unit.contact_name, unit.brand_feature = "示例联系人", f"示例特色{number % 97}"
    unit.address, unit.registered_on = f"{place.name}示例路 1 号", date(2015, 1, 1)
    unit.derive()
    return unit


def _spell(unit):
    copied = {name: getattr(unit, name) for name in UnitSpell.COPIED}
    return UnitSpell(unit=unit, **copied)


def load_titles(dice, units):
    """Three titles a unit: of the 旗, of the city, and of the autonomous region or the state."""
    kind = TitleKind.objects.get_or_create(
        name="示范单位", defaults={"code": "bench", "family": TitleKind.Family.DEMONSTRATION}
    )[0]
    city = Region.objects.get(code=CITY)
    batches = {level: _batches(level, kind, city) for level in Level}
    titles = [
        _title(dice, unit.pk, level, kind, batches[level])
        for unit in units
        for level in (Level.COUNTY, Level.CITY, _upper(dice))
    ]
    Designation.objects.bulk_create(titles, batch_size=2000)


def _upper(dice):
    return Level.NATIONAL if dice.random() < 0.1 else Level.REGION


def _batches(level, kind, city):
    number = {Level.NATIONAL: 12, Level.REGION: 8}.get(level, 6)
    region = None if level in (Level.NATIONAL, Level.REGION) else city
    there = Batch.objects.filter(level=level, kind=kind)
    if not there.exists():
        Batch.objects.bulk_create(
            _batch(level, kind, region, each) for each in range(1, number + 1)
        )
    return list(there.order_by("number"))


def _batch(level, kind, region, number):
    year = 2026 - number % 11
    return Batch(
        level=level,
        kind=kind,
        region=region,
        name=f"第{number}批",
        number=number,
        year=year,
        named_on=date(year, 6, 1),
    )


def _title(dice, unit_id, level, kind, batches):
    batch = dice.choice(batches)
    starts = batch.named_on + timedelta(days=dice.randrange(200))
    state = "revoked" if dice.random() < 0.02 else "active"
    return Designation(
        unit_id=unit_id,
        level=level,
        kind=kind,
        batch=batch,
        title="民族团结进步示范单位",
        named_on=starts,
        named_year=starts.year,
        starts_on=starts,
        ends_on=starts.replace(year=starts.year + 5, day=min(starts.day, 28)),
        state=state,
        recorded_at=timezone.now(),
    )
