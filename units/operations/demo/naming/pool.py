"""Units that may apply in the demonstration's batches, each taken once."""

from portal.models import Region
from portal.operations.demo import township_of
from portal.operations.demo_people import TOWNSHIPS
from units.models import Category, Level, Unit
from units.operations.demo import names
from units.operations.registry import register_unit

SCORED = (
    "unit_organ",
    "unit_public_institution",
    "unit_school",
    "unit_enterprise",
    "unit_service_window",
)
LOCAL = ("unit_village", "unit_community")
PLACES = ("朝阳", "团结", "幸福", "永丰", "红旗")
ENDINGS = {Region.Kind.SUMU: ("unit_village", "嘎查"), Region.Kind.TOWN: ("unit_village", "村")}


def home_townships(home):
    """The townships of the demonstration's township officers, by 旗市区 code."""
    for _, code, kind in TOWNSHIPS:
        county = home.children.get(code=f"{code}000000")
        yield township_of(county, kind)


def settle_villages(cast):
    """Some new units in the townships that have an officer; known ones are left alone."""
    for place in home_townships(cast.home):
        code, ending = ENDINGS.get(place.kind, ("unit_community", "社区"))
        category = Category.objects.get(code=code)
        for word in PLACES:
            _settle(cast, place, category, f"{place.parent.name}{place.name}示例{word}新{ending}")


def _settle(cast, place, category, name):
    if Unit.objects.filter(name=name).exists():
        return
    values = {
        "name": name,
        "category": category,
        "region": place,
        "address": "示例路 1 号",
        "contact_post": names.POSTS[category.code],
        "contact_phone": names.PHONE,
        "remark": "演示数据",
    }
    register_unit(values, actor=cast.office, at=cast.at)


class Pool:
    """Who has no title of the city and lies where somebody holds the desk, in a lasting order."""

    def __init__(self, cast, dice):
        rows = Unit.objects.active().filter(represents=None, category__code__in=[*SCORED, *LOCAL])
        rows = rows.exclude(designations__level=Level.CITY).exclude(applications__isnull=False)
        rows = rows.select_related("region__parent", "category", "successor")
        self.free = list(rows.order_by("pk"))
        dice.shuffle(self.free)
        self.cast = cast

    def take(self, count, fits):
        """So many units that fit, no longer free afterwards."""
        chosen = [each for each in self.free if fits(each)][:count]
        self.free = [each for each in self.free if each not in chosen]
        return chosen

    def at_counties(self, count, codes=(), categories=SCORED):
        """Offices of the 旗市区 themselves, spread over them evenly; of some only, if named."""
        chosen, seen = [], {}
        for each in self.free:
            region = each.region
            here = not codes or region.code[:6] in codes
            if region.level == Region.Level.COUNTY and here and each.category.code in categories:
                seen.setdefault(region.pk, []).append(each)
        queues = [seen[key] for key in sorted(seen)]
        while queues and len(chosen) < count:
            chosen += [queue.pop(0) for queue in queues if queue][: count - len(chosen)]
            queues = [queue for queue in queues if queue]
        self.free = [each for each in self.free if each not in chosen]
        return chosen

    def in_township(self, place, count):
        """Units of one township."""
        return self.take(count, lambda each: each.region_id == place.pk)

    def of_the_city(self, count):
        """Offices of the city itself, recommended by their line."""
        return self.take(count, lambda each: each.region_id == self.cast.home.pk)
