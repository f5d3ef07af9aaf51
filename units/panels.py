"""Menu entries and home-page panels of the first floor."""

from portal import audit_labels, desk
from portal.models import User
from units import (  # noqa: F401 (they register themselves)
    application_panels,
    batch_panels,
    deliberation_panels,
    desk_panels,
    follow_up_panels,
    notice_panels,
    references,
)
from units.filters import due_within
from units.models import Unit
from units.reports import desk_figures
from units.standing import UnitOn
from units.words import ACTS, VALUES

R = User.Role

audit_labels.add(ACTS, VALUES)

desk.entry(
    label="名册",
    url_name="units:register",
    roles=frozenset({R.OFFICER, R.AUDITOR, R.CLERK}),
    section="register",
    position=20,
)

desk.entry(
    label="批次",
    url_name="units:batches",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="batches",
    position=30,
)

desk.entry(
    label="名单导入",
    url_name="units:imports",
    roles=frozenset({R.OFFICER}),
    section="imports",
    position=40,
    seldom=True,
)

desk.entry(
    label="批量建账号",
    url_name="unit-accounts:import",
    roles=frozenset({R.SYSTEM_ADMIN}),
    section="accounts-import",
    position=22,
)


@desk.panel(position=20)
def figures(user, day):
    """How many units and titles, and what runs out, for those who look after a region."""
    if user.role not in user.SUBTREE_ROLES:
        return None
    return {"template": "units/_panel_figures.html", **desk_figures(user, day, due_within())}


@desk.panel(position=30)
def own_units(user, day):
    """A clerk's own unit with its titles."""
    if user.role != R.CLERK:
        return None
    units = Unit.objects.visible_to(user).select_related("category", "region")
    near = due_within()
    stands = [UnitOn(each, day, today=day, due_within=near) for each in units]
    return {"template": "units/_panel_own.html", "stands": stands}
