"""The way of an application: whose desk it starts on, where it goes next, who holds it."""

from dataclasses import dataclass

from portal.models import Region
from units.models import RecommendingBody


@dataclass(frozen=True)
class Desk:
    """A place on the way: the region, or the line body that works on its behalf."""

    region: Region
    is_line: bool = False

    def holder(self, application):
        """Its name as people say it."""
        return application.body.name if self.is_line else self.region.name


def route_of(application):
    """The desks from the first to the naming region's, in order.

    A unit of a territorial body starts with its 苏木乡镇 where it lies in one; that of a line
    body with the line's own desk. The last desk is the naming region's.
    """
    final = Desk(application.batch.region)
    if application.body.kind == RecommendingBody.Kind.LINE:
        return [Desk(application.body.region, is_line=True), final]
    own = application.unit.region
    above = Region.objects.filter(pk__in=own.ancestor_ids()).order_by("path")
    tiers = [Region.Level.TOWNSHIP, Region.Level.COUNTY]
    below = [each for each in above if each.level in tiers and each.pk != final.region.pk]
    inside = [each for each in below if each.path.startswith(final.region.path)]
    return [*[Desk(each) for each in reversed(inside)], final]


def desk_of(application):
    """The desk that holds it now; None before it is handed in."""
    if application.desk_id is None:
        return None
    return Desk(application.desk, application.at_line_desk)


def next_desk(application):
    """The desk after the present one; None where the present one is the last."""
    route = route_of(application)
    here = (application.desk_id, application.at_line_desk)
    places = [(desk.region.pk, desk.is_line) for desk in route]
    following = places.index(here) + 1 if here in places else len(route)
    return route[following] if following < len(route) else None


def recommends(application):
    """Does the present desk pass on to the naming region: is its forward the recommendation?"""
    route = route_of(application)
    here = (application.desk_id, application.at_line_desk)
    return len(route) > 1 and here == (route[-2].region.pk, route[-2].is_line)
