"""Who may do what on this floor."""

from portal.models import Region
from units.models import Level

Tier = Region.Level
OFFICES = (Tier.COUNTY, Tier.CITY, Tier.PROVINCE)  # those that bring units on
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
