"""公示 and 异议: a published notice is for everybody; what is found about an objection is not."""

from django.utils import timezone

from tests import factories as make
from tests.architecture.matrix import OFFICERS, PUBLIC, Row
from tests.architecture.rows.units import SEES_BATCH
from tests.architecture.world import PEOPLE, PLACES, word
from units.models import Batch, Level, NoticeEntry, Objection, ObjectionFile, PublicNotice

OFFICE = frozenset({"officer", "auditor"})
BOTH, POST = ("get", "post"), ("post",)
EVERYWHERE = {person: set(PLACES) for person in PEOPLE}
OWN_OFFICE = {
    "sumu_officer": {"east"},
    "west_officer": {"west"},
    "city_officer": {"city"},
    "leader": {"city"},
}
OVER = {
    "sumu_officer": {"east"},
    "east_officer": {"east", "south"},
    "west_officer": {"west"},
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
    "auditor": {"east", "south"},
}


def everything(world, person):
    """What hangs out in public may be read by anybody."""
    return {word(place) for place in PLACES}


def hung_out(world, person):
    """Those beneath the naming region read the list that everybody reads; objections they don't."""
    return {word(place) for place in SEES_BATCH.get(person, ())}


def batch(world, place):
    region = world.regions[place]
    found = Batch.objects.filter(region=region, name="公示批").first()
    return found or make.make_running_batch(region, "公示批", level=Level.COUNTY)


def notice(world, place):
    """A published notice of the place's region with its unit, hanging out today."""
    found = PublicNotice.objects.filter(batch=batch(world, place)).first()
    return found or _hang_out(world, place)


def _hang_out(world, place):
    leader, at = world.people["leader"], timezone.now()
    unit = world.units[place]
    made = make.make_notice(batch(world, place), leader, at=at)
    made.pdf = make.make_file(leader, name="公示.pdf")
    made.save()
    proposed = make.make_application(unit, made.batch, state="proposed", submitted_at=make.NOON)
    NoticeEntry.objects.create(
        notice=made, application=proposed, position=1, unit_name=unit.name, region_name="旗"
    )
    return made


def objection(world, place):
    hung = notice(world, place)
    told = {"text": f"反映{word(place)}", "source": "online", "received_at": make.NOON}
    made, _ = Objection.objects.get_or_create(notice=hung, code=f"{place:0>32}", defaults=told)
    return made


def attached(world, place):
    row = objection(world, place)
    file = make.make_file(world.people["leader"])
    made, _ = ObjectionFile.objects.get_or_create(
        objection=row, name="证明.pdf", defaults={"file": file, "added_at": make.NOON}
    )
    return [row.pk, made.pk]


def words(world, place):
    return {"text": "情况反映", "is_anonymous": "1", "form_key": "0" * 32, "source": "phone"}


def pk(world, place):
    return [notice(world, place).pk]


def code(world, place):
    return [notice(world, place).code]


ROWS = {
    "units:notices": Row(roles=OFFICE),
    "units:notice-new": Row(
        roles=OFFICERS,
        args=lambda world, place: [batch(world, place).pk],
        sees=OWN_OFFICE,
        methods=BOTH,
        by="sumu_officer",
    ),
    "units:notice": Row(roles=OFFICE, args=pk, sees=SEES_BATCH, also=hung_out),
    "units:notice-edit": Row(roles=OFFICERS, args=pk, sees=SEES_BATCH, methods=BOTH),
    "units:notice-move": Row(
        roles=OFFICERS,
        args=lambda world, place: [*pk(world, place), "cancel"],
        sees=SEES_BATCH,
        methods=POST,
        data=lambda world, place: {"note": "示例原因"},
    ),
    "units:notice-pdf": Row(roles=OFFICE, args=pk, sees=SEES_BATCH),
    "units:objection-new": Row(
        roles=OFFICERS, args=pk, sees=OWN_OFFICE, methods=BOTH, data=words, by="sumu_officer"
    ),
    "units:objection": Row(
        roles=OFFICE,
        args=lambda world, place: [objection(world, place).pk],
        sees=OVER,
        methods=BOTH,
    ),
    "units:objection-handle": Row(
        roles=OFFICERS,
        args=lambda world, place: [objection(world, place).pk],
        sees=OVER,
        methods=POST,
    ),
    "units:objections-dismiss": Row(
        roles=OFFICERS,
        args=pk,
        sees={"leader": {"city"}},
        methods=BOTH,
        data=lambda world, place: {"pk": objection(world, place).pk},
        by="leader",
    ),
    "units:objection-file": Row(roles=OFFICE, args=attached, sees=OVER),
    "public:notices": Row(roles=PUBLIC, also=everything),
    "public:notice": Row(roles=PUBLIC, args=code, sees=EVERYWHERE, also=everything),
    "public:notice-pdf": Row(roles=PUBLIC, args=code, sees=EVERYWHERE, also=everything),
    "public:objection-new": Row(
        roles=PUBLIC, args=code, sees=EVERYWHERE, methods=BOTH, data=words, also=everything
    ),
    "public:objection-find": Row(roles=PUBLIC, methods=BOTH),
    "public:objection": Row(
        roles=PUBLIC,
        args=lambda world, place: [objection(world, place).code],
        sees=EVERYWHERE,
        also=everything,
    ),
}
