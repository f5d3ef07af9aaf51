"""What can be ticked in the panels of the two lists, for one person."""

from collections import defaultdict
from dataclasses import dataclass

from portal.models import Region, RegionName
from units.models import Batch, Category, TitleKind

Tier = Region.Level
INDENT = {Tier.COUNTY: "l2", Tier.TOWNSHIP: "l3"}
MOST = 600  # beyond it the townships are left to the region's own page


@dataclass(frozen=True)
class Option:
    """One thing to tick; `find` are further words it is found by."""

    value: int
    label: str
    find: str = ""
    indent: str = ""
    folds: bool = False  # what is indented deeper follows and opens on demand


def regions(user):
    """The tree in sight down to the townships, as far as a panel can hold it."""
    inside = Region.objects.visible_to(user).in_being().exclude(level=Tier.VILLAGE)
    if inside.count() > MOST:
        inside = inside.exclude(level=Tier.TOWNSHIP)
    found = list(inside.only("name", "level", "parent_id", "name_initials").order_by("code", "pk"))
    names = _other_names(found)
    above = {each.parent_id for each in found if each.level == Tier.TOWNSHIP}
    return [_region(each, names[each.pk], each.pk in above) for each in found]


def _region(region, names, has_townships):
    find = " ".join([region.name, region.name_initials, *names])
    folds = has_townships and region.level == Tier.COUNTY
    return Option(region.pk, region.name, find, INDENT.get(region.level, ""), folds)


def _other_names(found):
    names = defaultdict(list)
    rows = RegionName.objects.filter(region__in=found).values_list("region", "name")
    for region, name in rows:
        names[region].append(name)
    return names


def categories(user):
    rows = Category.objects.visible_to(user).filter(is_active=True)
    return [Option(each.pk, each.name) for each in rows]


def kinds(user):
    rows = TitleKind.objects.visible_to(user).filter(is_active=True)
    return [Option(each.pk, each.name) for each in rows]


def batches(user):
    """Batches with level and year, the newest of each level first."""
    rows = Batch.objects.visible_to(user)
    return [Option(each.pk, f"{each}（{each.year}）" if each.year else str(each)) for each in rows]


OPTIONS = {"region": regions, "category": categories, "batch": batches, "kind": kinds}
