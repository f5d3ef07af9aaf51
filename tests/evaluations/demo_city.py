"""A small city for the demonstration of this floor, and the seeding of it."""

from evaluations.models import InspectionRound
from evaluations.operations.demo import seed_evaluations
from portal.models import User
from tests.factories import NOON, TODAY, make_category, make_region, make_unit, make_user


def make_place(code, counties=6):
    """A city whose 旗 have units of several families and a demonstration assessor each."""
    city = make_region("呼伦贝尔市", make_region(level="province"), code=code)
    make_user(region=city, username="shi-shenhe", is_demo=True)
    make_user(User.Role.ASSESSOR, city, username="ceping", is_demo=True)
    families = [make_category(name, family=name) for name in ("ORGAN", "SCHOOL", "COMMUNITY")]
    for number in range(counties):
        county = make_region(f"{number}旗", city)
        make_user(User.Role.ASSESSOR, county, username=f"ceping-{number}", is_demo=True)
        for each in range(12):
            make_unit(county, category=families[each % 3])
    return city


def seed(number=1):
    """Seed it; the finished round."""
    seed_evaluations(seed=number, at=NOON, on=TODAY, say=lambda line: None)
    return InspectionRound.objects.get(kind="acceptance", state="finished")
