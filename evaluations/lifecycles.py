"""Every state a thing on this floor can be in, and every way it may move."""

from evaluations.access import (
    assessor_of,
    clerk_or_helper,
    officer_over_assignment,
    officer_over_round,
    officer_over_unit,
)
from evaluations.models import Assignment, IndexEdition, InspectionRound, SelfCheck
from portal.lifecycle import Lifecycle, Step

E = IndexEdition.State
C = SelfCheck.State
R = InspectionRound.State
A = Assignment.State

EDITION = Lifecycle(
    IndexEdition,
    Step("publish", "发布", (E.DRAFT,), E.PUBLISHED, officer_over_round),
    Step("retire", "停用", (E.PUBLISHED,), E.RETIRED, officer_over_round, note_required=True),
)

SELF_CHECK = Lifecycle(
    SelfCheck,
    Step("begin", "开始填报", (C.NOT_STARTED, C.RETURNED), C.FILLING, clerk_or_helper),
    Step("submit", "提交", (C.FILLING,), C.SUBMITTED, clerk_or_helper),
    Step("return", "退回", (C.SUBMITTED,), C.RETURNED, officer_over_unit, note_required=True),
)

INSPECTION_ROUND = Lifecycle(
    InspectionRound,
    Step("open", "开始打分", (R.PREPARING,), R.SCORING, officer_over_round),
    Step("finish", "结束并结分", (R.SCORING,), R.FINISHED, officer_over_round),
)

ASSIGNMENT = Lifecycle(
    Assignment,
    Step("start", "开始打分", (A.WAITING,), A.SCORING, assessor_of),
    Step("sign", "签字", (A.SCORING,), A.SIGNED, assessor_of),
    Step(
        "withdraw",
        "撤回",
        (A.WAITING, A.SCORING),
        A.WITHDRAWN,
        officer_over_assignment,
        note_required=True,
    ),
    Step(
        "recuse",
        "声明回避",
        (A.WAITING, A.SCORING),
        A.WITHDRAWN,
        assessor_of,
        note_required=True,
    ),
    Step("restore", "重新派给", (A.WITHDRAWN,), A.WAITING, officer_over_assignment),
)
