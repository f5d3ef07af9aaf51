"""审计记录: the audit administrator's alone."""

from portal.audit import record
from portal.models import User
from tests.architecture.matrix import Row
from tests.architecture.world import PLACES
from tests.factories import NOON

READERS = frozenset({User.Role.AUDIT_ADMIN})
WHOLE = {"audit_admin": set(PLACES)}


def line(world, place):
    """A line about a record whose word the page of the line may well show."""
    unit = world.units[place]
    return [record(actor=None, action="unit.correct", target=unit, at=NOON).pk]


def words_of_all(world, person):
    """The log names what was done to what, whatever region it lies in: that is its work."""
    return world.forbidden_to(person) if person == "audit_admin" else set()


ROWS = {
    "portal:audit": Row(roles=READERS, also=words_of_all),
    "portal:audit-export": Row(roles=READERS, methods=("post",)),
    "portal:audit-event": Row(roles=READERS, args=line, sees=WHOLE, also=words_of_all),
}
