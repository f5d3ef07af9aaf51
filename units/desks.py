"""The way of an application: whose desk it starts on, where it goes next, who holds it."""

from dataclasses import dataclass

from portal.models import Region
from units.models import RecommendingBody

TIERS = (Region.Level.TOWNSHIP, Region.Level.COUNTY, Region.Level.CITY)


@dataclass(frozen=True)
class Desk:
    """A place on the way: the region, or the line body that works on its behalf."""

    region: Region
    is_line: bool = False

    def holder(self, application):
        """Its name as people say it."""
        return application.body.name if self.is_line else self.region.name


def regions_above(applications):
    """Every region that the routes of these may pass, by key, in one query."""
    keys = {key for each in applications for key in each.unit.region.ancestor_ids()}
    return Region.objects.in_bulk(keys)


def route_of(application, regions=None):
    """The desks from the first to the naming region's, in order.

    A unit of a territorial body starts with its 苏木乡镇 where it lies in one and goes up to the
    body's own region: for a 自治区 batch through its 盟市, or past it where its 旗市区 reports
    straight up (满洲里). That of a line body starts with the line's own desk. The last desk is
    the naming region's.
    """
    final = Desk(application.batch.region)
    if application.body.kind == RecommendingBody.Kind.LINE:
        return [Desk(application.body.region, is_line=True), final]
    regions = regions_above([application]) if regions is None else regions
    above = [regions[key] for key in reversed(application.unit.region.ancestor_ids())]
    below = [each for each in above if each.level in TIERS and _is_below(each, final.region)]
    own = application.body.region
    inside = [each for each in below if each.path.startswith(own.path)]
    # a unit that was moved out of its body's region goes up through where it lies now
    return [*[Desk(each) for each in inside or below], final]


def _is_below(region, top):
    return region.pk != top.pk and region.path.startswith(top.path)


def desk_of(application):
    """The desk that holds it now; None before it is handed in."""
    if application.desk_id is None:
        return None
    return Desk(application.desk, application.at_line_desk)


def next_desk(application, regions=None):
    """The desk after the present one; None where the present one is the last.

    From a desk that is no longer on its way (the unit was moved) it goes to the first above it.
    """
    route = route_of(application, regions)
    at = _place_in(route, application)
    if at is None:
        here = application.desk.path
        return next((desk for desk in route if here.startswith(desk.region.path)), route[-1])
    return route[at + 1] if at + 1 < len(route) else None


def recommends(application, regions=None):
    """Does the present desk pass on to the naming region: is its forward the recommendation?"""
    return next_desk(application, regions) == Desk(application.batch.region)


def is_final(application):
    """Does it lie with the region that names?"""
    return application.desk_id == application.batch.region_id and not application.at_line_desk


def _place_in(route, application):
    here = (application.desk_id, application.at_line_desk)
    places = [(desk.region.pk, desk.is_line) for desk in route]
    return places.index(here) if here in places else None
