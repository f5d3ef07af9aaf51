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


def bodies_open_to(unit, batch):
    """Through whom a unit may be recommended: that of its place first, then the lines.

    A batch with places per body offers only the lines that have some.
    """
    rows = bodies_for(batch.region)
    here = [e for e in rows if e.kind == Kind.TERRITORIAL and _covers(e, unit)]
    lines = [each for each in rows if each.kind == Kind.LINE]
    with_places = {each.body_id for each in batch.quotas.all() if each.places}
    return [*here, *(each for each in lines if not with_places or each.pk in with_places)]


def _covers(body, unit):
    return unit.region.path.startswith(body.region.path)


def people_of(bodies):
    """The officers who act for these bodies: of a territorial one its office, of a line its own."""
    bodies = list(bodies)
    regions = [each.region_id for each in bodies if each.kind == Kind.TERRITORIAL]
    lines = [each.pk for each in bodies if each.kind == Kind.LINE]
    officers = User.objects.filter(role=User.Role.OFFICER, is_active=True)
    return officers.filter(Q(region__in=regions) | Q(recommends_for__in=lines)).distinct()
