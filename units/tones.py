"""The colour of each state, in one place; the words stand beside the states themselves."""

from units.models import Designation

Status = Designation.Status

TITLE_TONES = {
    Status.VALID: "t-ok",
    Status.DUE: "t-due",
    Status.REVERIFYING: "t-doing",
    Status.PENDING: "t-off",
    Status.EXPIRED: "t-off",
    Status.REVOKED: "t-bad",
    Status.WITHDRAWN: "t-off",
    Status.SUPERSEDED: "t-off",
    Status.VOIDED: "t-off",
}
UNIT_CLOSED = "t-off"
