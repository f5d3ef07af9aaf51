"""Who the demonstration accounts are, and what each is worth signing in for."""

from portal.models import User

R = User.Role
HAILAR, MOQI, EWENKI = "150702", "150722", "150724"
COUNTIES = [  # 旗市区 with the user names of their officers and assessors
    ("海拉尔区", HAILAR, "hailaer"),
    ("莫旗", MOQI, "moqi"),
    ("鄂温克旗", EWENKI, "ewenke"),
    ("阿荣旗", "150721", "arong"),
    ("陈巴尔虎旗", "150725", "chenbaerhu"),
    ("牙克石市", "150782", "yakeshi"),
    ("扎兰屯市", "150783", "zhalantun"),
    ("额尔古纳市", "150784", "eerguna"),
    ("扎赉诺尔区", "150703", "zhalainuoer"),
    ("鄂伦春旗", "150723", "elunchun"),
    ("新巴尔虎左旗", "150726", "xinzuo"),
    ("新巴尔虎右旗", "150727", "xinyou"),
    ("满洲里市", "150781", "manzhouli"),
    ("根河市", "150785", "genhe"),
]
ASSESSED = 8  # of these an assessor comes: they don't score there, except in the first round

# user name, name, role, region code, may sign
PEOPLE = [
    ("zizhiqu-shenhe", "自治区审核人员", R.OFFICER, "150000", False),
    ("shi-shenhe", "市级审核人员", R.OFFICER, "150700", False),
    ("shi-qianfa", "市级分管领导", R.OFFICER, "150700", True),
    ("xuanchuan-qianfa", "市委宣传部签发人员", R.OFFICER, "150700", True),
    ("tongzhan-qianfa", "市委统战部签发人员", R.OFFICER, "150700", True),
    ("tiaoxian-shenhe", "市直机关推荐经办", R.OFFICER, "150700", False),
    *(
        (f"qi-shenhe-{word}", f"{name}审核人员", R.OFFICER, code, False)
        for name, code, word in COUNTIES
    ),
    ("ceping", "测评人员", R.ASSESSOR, "150700", False),
    *(
        (f"ceping-{number}", f"{name}测评人员", R.ASSESSOR, code, False)
        for number, (name, code, _) in enumerate(COUNTIES[:ASSESSED], start=2)
    ),
    ("shenji", "审计人员", R.AUDITOR, "150700", False),
    ("xitong-guanli", "系统管理员", R.SYSTEM_ADMIN, "150700", False),
    ("anquan-baomi", "安全保密管理员", R.SECURITY_ADMIN, "150700", False),
    ("anquan-shenji", "安全审计员", R.AUDIT_ADMIN, "150700", False),
]

# user name, 旗市区, kind of township: its officer looks after the first of that kind
TOWNSHIPS = [
    ("sumu-shenhe", EWENKI, "sumu"),
    ("zhen-shenhe", MOQI, "town"),
    ("jiedao-shenhe", HAILAR, "subdistrict"),
]

LOOK = {  # what there is to see, by user name
    "zizhiqu-shenhe": "全区台账和各盟市进度，只读下级办理过程",
    "shi-shenhe": "“审核”里待受理、有不同意见和逾期的申报；批次、公示、异议；筹备中的下一批",
    "shi-qianfa": "审定、公示、命名决定；复验结论和整改；基础数据",
    "xuanchuan-qianfa": "“审定”里有一份名单等市委宣传部会签",
    "tongzhan-qianfa": "已会签的名单：会签记录和名单摘要",
    "tiaoxian-shenhe": "经市直机关推荐的申报，条线经办",
    "qi-shenhe-hailaer": "待办里改动重报的、等了半个月的；社区名额已满，再推荐会被拒绝",
    "qi-shenhe-moqi": "代尼尔基镇经办（受托代办），报批意见和推荐排序",
    "qi-shenhe-ewenke": "推荐名单，苏木报上来的嘎查",
    "sumu-shenhe": "苏木的待办：几份刚提交的申报",
    "zhen-shenhe": "正在请假，审核已委托旗里代办",
    "jiedao-shenhe": "街道的待办，一份退回后改动重报",
    "ceping": "打分任务和测评表",
    "shenji": "台账、批次、测评结果，只读和导出",
    "xitong-guanli": "账号和登录码",
    "anquan-baomi": "授权和系统设置",
    "anquan-shenji": "审计日志和校验",
    "tianbao-fuyan": "复验申请、整改、退出申请",
    "tianbao-caogao": "申报草稿：还差几项，可接着填",
    "tianbao-shangbao": "已提交，在苏木审核，轮到谁一看便知",
    "tianbao-tuihui": "退回修改：逐节意见",
    "tianbao-chongbao": "改动重报：前后对照",
    "tianbao-shouli": "已受理，等待测评和审定",
    "tianbao-burong": "不予推荐的理由",
    "tianbao-chehui": "已撤回，仍可重新申报",
    "tianbao-gongshi": "正在公示，有一件异议",
    "tianbao-mingming": "两年前命名的称号和证书",
    "tianbao-duojia": "一人替几家单位填报：草稿、退回、审核中各一家",
    "tianbao-daoqi": "还有 7 天到期的称号",
}


def look_of(username):
    """What to look at as this person; a county's officer and an assessor see their own desks."""
    if username in LOOK:
        return LOOK[username]
    if username.startswith("qi-shenhe-"):
        return "本旗市区的待办、推荐名单和名额"
    if username.startswith("ceping-"):
        return "本人的打分任务"
    return "本单位的称号、自查和可以申报的批次" if username.startswith("tianbao-") else ""
