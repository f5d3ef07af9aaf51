"""Numbers: aggregates over rows in sight."""

from functools import reduce
from operator import or_

from django.db.models import Count

from units.models import Designation, Unit
from units.models.designation import Status, status_q
from units.rules import title_status
from units.standing import HELD, TitleOn

NEXT = 8  # titles named on the home page


def desk_figures(user, day, near):
    """What the home page counts, and the titles that run out next."""
    titles = Designation.objects.visible_to(user).filter(unit__closed_on=None)
    counted = titles.aggregate(
        held=Count("pk", filter=any_of(HELD, day, near)),
        due=Count("pk", filter=status_q(Status.DUE, day, near)),
        reverifying=Count("pk", filter=status_q(Status.REVERIFYING, day, near)),
        expired=Count("pk", filter=status_q(Status.EXPIRED, day, near)),
    )
    units = Unit.objects.visible_to(user).active().count()
    return {**counted, "units": units, "near": near, "next": next_ending(titles, day, near)}


def any_of(statuses, day, near):
    """The condition under which a title has one of these statuses."""
    return reduce(or_, (status_q(each, day, near) for each in statuses))


def next_ending(titles, day, near):
    """The titles whose term ends soonest, as they stand."""
    soon = titles.having_status(Status.DUE, day, near).order_by("ends_on", "pk")
    rows = soon.select_related("unit__region", "kind", "batch")[:NEXT]
    return [TitleOn(each, day, title_status(each, day, near)) for each in rows]
