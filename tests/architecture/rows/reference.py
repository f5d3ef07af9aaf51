"""基础数据: the same rows for everybody who works with them; one officer keeps them."""

from portal.models import Holiday, User
from tests.architecture.matrix import Row
from tests.architecture.world import PEOPLE, PLACES
from tests.factories import TODAY

R = User.Role
READERS = frozenset({R.OFFICER, R.AUDITOR, R.SYSTEM_ADMIN})
EVERYWHERE = {person: set(PLACES) for person in PEOPLE}  # rows that belong to no place


def table_at(world, place):
    return ["holidays"]


def row_at(world, place):
    day, _ = Holiday.objects.get_or_create(day=TODAY, defaults={"name": "示例假日"})
    return ["holidays", day.pk]


ROWS = {
    "portal:reference": Row(roles=READERS),
    "portal:reference-table": Row(roles=READERS, args=table_at, sees=EVERYWHERE),
    "portal:reference-new": Row(
        roles=READERS, args=table_at, sees=EVERYWHERE, methods=("get", "post")
    ),
    "portal:reference-row": Row(
        roles=READERS, args=row_at, sees=EVERYWHERE, methods=("get", "post")
    ),
    "portal:reference-drop": Row(roles=READERS, args=row_at, sees=EVERYWHERE, methods=("post",)),
}
