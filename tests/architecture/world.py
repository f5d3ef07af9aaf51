"""A small city in which every record carries a word of its place, and one person of each kind.

`SEES` is declared by hand, not asked of the code: it is what the code is held against.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from awards.models import Candidate
from evaluations.models import Receipt
from portal.models import Heartbeat, Region, User
from tests import factories as make
from tests.evaluations import factories as make_evaluation
from units.models import Consultation

R = User.Role
LATER = timezone.now() + timedelta(days=10)
PLACES = ("city", "east", "south", "west", "foreign")

# Which places each person may see. Whoever is missing here sees no business data at all.
SEES = {
    "clerk": {"east"},
    "west_clerk": {"west"},
    "sumu_officer": {"east"},
    "east_officer": {"east", "south"},
    "west_officer": {"west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"east", "south"},
}
NOTHING = ("assessor", "unassigned", "system_admin", "security_admin", "audit_admin", "disabled")
PEOPLE = ("anonymous", *SEES, *NOTHING)
SIGNED_IN = frozenset(R.values)

# Names of regions a person may read beyond those places: their own and the ones above it.
REGION_WORDS = {
    "city": {"city"},
    "east": {"city", "eastqi", "east"},
    "south": {"city", "eastqi", "south"},
    "west": {"city", "west"},
    "foreign": {"foreign"},
}


def word(place):
    """The canary of a place's records, not to be read by whoever doesn't see the place."""
    return f"kx{place}jz"


def key(place):
    """What one types to find the place's unit; no canary, so an echo of it is harmless."""
    return f"sou{place}"


def region_word(name):
    return f"qh{name}qh"


@dataclass
class World:
    """The people, and by place: region, unit, title."""

    people: dict = field(default_factory=dict)
    regions: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    titles: dict = field(default_factory=dict)
    clerks: dict = field(default_factory=dict)
    rounds: dict = field(default_factory=dict)  # of self-checks: ours, and the foreign one
    checks: dict = field(default_factory=dict)  # handed in
    drafts: dict = field(default_factory=dict)  # being filled in
    cookies: dict = field(default_factory=dict)  # of the browsers in which people are signed in
    batches: dict = field(default_factory=dict)  # that run now: ours, and the foreign one
    applications: dict = field(default_factory=dict)  # on the desk of their own region
    begun: dict = field(default_factory=dict)  # applications that only their clerks see
    consultations: dict = field(default_factory=dict)  # other bodies asked about them
    candidates: dict = field(default_factory=dict)  # brought on by the office of each place

    def forbidden_to(self, person):
        """Words that no answer to this person may contain."""
        seen = SEES.get(person, set())
        return {word(place) for place in PLACES if place not in seen}

    def expected_by(self, person):
        return {word(place) for place in SEES.get(person, set())}


def build():
    """Two cities; in ours two 旗, one of them with two 苏木; a unit with a title at each place."""
    world = World()
    Heartbeat.objects.create(name="worker", at=timezone.now())
    province = make.make_region("内蒙古自治区", level=Region.Level.PROVINCE)
    city = make.make_region("呼伦贝尔市" + region_word("city"), province)
    east = make.make_region("东旗" + region_word("eastqi"), city)
    world.regions = {
        "city": city,
        "east": make.make_region("东苏木" + region_word("east"), east),
        "south": make.make_region("南苏木" + region_word("south"), east),
        "west": make.make_region("西旗" + region_word("west"), city),
        "foreign": make.make_region("外市" + region_word("foreign"), province),
    }
    for place, region in world.regions.items():
        _fill(world, place, region)
    world.people = _people(world, city, east)
    _ask(world)
    _apply(world)
    _bring_on(world)
    return world


def _bring_on(world):
    """The unit of each place is on a list there, whatever the tier."""
    told = {"level": "city", "added_at": make.NOON, "added_by": world.people["city_officer"]}
    for place, unit in world.units.items():
        note = f"示例措施{word(place)}"
        made = Candidate.objects.create(
            region=world.regions[place], unit=unit, rank=1, note=note, **told
        )
        world.candidates[place] = made


def _apply(world):
    """A batch of either city; each unit has handed in, and begun anew in another batch."""
    shift = (timezone.now() - make.NOON).days
    for owner in ("city", "foreign"):
        world.batches[owner] = make.make_running_batch(world.regions[owner], shift=shift)
    for place, unit in world.units.items():
        batch = world.batches["foreign" if place == "foreign" else "city"]
        told = {"summary": f"示例做法{word(place)}", "contact_name": f"示例{word(place)}"}
        made = make.make_submitted(unit, batch, world.regions[place], **told)
        make.make_submission(made)
        world.applications[place] = made
        world.consultations[place] = _consult(made, world, place)
        later = make.make_running_batch(batch.region, f"第八批{place}", shift=shift)
        world.begun[place] = make.make_application(unit, later, **told)


def _consult(application, world, place):
    """Another body asked about an application, without an answer yet."""
    today = timezone.localdate()
    return Consultation.objects.create(
        application=application,
        body_name=f"示例局{word(place)}",
        asked_on=today,
        reply_by=today + timedelta(days=7),
        recorded_by=world.people["city_officer"],
    )


def _ask(world):
    """A round of self-checks in either city; each unit has handed in, with a word of its place."""
    edition = make_evaluation.make_edition(world.regions["city"])
    for owner in ("city", "foreign"):
        region = world.regions[owner]
        asked = {"created_by": world.people["city_officer"], "due_at": LATER}
        world.rounds[owner] = make_evaluation.make_round(region, edition, **asked)
    for place, unit in world.units.items():
        round = world.rounds["foreign" if place == "foreign" else "city"]
        handed_in = {"state": "submitted", "submitted_at": make.NOON}
        world.checks[place] = _check(unit, round, world, place, **handed_in)
        again = make_evaluation.make_round(round.region, edition, title="再一轮", **asked)
        world.drafts[place] = _check(unit, again, world, place, state="filling")


def _check(unit, round, world, place, **fields):
    words = {"return_note": word(place), "remarks": {"1.1": word(place)}}
    check = make_evaluation.make_check(unit, round, **words, **fields)
    told = {"statement": f"示例说明{word(place)}", "value": {"points": "20"}}
    make_evaluation.make_answer(check, "1.1", world.clerks[place], **told)
    return check


def receipt_of(world, place):
    """A receipt for what the unit at a place handed in."""
    check, clerk = world.checks[place], world.clerks[place]
    told = {"handed_in_at": make.NOON, "total": 20, "items": 1, "files": 0, "content": "{}"}
    made = {"check_form": check, "handed_in_by": clerk, "sha256": "0" * 64, **told}
    return Receipt.objects.get_or_create(number=f"ZC-{place}", defaults=made)[0]


def _fill(world, place, region):
    unit = make.make_unit(region, f"示例单位{word(place)}", short_name=key(place))
    world.units[place] = unit
    world.titles[place] = make.make_designation(unit, title=f"示例称号{word(place)}")
    world.clerks[place] = make.make_clerk(unit, username=f"clerk-{word(place)}")


def _people(world, city, east):
    return {
        "anonymous": None,
        "clerk": world.clerks["east"],
        "west_clerk": world.clerks["west"],
        "sumu_officer": make.make_officer(world.regions["east"]),
        "east_officer": make.make_officer(east),
        "west_officer": make.make_officer(world.regions["west"]),
        "city_officer": make.make_officer(city),
        "leader": make.make_officer(city, may_sign=True),
        "auditor": make.make_user(R.AUDITOR, east),
        "assessor": make.make_user(R.ASSESSOR, city),
        "unassigned": make.make_user(R.UNASSIGNED, city),
        "system_admin": make.make_user(R.SYSTEM_ADMIN, city),
        "security_admin": make.make_user(R.SECURITY_ADMIN, city),
        "audit_admin": make.make_user(R.AUDIT_ADMIN, city),
        "disabled": make.make_officer(city, is_active=False),
    }
