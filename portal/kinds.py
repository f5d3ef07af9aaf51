"""What kind of place a name speaks of: 鄂伦春自治旗 is an autonomous banner, 哈克镇 a town."""

import re

from portal.models import Region

K, L = Region.Kind, Region.Level

PATTERNS = {
    L.PROVINCE: [(r"", K.PROVINCE)],
    L.CITY: [(r"盟$", K.LEAGUE), (r"", K.CITY)],
    L.COUNTY: [
        (r"自治旗$", K.AUTONOMOUS_BANNER),
        (r"旗$", K.BANNER),
        (r"市$", K.COUNTY_CITY),
        (r"县$", K.COUNTY),
        (r"(开发区|管理区|新区|园区|管委会|管理委员会)$", K.ZONE),
        (r"区$", K.DISTRICT),
    ],
    L.TOWNSHIP: [
        (r"街道(办事处)?$", K.SUBDISTRICT),
        (r"镇$", K.TOWN),
        (r"民族苏木乡*$", K.ETHNIC_SUMU),
        (r"苏木乡*$", K.SUMU),
        (r"族乡$", K.ETHNIC_TOWNSHIP),
        (r"乡$", K.TOWNSHIP),
        (r"(公司|矿|集团)$", K.COMPANY),
        (r"(场|苗圃|(种畜|原种)繁[育殖]中心)$", K.FARM),
        (r"([发新园业税作易理范护矿]区|园|工业区（.+）)$", K.ZONE),
        (r"(处|局|中心|所|院)$", K.OFFICE),
    ],
    L.VILLAGE: [
        (r"虚拟|生活区$", K.OTHER),
        (r"(社区|居委会|社区(居民)?委员?会|居民委员?会|社区筹备处)$", K.COMMUNITY),
        (r"(队|分场)$", K.TEAM),
        (r"嘎查(村*(村民|牧民)?委?员?会?)$", K.GACHA),
        (r"(村|村委|村*(村民)?委员?会)$", K.VILLAGE),
        (r"(场|苗圃)$", K.FARM),
        (r"管理区$", K.ZONE),
    ],
}


def region_kind(name, level):
    """The kind a name most likely speaks of; a guess that a person may correct."""
    guesses = (kind for pattern, kind in PATTERNS[L(level)] if re.search(pattern, name))
    return next(guesses, K.OTHER)
