"""Every state a thing on this floor can be in, and every way it may move."""

from portal.lifecycle import Lifecycle, Step
from units.access import (
    clerk_of_unit,
    concerned,
    decides,
    decides_title,
    handles_objections,
    holds_desk,
    keeps_batch,
    minds_follow_up,
    nobody,
    officer_over_unit,
    over_designation,
    over_its_unit,
    owns_designation,
)
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
    RectificationExtension,
    Reverification,
)

B = Batch.State
BATCH = Lifecycle(
    Batch,
    Step("open", "启动", (B.DRAFT,), B.OPEN, keeps_batch),
    Step("finish", "完成命名", (B.OPEN,), B.DONE, decides),
    Step("cancel", "取消", (B.DRAFT, B.OPEN), B.CANCELLED, keeps_batch, note_required=True),
)

A = Application.State
APPLICATION = Lifecycle(
    Application,
    Step("submit", "提交", (A.DRAFT, A.RETURNED), A.REVIEWING, clerk_of_unit),
    Step(
        "withdraw",
        "撤回",
        (A.DRAFT, A.RETURNED, A.REVIEWING, A.ACCEPTED),
        A.WITHDRAWN,
        clerk_of_unit,
        note_required=True,
    ),
    Step("return", "退回修改", (A.REVIEWING,), A.RETURNED, holds_desk, note_required=True),
    Step("forward", "同意上报", (A.REVIEWING,), A.REVIEWING, holds_desk),
    Step("accept", "同意受理", (A.REVIEWING,), A.ACCEPTED, holds_desk),
    Step("reject", "不予推荐", (A.REVIEWING,), A.REJECTED, holds_desk, note_required=True),
    Step("propose", "拟命名", (A.ACCEPTED,), A.PROPOSED, decides),
    Step("pass_over", "未入选", (A.ACCEPTED,), A.PASSED_OVER, decides),
    Step("strike", "取消资格", (A.PROPOSED,), A.STRUCK, decides, note_required=True),
    Step("name", "命名", (A.PROPOSED,), A.NAMED, decides),
    Step(
        "reinstate",
        "补充命名",
        (A.PASSED_OVER, A.STRUCK),
        A.NAMED,
        decides,
        note_required=True,
    ),
    Step("annul", "取消命名", (A.NAMED,), A.STRUCK, decides, note_required=True),
)

L = Deliberation.State
DELIBERATION = Lifecycle(
    Deliberation,
    Step("present", "提交会签", (L.DRAFT,), L.SIGNING, decides),
    Step("take_back", "收回修改", (L.SIGNING,), L.DRAFT, decides, note_required=True),
    Step("settle", "审定通过", (L.SIGNING,), L.SETTLED, decides),
)

N = PublicNotice.State
PUBLIC_NOTICE = Lifecycle(
    PublicNotice,
    Step("publish", "发布", (N.DRAFT,), N.OPEN, decides),
    Step("close", "结束公示", (N.OPEN,), N.CLOSED, decides, by_clock=True),
    Step("cancel", "撤下", (N.DRAFT, N.OPEN), N.CANCELLED, decides, note_required=True),
)

J = Objection.State
OBJECTION = Lifecycle(
    Objection,
    Step("handle", "受理", (J.RECEIVED,), J.HANDLING, handles_objections),
    Step("uphold", "认定成立", (J.HANDLING,), J.UPHELD, handles_objections, note_required=True),
    Step(
        "dismiss", "认定不成立", (J.HANDLING,), J.DISMISSED, handles_objections, note_required=True
    ),
)

C = NamingDecision.State
NAMING_DECISION = Lifecycle(
    NamingDecision,
    Step("apply", "生效", (C.DRAFT,), C.APPLIED, decides),
    Step("drop", "作废", (C.DRAFT,), C.DROPPED, decides, note_required=True),
)

S = Designation.State
RUNNING = (S.ACTIVE, S.DUE)
UNDER_WAY = (S.REVERIFYING, S.RECTIFYING)
HOLDING = (*RUNNING, *UNDER_WAY, S.EXPIRED)
ENTERED = (*HOLDING, S.RENEWED, S.REVOKED, S.WITHDRAWN, S.SUPERSEDED)

DESIGNATION = Lifecycle(
    Designation,
    Step("due", "即将到期", (S.ACTIVE,), S.DUE, nobody, by_clock=True),
    Step("expire", "到期", (*RUNNING, *UNDER_WAY), S.EXPIRED, nobody, by_clock=True),
    Step("reset", "更正期限", (S.DUE, S.EXPIRED), S.ACTIVE, officer_over_unit),
    Step("reverify", "转入复验", RUNNING, S.REVERIFYING, officer_over_unit),
    Step("restore", "复验通过", (S.REVERIFYING,), S.ACTIVE, officer_over_unit),
    Step("release", "退出复验", (S.REVERIFYING,), S.DUE, concerned),
    Step("rectify", "责令整改", (*RUNNING, S.REVERIFYING), S.RECTIFYING, officer_over_unit),
    Step("mend", "整改销号", (S.RECTIFYING,), S.ACTIVE, officer_over_unit),
    Step("resume", "整改后继续复验", (S.RECTIFYING,), S.REVERIFYING, officer_over_unit),
    Step("renew", "续期", HOLDING, S.ACTIVE, decides_title),
    Step("succeed", "重新命名", HOLDING, S.RENEWED, decides_title),
    Step("revoke", "撤销", HOLDING, S.REVOKED, decides_title, note_required=True),
    Step("withdraw", "退出", HOLDING, S.WITHDRAWN, officer_over_unit, note_required=True),
    Step("supersede", "更替", HOLDING, S.SUPERSEDED, officer_over_unit),
    Step("void", "作废", ENTERED, S.VOIDED, officer_over_unit, note_required=True),
)

V = Reverification.State
WITH_UNIT = (V.CALLED, V.RETURNED)
UNDECIDED = (*WITH_UNIT, V.APPLIED, V.INSPECTED, V.RECTIFYING)

REVERIFICATION = Lifecycle(
    Reverification,
    Step("apply", "提交申请", WITH_UNIT, V.APPLIED, owns_designation),
    Step("decline", "不再申请", WITH_UNIT, V.DECLINED, owns_designation, note_required=True),
    Step("lapse", "逾期未申请", WITH_UNIT, V.LAPSED, over_designation),
    Step("return", "退回", (V.APPLIED,), V.RETURNED, over_designation, note_required=True),
    Step("inspect", "测评结束", (V.APPLIED,), V.INSPECTED, nobody, by_clock=True),
    Step("pass", "合格", (V.INSPECTED, V.RECTIFYING), V.PASSED, minds_follow_up),
    Step("rectify", "限期整改", (V.INSPECTED,), V.RECTIFYING, minds_follow_up, note_required=True),
    Step(
        "fail",
        "不合格",
        (V.INSPECTED, V.RECTIFYING),
        V.FAILED,
        minds_follow_up,
        note_required=True,
    ),
    Step("end", "终止", UNDECIDED, V.ENDED, over_its_unit),
)

R = Rectification.State
RECTIFICATION = Lifecycle(
    Rectification,
    Step("report", "报送整改结果", (R.OPEN,), R.REPORTED, owns_designation),
    Step("send_back", "退回整改", (R.REPORTED,), R.OPEN, over_designation, note_required=True),
    Step("close", "销号", (R.REPORTED,), R.CLOSED, over_designation),
    Step("fail", "认定不到位", (R.OPEN, R.REPORTED), R.FAILED, minds_follow_up, note_required=True),
    Step("end", "终止", (R.OPEN, R.REPORTED), R.ENDED, over_its_unit),
)

E = RectificationExtension.State
RECTIFICATION_EXTENSION = Lifecycle(
    RectificationExtension,
    Step("grant", "批准延期", (E.ASKED,), E.GRANTED, minds_follow_up),
    Step("refuse", "不予延期", (E.ASKED,), E.REFUSED, minds_follow_up, note_required=True),
)

X = ExitRequest.State
EXIT_REQUEST = Lifecycle(
    ExitRequest,
    Step("take_back", "撤回申请", (X.ASKED,), X.TAKEN_BACK, owns_designation),
    Step("accept", "同意退出", (X.ASKED,), X.ACCEPTED, minds_follow_up),
    Step("refuse", "不同意退出", (X.ASKED,), X.REFUSED, minds_follow_up, note_required=True),
    Step("end", "终止", (X.ASKED,), X.ENDED, over_its_unit),
)
