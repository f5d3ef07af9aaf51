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
    "inspectionround.add": "建立测评轮次",
    "inspectionround.edit": "修改测评轮次",
    "inspectionround.open": "开始打分",
    "inspectionround.finish": "结束并结分",
    "inspectionround.choose": "选定测评单位",
    "inspectionround.drop": "移出测评单位",
    "inspectionround.schedule": "安排到场日期",
    "inspectionround.assign": "分配测评任务",
    "inspectionround.settle": "结分",
    "teammember.add": "加入测评组",
    "teammember.edit": "修改测评组成员",
    "teammember.remove": "移出测评组",
    "conflict.declare": "声明回避",
    "conflict.remove": "撤销回避声明",
    "assignment.start": "开始给单位打分",
    "assignment.sign": "签字锁定测评表",
    "assignment.withdraw": "撤回测评任务",
    "assignment.recuse": "因回避退回测评任务",
    "assignment.restore": "重新派给测评任务",
    "assignment.add": "派给测评任务",
    "scoresheet.correct": "申请更正测评表",
    "scoresheet.sign_correction": "签字提交更正",
    "scoresheet.approve": "核准更正",
    "scoresheet.refuse": "不同意更正",
    "scoresheet.give_up": "放弃更正",
    "evidence.add": "添加佐证材料",
    "evidence.reuse": "选用已有材料",
    "evidence.remove": "移除佐证材料",
    "evidence.describe": "更改材料名称或日期",
    "evidence.delete": "删除佐证材料",
    "evidence.accept": "采信材料",
    "evidence.withdraw": "取消采信",
}


def moment(at):
    """2026-11-22 17:30, as people here read the clock."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
