"""Coming in and going out, drafts, and the accounts that administrators keep."""

from portal.models import User
from tests.architecture.matrix import EVERYONE, PUBLIC, Row
from tests.architecture.world import PEOPLE, PLACES, SEES, region_word, word

R = User.Role
SYSTEM = frozenset({R.SYSTEM_ADMIN})
SECURITY = frozenset({R.SECURITY_ADMIN})
BOTH = SYSTEM | SECURITY
OWN_CITY = set(SEES["city_officer"])  # both administrators of the world belong to the city
ADMINISTRATORS_SEE = {"system_admin": OWN_CITY, "security_admin": OWN_CITY}
ANYBODY = {person: set(PLACES) for person in PEOPLE}


def account_at(world, place):
    """The clerk of the place: an account whose user name carries the place's word."""
    return [world.clerks[place].pk]


def names_in_sight(world, person):
    """Administrators read user names, which in this world carry words; units they don't see."""
    return {word(place) for place in ADMINISTRATORS_SEE.get(person, set())}


def about(roles, **more):
    """A page about one account."""
    return Row(roles=roles, args=account_at, sees=ADMINISTRATORS_SEE, also=names_in_sight, **more)


def new_account(world, place):
    words = {"name": "示例岗位", "proposed_role": "officer"}
    return words | {"region_text": f"西旗{region_word('west')}"}


def a_grant(world, place):
    return {"role": "officer", "region": world.regions[place].pk}


def a_key(world, place):
    return [f"form-{place}"]


FORM = ("get", "post")
ROWS = {
    "portal:sign-in": Row(roles=PUBLIC, methods=FORM),
    "portal:sign-in-code": Row(roles=PUBLIC, methods=FORM),
    "portal:sign-out": Row(roles=EVERYONE, methods=("post",)),
    "portal:sign-out-everywhere": Row(roles=EVERYONE, methods=FORM),
    "portal:change-password": Row(roles=EVERYONE, methods=FORM),
    "portal:ping": Row(roles=PUBLIC, methods=("post",)),
    # a key is the form's, the draft one's own: every person has an empty one
    "portal:draft": Row(
        roles=EVERYONE,
        args=lambda world, place: [f"form-{place}"],
        sees=ANYBODY,
        api=True,
        methods=FORM,
    ),
    "portal:accounts": Row(roles=BOTH, also=names_in_sight),
    "portal:account-new": Row(roles=SYSTEM, methods=FORM, data=new_account),
    "portal:account-grants": Row(roles=SECURITY, methods=FORM, also=names_in_sight),
    "portal:account": about(BOTH),
    "portal:account-edit": about(
        SYSTEM, methods=FORM, data=lambda world, place: {"name": "示例岗位", "version": 1}
    ),
    "portal:account-grant": about(SECURITY, methods=FORM, data=a_grant),
    "portal:account-revoke": about(
        SECURITY, methods=FORM, data=lambda world, place: {"note": "离岗"}
    ),
    "portal:account-disable": about(
        SYSTEM, methods=FORM, data=lambda world, place: {"note": "离岗"}
    ),
    "portal:account-enable": about(SYSTEM, methods=("post",)),
    "portal:account-unlock": about(SYSTEM, methods=("post",)),
    "portal:account-code": about(SYSTEM, methods=("post",)),
}
