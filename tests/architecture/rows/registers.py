from django.utils import timezone

from portal.models import SavedFilter
from tests.architecture.matrix import EVERYONE, OFFICERS, READERS, Row
from tests.architecture.world import PLACES, SEES
from units.models import ChangeSet

POST = ("post",)
BOTH = ("get", "post")


def saved(world, user):
    return [SavedFilter.objects.get_or_create(user=user, page="register", name="示例")[0].pk]


def changed(world, user):
    fields = {"kind": ChangeSet.Kind.BULK_EDIT, "summary": "示例", "at": timezone.now()}
    return [ChangeSet.objects.create(actor=user, **fields).pk]


def everything(world, place):
    return {"scope": "all", "act": "export"}


ROWS = {
    "units:register": Row(roles=READERS, finds=True),
    "units:designations": Row(roles=READERS, finds=True),
    "units:register-counts": Row(roles=READERS),
    "units:designations-counts": Row(roles=READERS),
    "units:register-export": Row(roles=READERS, methods=POST, data=everything),
    "units:designations-export": Row(roles=READERS, methods=POST, data=everything),
    "units:expiry-export": Row(roles=READERS, methods=POST, data=everything),
    "units:register-bulk": Row(roles=READERS, methods=POST, data=everything),
    "units:designations-bulk": Row(roles=READERS, methods=POST, data=everything),
    "units:bulk-category": Row(roles=OFFICERS, methods=BOTH),
    "units:options": Row(
        roles=READERS,
        args=lambda world, place: ["region"],
        sees={person: set(PLACES) for person in SEES},
    ),
    "units:changes": Row(roles=OFFICERS),
    "units:change": Row(roles=OFFICERS, owned=changed),
    "units:change-undo": Row(roles=OFFICERS, owned=changed, methods=POST),
    "portal:view-choose": Row(roles=EVERYONE, methods=POST),
    "portal:saved-filter-keep": Row(roles=EVERYONE, methods=POST),
    "portal:saved-filter-drop": Row(roles=EVERYONE, owned=saved, methods=POST),
}
