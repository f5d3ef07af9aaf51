"""Who may do what on the top floor: the questions that lifecycle tables and operations ask."""

from portal.models import Region
from units.access import keeps_batch, tends_title
from units.models import Level

Tier = Region.Level
OWN_LEVEL = {
    Tier.COUNTY: Level.COUNTY,
    Tier.CITY: Level.CITY,
    Tier.PROVINCE: Level.REGION,
}
NEXT_LEVELS = {
    Tier.COUNTY: (Level.CITY,),
    Tier.CITY: (Level.REGION, Level.NATIONAL),
    Tier.PROVINCE: (Level.NATIONAL,),
}


def next_levels(region):
    """The levels for which an office brings units on; none below the 旗市区."""
    return NEXT_LEVELS.get(region.level, ()) if region else ()


def keeps_candidates(user, region):
    """An officer of the very office whose list it is."""
    return user.is_active and user.role == user.Role.OFFICER and user.region_id == region.pk


def issues_for_title(user, title):
    """An officer of the region that names in the title's batch; without one, of its level."""
    if title.batch_id and title.batch.region_id:
        return keeps_batch(user, title)
    return tends_title(user, title) and OWN_LEVEL.get(user.region.level) == title.level


def keeps_certificate(user, certificate):
    """An officer of the office that issues certificates for the title."""
    return issues_for_title(user, certificate.designation)


def voids_certificate(user, certificate):
    """A signing officer of that office."""
    return keeps_certificate(user, certificate) and user.may_sign
