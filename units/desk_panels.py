"""The review desk on the home page and in the menu."""

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from portal import desk
from portal.models import User
from units.desk_list import DeskListing, state_of_row, stay
from units.models import Consultation, Delegation

R = User.Role
SHOWN = 5

desk.entry(
    label="审核",
    url_name="units:desk",
    roles=frozenset({R.OFFICER}),
    section="desk",
    position=12,
)


@desk.panel(position=6)
def my_desk(user, day):
    """How many applications wait on my desks, how many are late, and the longest waiting."""
    if user.role != R.OFFICER:
        return None
    listing = DeskListing(user, QueryDict(), timezone.now())
    counts, late = listing.counts(), _late_answers(user, day)
    standing_in = _standing_in(user, day)
    if not (counts["all"] or late or standing_in):
        return None
    rows = listing.page(listing.ids()[:SHOWN]) if counts["all"] else []
    for row in rows:
        row.url = reverse("units:review", args=[row.pk])
        row.words, row.tone = state_of_row(row)
        row.days = stay(row)
    told = {"counts": counts, "late": late, "rows": rows, "standing_in": standing_in}
    return {"template": "units/_panel_desk.html", **told}


def _late_answers(user, day):
    """Questions to other bodies that nobody answered in time, about batches I keep."""
    own = Consultation.objects.visible_to(user).filter(application__batch__region=user.region_id)
    return own.overdue(day).order_by().count()


def _standing_in(user, day):
    """Sentences about delegations that run today, on either side."""
    rows = Delegation.objects.on(day).filter(Q(giver=user) | Q(taker=user))
    rows = rows.select_related("giver", "taker").order_by("ends_on")
    return [
        f"{each.giver.name}的审核由您代办" if each.taker_id == user.pk
        else f"您的审核由{each.taker.name}代办"
        for each in rows
    ]  # fmt: skip
