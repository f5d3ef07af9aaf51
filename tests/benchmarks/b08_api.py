"""B8: units by the API, fifty and a thousand at a time."""

import orjson
from django.urls import reverse

from tests.benchmarks.harness import Figure, beside
from units import shapes
from units.models import Designation, Unit

IDS = ("B8",)


def measure(city, full):
    """Two lengths of a page beside the fastest JSON of the same values."""
    url = reverse("units-api:unit-list")
    for size, bar, at_most in ((50, 80, None), (1000, 700, 2)):
        ours = city.opener(city.city_officer, f"{url}?size={size}")
        spent, bare = beside(ours, bare_values(city, size), 30)
        what = f"REST, {size:,} units with their titles"
        yield Figure("B8", what, spent, "ms", bar, bare, at_most, "orjson over .values()")


def bare_values(city, size):
    """The values of as many units, their count and their titles, through orjson."""
    visible = Unit.objects.visible_to(city.city_officer).active().order_by("name", "pk")

    def page():
        visible.count()
        units = list(visible.values(*shapes.UNIT_PLAIN, **shapes.UNIT_NAMED)[:size])
        titles = Designation.objects.standing().filter(unit__in=[row["id"] for row in units])
        return orjson.dumps([units, list(shapes.title_values(titles))])

    return page
