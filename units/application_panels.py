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
    """A clerk's applications under way, each with the one thing to do."""
    mine = own_applications(user, timezone.now()) if user.role == R.CLERK else []
    return {"template": "units/_panel_applying.html", "mine": mine} if mine else None


@desk.panel(position=8)
def openings(user, day):
    """The batches in which a clerk's unit may apply; folded, those in which it may not."""
    found = openings_for(user, timezone.now()) if user.role == R.CLERK else []
    if not found:
        return None
    going = [each for each in found if each.is_open]
    shut = [each for each in found if not each.is_open]
    return {"template": "units/_panel_openings.html", "going": going, "shut": shut}
