"""The colour of each state on this floor, in one place."""

from evaluations.models import SelfCheck

C = SelfCheck.State

SELF_CHECK_TONES = {
    C.NOT_STARTED: "t-off",
    C.FILLING: "t-doing",
    C.SUBMITTED: "t-doing",
    C.RETURNED: "t-mend",
}
LATE = "t-bad"
