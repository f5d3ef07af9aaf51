"""Messages about titles: to the clerks of a unit and to the office that follows its titles up."""

from portal.models import User
from portal.operations.notifications import notify_all
from units.access import TENDED
from units.models import Unit


def tell_clerks(unit, text, *, url, at):
    """Leave the clerks of one unit a line; says to how many."""
    return tell(unit.clerks.filter(is_active=True), text, url=url, at=at)


def tell_office(title, text, *, url, at, signing=False):
    """Leave the officers who follow up this title a line."""
    tiers = [tier for tier, levels in TENDED.items() if title.level in levels]
    officers = User.objects.filter(
        role=User.Role.OFFICER,
        is_active=True,
        region__in=title.unit.region.ancestor_ids(),
        region__level__in=tiers,
    )
    return tell(officers.filter(may_sign=True) if signing else officers, text, url=url, at=at)


def tell(users, text, *, url, at):
    """Leave each of these people the same line."""
    return len(notify_all([(each, text, url) for each in users], at=at))


def tell_clerks_of(rows, text, *, at):
    """Leave the clerks of many units a line each, leading to their own `row`."""
    units = {each.designation.unit_id: each for each in rows}
    pairs = Unit.clerks.through.objects.filter(unit__in=units, user__is_active=True)
    lines = [
        (pair.user, text, units[pair.unit_id].get_absolute_url())
        for pair in pairs.select_related("user")
    ]
    return len(notify_all(lines, at=at))
