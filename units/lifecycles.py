"""Every state a thing on this floor can be in, and every way it may move."""

from portal.lifecycle import Lifecycle, Step
from units.access import (
    clerk_of_unit,
    decides,
    holds_desk,
    keeps_batch,
    minds_follow_up,
    officer_over_unit,
    over_designation,
    owns_designation,
)
from units.models import (
    Application,
    Batch,
    Deliberation,
    Designation,
    NamingDecision,
    Objection,
    PublicNotice,
    Rectification,
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
    Step("close", "结束公示", (N.OPEN,), N.CLOSED, decides),
    Step("cancel", "撤下", (N.DRAFT, N.OPEN), N.CANCELLED, decides, note_required=True),
)

J = Objection.State
OBJECTION = Lifecycle(
    Objection,
    Step("handle", "受理", (J.RECEIVED,), J.HANDLING, decides),
    Step("uphold", "认定成立", (J.HANDLING,), J.UPHELD, decides, note_required=True),
    Step("dismiss", "认定不成立", (J.HANDLING,), J.DISMISSED, decides, note_required=True),
)

C = NamingDecision.State
NAMING_DECISION = Lifecycle(
    NamingDecision,
    Step("apply", "生效", (C.DRAFT,), C.APPLIED, decides),
    Step("drop", "作废", (C.DRAFT,), C.DROPPED, decides, note_required=True),
)

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

V = Reverification.State
REVERIFICATION = Lifecycle(
    Reverification,
    Step("apply", "提交申请", (V.CALLED, V.RETURNED), V.APPLIED, owns_designation),
    Step("decline", "不再申请", (V.CALLED, V.RETURNED), V.DECLINED, owns_designation),
    Step("return", "退回", (V.APPLIED,), V.RETURNED, over_designation, note_required=True),
    Step("inspect", "测评结束", (V.APPLIED,), V.INSPECTED, minds_follow_up),
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
)

R = Rectification.State
RECTIFICATION = Lifecycle(
    Rectification,
    Step("report", "报送整改结果", (R.OPEN,), R.REPORTED, owns_designation),
    Step("send_back", "退回整改", (R.REPORTED,), R.OPEN, over_designation, note_required=True),
    Step("close", "销号", (R.REPORTED,), R.CLOSED, over_designation),
    Step("fail", "认定不到位", (R.OPEN, R.REPORTED), R.FAILED, minds_follow_up, note_required=True),
)
