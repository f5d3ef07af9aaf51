"""What the acts of this floor are called where people read who did what."""

ACTS = {
    "unit.register": "登记单位",
    "unit.rename": "更名",
    "unit.transfer": "划转",
    "unit.merge": "并入",
    "unit.split": "分立",
    "unit.close": "注销",
    "unit.correct": "更正登记内容",
    "unit.edit_contact": "修改联系方式",
    "unit.bind_clerk": "指定填报员",
    "unit.unbind_clerk": "取消指定填报员",
    "designation.add": "登记称号",
    "designation.correct": "更正称号",
    "designation.reverify": "转入复验",
    "designation.restore": "复验通过",
    "designation.revoke": "撤销称号",
    "designation.withdraw": "称号退出",
    "designation.supersede": "称号更替",
    "designation.void": "作废称号",
    "batch.add": "登记批次",
    "batch.correct": "更正批次",
}
