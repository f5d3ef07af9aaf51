"""申报 on the home page and in the menu."""

from django.utils import timezone

from portal import desk
from portal.models import User
from units.openings import openings_for, own_applications

R = User.Role

desk.entry(
    label="申报",
    url_name="units:applications",
    roles=frozenset({R.CLERK}),
    section="applications",
    position=12,
)
desk.entry(
    label="申报",
    url_name="units:applications",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="applications",
    position=32,
    seldom=True,
)


@desk.panel(position=4)
def applying(user, day):
    """A clerk's applications under way, and the batches in which the unit may still apply."""
    if user.role != R.CLERK:
        return None
    at = timezone.now()
    mine, openings = own_applications(user, at), openings_for(user, at)
    if not mine and not openings:
        return None
    return {"template": "units/_panel_applying.html", "mine": mine, "openings": openings}
