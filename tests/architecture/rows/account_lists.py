"""Accounts in bulk, for the system administrator who brings the list."""

from portal.models import AccountIntake, User
from tests.architecture.matrix import Row
from tests.factories import NOON

SYSTEM = frozenset({User.Role.SYSTEM_ADMIN})


def own_list(world, user):
    count = AccountIntake.objects.count()
    made = AccountIntake.objects.create(
        name="名单.xlsx", sha256=f"{count:064d}", made_by=user, made_at=NOON
    )
    return [made.code]


ROWS = {
    "unit-accounts:import": Row(roles=SYSTEM, methods=("get", "post")),
    "unit-accounts:template": Row(roles=SYSTEM),
    "unit-accounts:intake": Row(roles=SYSTEM, owned=own_list),
    "unit-accounts:slips": Row(roles=SYSTEM, owned=own_list, methods=("post",)),
}
