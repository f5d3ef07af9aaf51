"""The tree of regions as one person sees it, a branch at a time."""

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from portal.models import Region

CHILDREN = Region.objects.in_being().filter(parent=OuterRef("pk")).order_by().values("parent")
BELOW = Coalesce(
    Subquery(CHILDREN.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
)


def branch(user, parent):
    """What lies directly beneath a region, as far as this person sees it."""
    return list(_in_sight(user).filter(parent=parent).order_by("code", "pk"))


def opened(user, *, down_to=None):
    """The tree as nodes {"region", "is_open", "nodes"}, in one query.

    It begins at the person's own region and at those in its care that lie elsewhere; the first
    level is open, and the way down to `down_to`.
    """
    tops = [int(path.split("/")[-2]) for path in outermost(user.scope_paths)]
    way = down_to.ancestor_ids() if down_to else []
    wanted = Q(pk__in=tops) | Q(parent__in=[*tops, *way])
    regions = list(_in_sight(user).filter(wanted).order_by("code", "pk"))
    known = {region.pk for region in regions}
    beneath = {}
    for region in regions:
        beneath.setdefault(region.parent_id, []).append(region)
    roots = [region for region in regions if not known & set(region.ancestor_ids()[:-1])]
    return [_node(root, beneath) for root in roots]


def outermost(paths):
    """The paths that lie within no other of them."""
    return [one for one in paths if not any(one != top and one.startswith(top) for top in paths)]


def _node(region, beneath):
    nodes = [_node(each, beneath) for each in beneath.get(region.pk, [])]
    return {"region": region, "is_open": bool(nodes), "nodes": nodes}


def _in_sight(user):
    regions = Region.objects.visible_to(user).in_being().select_related(None)
    return regions.annotate(below_count=BELOW)
