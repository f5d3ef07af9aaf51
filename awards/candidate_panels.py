"""Recommending upward in the menu, and on the pages of an application."""

from django.urls import reverse

from portal import desk
from portal.models import User
from units.further import link

R = User.Role

desk.entry(
    label="向上推荐",
    url_name="awards:candidates",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="candidates",
    position=46,
    seldom=True,
)


@link("application")
def archive_of(user, application):
    """The package of an application that was handed in, for offices."""
    if user.role in user.SUBTREE_ROLES and application.submitted_at:
        yield "档案包", reverse("awards:application-archive", args=[application.pk])
