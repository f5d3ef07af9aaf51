"""Which recommending bodies a naming office hears, and who acts for them."""

from django.db.models import Q

from portal.models import User
from units.models import RecommendingBody

Kind = RecommendingBody.Kind


def bodies_for(region):
    """Bodies in use that recommend to the office of this region, in their order."""
    below = Q(kind=Kind.TERRITORIAL, region__parent=region)
    lines = Q(kind=Kind.LINE, region=region)
    rows = RecommendingBody.objects.filter(below | lines | Q(also_to=region), is_active=True)
    return rows.select_related("region").order_by("-kind", "position", "region__code", "pk")


def hearing(batches):
    """{batch key: the bodies its office hears, in their order}, of all of these in one query."""
    rows = RecommendingBody.objects.filter(is_active=True).select_related("region")
    rows = list(rows.order_by("-kind", "position", "region__code", "pk")) if batches else []
    return {each.pk: [body for body in rows if _hears(each.region, body)] for each in batches}


def _hears(office, body):
    """Does the body recommend to that office? The same as `bodies_for`, of rows that are read."""
    own = body.region.parent_id if body.kind == Kind.TERRITORIAL else body.region_id
    return office.pk in (own, body.also_to_id)


def bodies_open_to(unit, batch, heard=None):
    """Through whom a unit may be recommended: that of its place first, then the lines.

    A batch with places per body offers only the lines that have some.
    """
    rows = bodies_for(batch.region) if heard is None else heard
    here = [e for e in rows if e.kind == Kind.TERRITORIAL and _covers(e, unit)]
    lines = [each for each in rows if each.kind == Kind.LINE]
    return [*here, *(each for each in lines if categories_of(batch, each) != set())]


def categories_of(batch, body):
    """Keys of the categories in which a body has places; None where it has them for all."""
    quotas = [each for each in batch.quotas.all() if each.places]
    own = {each.category_id for each in quotas if each.body_id == body.pk}
    return None if not quotas or None in own else own


def _covers(body, unit):
    return unit.region.path.startswith(body.region.path)


def people_of(bodies):
    """The officers who act for these bodies: of a territorial one its office, of a line its own."""
    bodies = list(bodies)
    regions = [each.region_id for each in bodies if each.kind == Kind.TERRITORIAL]
    lines = [each.pk for each in bodies if each.kind == Kind.LINE]
    officers = User.objects.filter(role=User.Role.OFFICER, is_active=True)
    return officers.filter(Q(region__in=regions) | Q(recommends_for__in=lines)).distinct()
