"""The invented assessors: one a 旗市区, so that each can keep away from their own."""

from portal.models import User


def assessors():
    """Demonstration assessors with a 旗 of their own, in a lasting order."""
    people = User.objects.filter(role=User.Role.ASSESSOR, is_demo=True)
    return list(people.select_related("region").order_by("username"))


def home_of(person):
    """The 旗 whose units this person doesn't score; none for somebody of the city's own."""
    return person.region if person.region.level == "county" else None


def may_score(person, unit):
    """Not a unit of one's own 旗."""
    home = home_of(person)
    return home is None or not unit.region.path.startswith(home.path)
