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


def people_of(bodies):
    """The officers who act for these bodies: of a territorial one its office, of a line its own."""
    bodies = list(bodies)
    regions = [each.region_id for each in bodies if each.kind == Kind.TERRITORIAL]
    lines = [each.pk for each in bodies if each.kind == Kind.LINE]
    officers = User.objects.filter(role=User.Role.OFFICER, is_active=True)
    return officers.filter(Q(region__in=regions) | Q(recommends_for__in=lines)).distinct()
