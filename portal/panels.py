"""Menu entries of the ground floor."""

from datetime import timedelta

from portal import desk, reference_tables  # noqa: F401 (registers its tables)
from portal.models import ClockRun, User

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
    seldom=True,
)
desk.entry(
    label="基础数据",
    url_name="portal:reference",
    roles=User.REFERENCE_ROLES,
    section="reference",
    position=70,
    seldom=True,
)
desk.entry(label="账号", url_name="portal:accounts", roles=ADMINS, section="accounts", position=20)
desk.entry(
    label="待授权",
    url_name="portal:account-grants",
    roles=frozenset({R.SECURITY_ADMIN}),
    section="grants",
    position=21,
)
desk.entry(
    label="审计记录",
    url_name="portal:audit",
    roles=frozenset({R.AUDIT_ADMIN}),
    section="audit",
    position=20,
)


@desk.panel(position=10)
def waiting_grants(user, day):
    """Roles that the system administrator proposed, for the one who grants them."""
    if user.role != R.SECURITY_ADMIN:
        return None
    waiting = User.objects.visible_to(user).filter(is_active=True).exclude(proposed_role="")
    total = waiting.count()
    return {"template": "portal/_panel_grants.html", "total": total} if total else None


@desk.panel(position=5)
def silent_clock(user, day):
    """Said in red when nothing that falls due has been done for a day, or part of it failed."""
    if user.role not in user.REFERENCE_ROLES:
        return None
    last = ClockRun.objects.first()
    if last is None or (last.on >= day - timedelta(days=1) and not last.failures):
        return None
    return {"template": "portal/_panel_clock.html", "run": last}
