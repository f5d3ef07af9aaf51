"""申报: begun and seen by the unit's clerks alone, from submission on by everybody above."""

from django.utils import timezone

from tests import factories as make
from tests.architecture.matrix import OFFICERS, READERS, Row
from tests.architecture.world import PLACES, word
from tests.evaluations import sample_files as sample
from units.models import Application, ApplicationFile, ApplicationUpload, Requirement

CLERKS = frozenset({"clerk"})
FILLERS = frozenset({"officer", "clerk"})
OFFICE = frozenset({"officer", "auditor"})
POST, BOTH = ("post",), ("get", "post")
NAMES = {  # the naming office of the city, and nobody beneath or beside it
    "city_officer": {"city", "east", "south", "west"},
    "leader": {"city", "east", "south", "west"},
}
OWN = {"clerk": {"east"}, "west_clerk": {"west"}}  # officers over it don't write in it


def sent(world, place):
    return [world.applications[place].pk]


def begun(world, place):
    return [world.begun[place].pk]


def opening(world, place):
    """A batch in which the place's unit has not applied yet."""
    region = world.batches["foreign" if place == "foreign" else "city"].region
    shift = (timezone.now() - make.NOON).days
    batch = region.batches.filter(name="第九批").first()
    batch = batch or make.make_running_batch(region, "第九批", shift=shift)
    make.make_body(region)
    return [batch.pk, world.units[place].pk]


def requirement(world, place):
    """Asked of the application that the place's unit has begun."""
    batch = world.begun[place].batch
    return Requirement.objects.filter(batch=batch).first() or make.make_requirement(batch)


def material(world, place):
    return [world.begun[place].pk, requirement(world, place).pk]


def file_of(world, place, **fields):
    """A file that the place's unit handed in."""
    application = world.applications[place]
    found = application.files.filter(**fields).first()
    if found:
        return found
    scan = fields.get("purpose") == ApplicationFile.Purpose.STAMPED
    batch, name = application.batch, f"材料{word(place)}"
    wanted = None if scan else make.make_requirement(batch, name, most=9)
    kind = sample.pdf if "pages" in fields else sample.jpeg
    content = kind(PLACES.index(place))
    stored = make.make_file(world.clerks[place], content, name=f"示例{word(place)}.pdf")
    told = {"handed_in": True, "caption": f"示例{word(place)}", **fields}
    return make.make_application_file(
        application, wanted, file=stored, thumbnail=stored, viewing=stored, **told
    )


def file_code(world, place):
    for each in PLACES:
        file_of(world, each, kind=ApplicationFile.Kind.IMAGE)
    return [file_of(world, place, kind=ApplicationFile.Kind.IMAGE).code]


def own_file(world, place):
    """One of what is still being written."""
    made = make.make_application_file(world.begun[place], requirement(world, place))
    return [made.code]


def page(world, place):
    return [file_of(world, place, kind=ApplicationFile.Kind.PDF, pages=1).code, 1]


def receipt(world, place):
    return [world.applications[place].submissions.get().code]


def upload(world, user):
    """Somebody's own upload, to an application in their sight."""
    pks = [each.pk for each in world.applications.values()]
    seen = Application.objects.visible_to(user).filter(pk__in=pks).first()
    found = ApplicationUpload.objects.filter(created_by=user).first()
    found = found or ApplicationUpload.objects.create(
        application=seen or world.applications["foreign"],
        key="matrix",
        name="示例.pdf",
        size=10,
        created_by=user,
        created_at=timezone.now(),
    )
    return [found.code]


ANNOUNCED = {"key": "示例", "name": "示例.pdf", "size": "10"}


def way(world, place):
    return {"category": world.units[place].category_id, "body": ""}


ROWS = {
    "units:applications": Row(roles=READERS, finds=True),
    "units:applications-export": Row(roles=OFFICE, methods=POST),
    "units:open-batches": Row(roles=CLERKS),
    "units:application-new": Row(roles=CLERKS, args=opening, methods=BOTH, data=way),
    "units:application": Row(roles=READERS, args=sent),
    "units:application-fill": Row(roles=CLERKS, args=begun, methods=BOTH),
    "units:application-part": Row(
        roles=CLERKS,
        args=lambda world, place: [world.begun[place].pk, "deeds"],
        methods=POST,
        api=True,
        data=lambda world, place: {"version": 0, "values": "{}"},
    ),
    "units:application-way": Row(roles=CLERKS, args=begun, methods=BOTH, data=way),
    "units:application-submit": Row(roles=CLERKS, args=begun, methods=BOTH),
    "units:application-withdraw": Row(
        roles=CLERKS, args=sent, methods=BOTH, data=lambda world, place: {"note": "示例"}
    ),
    "units:application-strike": Row(
        roles=OFFICERS,
        args=sent,
        sees=NAMES,
        methods=BOTH,
        data=lambda world, place: {"note": "示例"},
        by="leader",
    ),
    "units:application-form-pdf": Row(roles=READERS, args=sent),
    "units:application-form-docx": Row(roles=READERS, args=sent),
    "units:application-file": Row(roles=READERS, args=file_code),
    "units:application-file-thumb": Row(roles=READERS, args=file_code),
    "units:application-file-view": Row(roles=READERS, args=file_code),
    "units:application-file-page": Row(roles=READERS, args=page),
    "units:application-file-original": Row(roles=READERS, args=file_code),
    "units:application-file-caption": Row(roles=CLERKS, args=own_file, methods=POST),
    "units:application-upload": Row(roles=FILLERS, owned=upload),
    "units:application-upload-finish": Row(roles=FILLERS, owned=upload, methods=POST),
    "units:receipt": Row(roles=READERS, args=receipt),
    "units:receipt-pdf": Row(roles=READERS, args=receipt),
    "units:material-files": Row(roles=FILLERS, args=material, sees=OWN, methods=BOTH, by="clerk"),
    "units:material-start": Row(
        roles=FILLERS,
        args=material,
        sees=OWN,
        methods=POST,
        data=lambda world, place: ANNOUNCED,
    ),
    "units:material-remove": Row(
        roles=FILLERS,
        args=material,
        sees=OWN,
        methods=POST,
        data=lambda world, place: {"evidence": own_file(world, place)[0]},
    ),
    "units:stamped-files": Row(roles=FILLERS, args=sent, methods=BOTH, by="clerk"),
    "units:stamped-start": Row(
        roles=FILLERS, args=sent, methods=POST, data=lambda world, place: ANNOUNCED
    ),
    "units:stamped-remove": Row(
        roles=FILLERS,
        args=sent,
        methods=POST,
        data=lambda world, place: {"evidence": file_of(world, place, purpose="stamped").code},
    ),
}
