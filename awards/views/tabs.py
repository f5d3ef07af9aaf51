"""What the pages of recommending upward share."""

from django.urls import reverse

from portal.models import User

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
SECTION = "candidates"
TABS = (("candidates", "培育库"), ("summaries", "申报汇总表"), ("archives", "档案包"))


def tabs(current):
    """The three lists, with the one that is open."""
    return [(label, reverse(f"awards:{name}"), name == current) for name, label in TABS]
