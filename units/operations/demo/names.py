"""Invented names on real places: every one says 示例."""

from portal.models import Region

K = Region.Kind
WORDS = [
    *("团结", "兴安", "朝阳", "和谐", "向阳", "草原", "河畔", "民安"),
    *("新风", "同心", "锦绣", "永丰", "红旗", "幸福", "北疆", "石榴籽"),
]
HERDING = {K.GACHA: "嘎查", K.SUMU: "嘎查", K.ETHNIC_SUMU: "嘎查"}
STREETS = frozenset({K.SUBDISTRICT, K.TOWN, K.ZONE})
POSTS = {
    "unit_village": "村委会文书",
    "unit_community": "社区办公室",
    "unit_school": "学校办公室",
    "unit_enterprise": "综合部",
}
OFFICE = "办公室"
PHONE = "0470-0000000"
BRANDS = [
    "石榴籽课堂",
    "邻里同心坊",
    "那达慕广场",
    "红色驿站",
    "草原学堂",
    "同心食堂",
    "民族团结林",
    "暖心驿站",
]
HIGHLIGHTS = [
    "一月一主题活动",
    "结对互助百家",
    "共享书屋",
    "双语服务窗口",
    "非遗手工坊",
    "牧区流动课堂",
]

# category code, share in a hundred, what stands behind 示例, head of the credit code
FORMS = [
    (
        "unit_organ",
        15,
        ["民政局", "教育局", "行政审批局", "人民法院", "文化旅游局", "税务局"],
        "11",
    ),
    ("unit_public_institution", 12, ["人民医院", "图书馆", "蒙医医院", "文化馆", "博物馆"], "12"),
    ("unit_school", 15, ["第一小学", "民族中学", "实验小学", "第二中学", "民族幼儿园"], "12"),
    ("unit_enterprise", 9, ["农牧有限公司", "乳业有限公司", "林业有限公司", "热电有限公司"], "91"),
    ("unit_social_org", 3, ["志愿服务协会", "商会"], "51"),
    ("unit_service_window", 3, ["政务服务大厅", "口岸办证大厅"], "12"),
    ("unit_scenic", 3, ["湿地景区", "森林公园"], "91"),
    ("unit_military", 1, ["边防连"], ""),
    ("unit_religious_venue", 1, ["庙"], ""),
]
LOCAL = [("unit_village", 22), ("unit_community", 16)]


def village_name(county, township, word):
    """鄂伦春自治旗托扎敏乡示例猎民村."""
    ending = HERDING.get(township.kind, "村")
    return f"{county.name}{township.name}示例{word}{ending}"


def community_name(county, street, word):
    return f"{county.name}{street.name}示例{word}社区"


def office_name(place, word, ending):
    return f"{place.name}示例{word}{ending}"


def area_name(region):
    """A region that holds a title, marked as invented."""
    return f"{region.name}（示例）"
