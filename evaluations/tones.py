"""The colour of each state on this floor, in one place."""

from evaluations.models import Assignment, IndexEdition, InspectionRound, SelfCheck

C = SelfCheck.State

SELF_CHECK_TONES = {
    C.NOT_STARTED: "t-off",
    C.FILLING: "t-doing",
    C.SUBMITTED: "t-doing",
    C.RETURNED: "t-mend",
}
LATE = "t-bad"

E = IndexEdition.State

EDITION_TONES = {E.DRAFT: "t-off", E.PUBLISHED: "t-ok", E.RETIRED: "t-off"}

R = InspectionRound.State
A = Assignment.State

INSPECTION_ROUND_TONES = {
    R.PREPARING: "t-off",
    R.SCORING: "t-doing",
    R.FINISHED: "t-ok",
}
ASSIGNMENT_TONES = {
    A.WAITING: "t-off",
    A.SCORING: "t-doing",
    A.SIGNED: "t-ok",
    A.WITHDRAWN: "t-off",
}
