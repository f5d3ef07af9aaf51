"""Menu entries of the ground floor."""

from portal import desk
from portal.models import User

R = User.Role
EVERYONE = frozenset(R.values)
OFFICE = frozenset({R.OFFICER, R.AUDITOR})
ADMINS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN})

desk.entry(label="工作台", url_name="portal:home", roles=EVERYONE, section="home", position=10)
desk.entry(
    label="行政区划",
    url_name="portal:regions",
    roles=OFFICE | ADMINS,
    section="regions",
    position=60,
)
