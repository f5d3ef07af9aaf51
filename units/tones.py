"""The colour of each state, in one place; the words stand beside the states themselves."""

from units.models import (
    Application,
    Batch,
    Deliberation,
    Designation,
    ExitRequest,
    NamingDecision,
    Objection,
    PublicNotice,
    Rectification,
    Reverification,
)

Status = Designation.Status

TITLE_TONES = {
    Status.VALID: "t-ok",
    Status.DUE: "t-due",
    Status.REVERIFYING: "t-doing",
    Status.RECTIFYING: "t-mend",
    Status.PENDING: "t-off",
    Status.EXPIRED: "t-off",
    Status.RENEWED: "t-off",
    Status.REVOKED: "t-bad",
    Status.WITHDRAWN: "t-off",
    Status.SUPERSEDED: "t-off",
    Status.VOIDED: "t-off",
}
UNIT_CLOSED = "t-off"

B, A, L = Batch.State, Application.State, Deliberation.State
BATCH_TONES = {B.DRAFT: "t-due", B.OPEN: "t-doing", B.DONE: "t-ok", B.CANCELLED: "t-off"}
APPLICATION_TONES = {
    A.DRAFT: "t-off",
    A.REVIEWING: "t-doing",
    A.RETURNED: "t-mend",
    A.ACCEPTED: "t-doing",
    A.PROPOSED: "t-doing",
    A.NAMED: "t-ok",
    A.PASSED_OVER: "t-off",
    A.STRUCK: "t-bad",
    A.REJECTED: "t-bad",
    A.WITHDRAWN: "t-off",
}
LEFT_OVER_TONE = "t-off"


def application_tone(application):
    """The colour of what is told of an application."""
    return LEFT_OVER_TONE if application.is_left_over else APPLICATION_TONES[application.state]


DELIBERATION_TONES = {L.DRAFT: "t-due", L.SIGNING: "t-doing", L.SETTLED: "t-ok"}

N, J, C = PublicNotice.State, Objection.State, NamingDecision.State
NOTICE_TONES = {N.DRAFT: "t-due", N.OPEN: "t-doing", N.CLOSED: "t-ok", N.CANCELLED: "t-off"}
OBJECTION_TONES = {
    J.RECEIVED: "t-due",
    J.HANDLING: "t-doing",
    J.UPHELD: "t-bad",
    J.DISMISSED: "t-off",
}
DECISION_TONES = {C.DRAFT: "t-due", C.APPLIED: "t-ok", C.DROPPED: "t-off"}

V, R = Reverification.State, Rectification.State
REVERIFICATION_TONES = {
    V.CALLED: "t-due",
    V.APPLIED: "t-doing",
    V.RETURNED: "t-mend",
    V.INSPECTED: "t-doing",
    V.RECTIFYING: "t-mend",
    V.PASSED: "t-ok",
    V.FAILED: "t-bad",
    V.DECLINED: "t-off",
    V.LAPSED: "t-off",
    V.ENDED: "t-off",
}
RECTIFICATION_TONES = {
    R.OPEN: "t-mend",
    R.REPORTED: "t-doing",
    R.CLOSED: "t-ok",
    R.FAILED: "t-bad",
    R.ENDED: "t-off",
}
X = ExitRequest.State
EXIT_REQUEST_TONES = {
    X.ASKED: "t-due",
    X.ACCEPTED: "t-off",
    X.REFUSED: "t-bad",
    X.TAKEN_BACK: "t-off",
    X.ENDED: "t-off",
}
OVERDUE = "t-bad"
