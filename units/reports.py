"""Numbers: aggregates over rows in sight."""

from django.db.models import Count, Q

from units.models import Designation, Unit
from units.models.designation import Status, status_q
from units.rules import title_status
from units.standing import TitleOn

NEXT = 8  # titles named on the home page


def desk_figures(user, day, near):
    """What the home page counts, and the titles that run out next."""
    titles = Designation.objects.visible_to(user).filter(unit__closed_on=None)
    counted = titles.aggregate(
        held=Count("pk", filter=Q(pk__in=titles.in_force(day).values("pk"))),
        due=Count("pk", filter=status_q(Status.DUE, day, near)),
        reverifying=Count("pk", filter=status_q(Status.REVERIFYING, day, near)),
        expired=Count("pk", filter=status_q(Status.EXPIRED, day, near)),
    )
    units = Unit.objects.visible_to(user).active().count()
    return {**counted, "units": units, "near": near, "next": next_ending(titles, day, near)}


def next_ending(titles, day, near):
    """The titles whose term ends soonest, as they stand."""
    soon = titles.having_status(Status.DUE, day, near).order_by("ends_on", "pk")
    rows = soon.select_related("unit__region", "kind", "batch")[:NEXT]
    return [TitleOn(each, day, title_status(each, day, near)) for each in rows]
