"""The tree of regions as one person sees it, a branch at a time."""

from django.db.models import Count, Q

from portal.models import Region

WITH_COUNT = Count("children", filter=Q(children__ends_on=None))
MOST_TOPS = 20


def tops(user):
    """Where a person's tree begins: the own region, and those in its care that lie elsewhere."""
    regions = Region.objects.visible_to(user).in_being()
    if user.role == user.Role.CLERK:
        return list(_counted(regions)[:MOST_TOPS])
    found = _counted(regions.filter(path__in=user.scope_paths)).order_by("path")
    return [each for each in found if not any(_above(other, each) for other in found)]


def branch(user, parent):
    """What lies directly beneath a region, as far as this person sees it."""
    regions = Region.objects.visible_to(user).in_being().filter(parent=parent)
    return list(_counted(regions).order_by("code", "pk"))


def _counted(regions):
    return regions.annotate(below_count=WITH_COUNT)


def _above(upper, lower):
    return upper.pk != lower.pk and lower.path.startswith(upper.path)


def opened(user, *, down_to=None):
    """The tree as nodes {"region", "nodes"}: the first level open, and the way down to a region."""
    way = set(down_to.ancestor_ids()) if down_to else set()
    return [_node(user, top, way, is_open=True) for top in tops(user)]


def _node(user, region, way, is_open=False):
    is_open = is_open or region.pk in way
    beneath = branch(user, region) if is_open and region.below_count else []
    return {
        "region": region,
        "is_open": bool(beneath),
        "nodes": [_node(user, each, way) for each in beneath],
    }
