"""Every state a thing on this floor can be in, and every way it may move."""

from portal.lifecycle import Lifecycle, Step
from units.access import officer_over_unit
from units.models import Designation

S = Designation.State
HOLDING = (S.ACTIVE, S.REVERIFYING)
ENTERED = (S.ACTIVE, S.REVERIFYING, S.REVOKED, S.WITHDRAWN, S.SUPERSEDED)

DESIGNATION = Lifecycle(
    Designation,
    Step("reverify", "转入复验", (S.ACTIVE,), S.REVERIFYING, officer_over_unit),
    Step("restore", "复验通过", (S.REVERIFYING,), S.ACTIVE, officer_over_unit),
    Step("revoke", "撤销", HOLDING, S.REVOKED, officer_over_unit, note_required=True),
    Step("withdraw", "退出", HOLDING, S.WITHDRAWN, officer_over_unit, note_required=True),
    Step("supersede", "更替", HOLDING, S.SUPERSEDED, officer_over_unit),
    Step("void", "作废", ENTERED, S.VOIDED, officer_over_unit, note_required=True),
)
