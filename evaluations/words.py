"""What the acts of this floor are called, and how its moments are written."""

from django.utils import timezone

ACTS = {
    "indexedition.draft": "起草测评体系",
    "indexedition.copy": "复制测评体系",
    "indexedition.publish": "发布测评体系",
    "indexedition.retire": "停用测评体系",
    "selfcheckround.open": "发起自查",
    "selfcheckround.widen": "补充自查单位",
    "selfcheckround.extend": "延长自查时间",
    "selfcheckround.close": "结束自查",
    "selfcheckround.urge": "催办自查",
    "selfcheck.begin": "开始自查填报",
    "selfcheck.help": "代填自查",
    "selfcheck.carry": "带入往年填报",
    "selfcheck.submit": "提交自查",
    "selfcheck.return": "退回自查",
    "selfcheck.export": "导出自查名单",
}


def moment(at):
    """2026-11-22 17:30, as people here read the clock."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
