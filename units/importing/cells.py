"""Single cells of a list: level, batch, year, and the words that say a title is not yet given."""

import re
from dataclasses import dataclass

import cn2an

from portal.text import folded
from units.importing.fields import text_of
from units.importing.names import remembered
from units.models.level import Level

LEVEL_WORDS = {
    Level.NATIONAL: "国家级 国家 全国 全国级 中央 部级 国家民委 national",
    Level.REGION: "自治区级 自治区 省级 省部级 省 全区 全省 省(区)级 省区级 内蒙古自治区级 region",
    Level.CITY: "盟市级 盟市 市级 盟级 市 全市 全盟 地市级 州级 地区级 city",
    Level.COUNTY: "旗县级 旗县 旗县区级 县级 旗级 区县级 县区级 旗县市区级 county",
}
LEVELS = {folded(word): level for level, words in LEVEL_WORDS.items() for word in words.split()}
PROPOSED = "拟命名|拟入选|拟推荐|拟表彰|拟认定|拟授予|拟评定|未命名|尚非命名"
LISTED = f"{PROPOSED}|候选|推荐名单|推荐对象|验收对象|公示"
NOT_NAMED = {  # what says “not yet” depends on where it stands: 推荐单位 in a remark says nothing
    "kind": re.compile(f"{LISTED}|推荐|申报"),
    "batch": re.compile(f"{LISTED}|推荐|申报"),
    "source": re.compile(LISTED),
    "remark": re.compile(PROPOSED),
}
HEAD_OF_TITLE = re.compile(
    "^(?:全国|全区|全市|全盟|全旗|全县|国家级|自治区级|省级|盟市级|市级|旗县级|内蒙古自治区)?"
    "民族团结进步(?=.)"
)
NUMBERED = re.compile(r"第?([0-9]{1,3}|[零〇一二两三四五六七八九十百]{1,5})(批|届|次|轮)?")
FIRST = {"首批": (1, "批"), "首届": (1, "届"), "首次": (1, "次")}
YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?年?度?")


@dataclass(frozen=True)
class BatchWord:
    """A batch as printed, its one name, and its number where it has one."""

    printed: str
    name: str
    number: int | None


@remembered
def level_of(value):
    """The level a cell names; None where it names none, "" where the cell is blank."""
    text = folded(text_of(value))
    return LEVELS.get(text) if text else ""


@remembered
def not_named(where, text):
    """The words in this column that say a title has only been proposed; empty if none."""
    found = NOT_NAMED[where].search(folded(text))
    return found[0] if found else ""


@remembered
def batch_of(value):
    """第十二批, 12批 and 12 are one batch; 首批 is the first. None where the cell is blank."""
    printed = text_of(value)
    text = folded(printed)
    if not text:
        return None
    number, unit = FIRST.get(text) or _numbered(text)
    name = f"第{cn2an.an2cn(number)}{unit}" if number else printed
    return BatchWord(printed, name, number)


def _numbered(text):
    found = NUMBERED.fullmatch(text)
    if not found:
        return None, ""
    number = int(found[1]) if found[1].isdigit() else _from_chinese(found[1])
    return number or None, found[2] or "批"


def _from_chinese(text):
    try:
        return int(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except ValueError:
        return None


@remembered
def year_of(value, today):
    """(year, fault): a year from 1949 to now, or the sentence saying why the cell is none."""
    text = folded(text_of(value))
    if not text:
        return None, ""
    found = YEAR.fullmatch(text)
    year = int(found[1]) if found else None
    if year is None or not 1949 <= year <= today.year:
        return None, f"年份“{text_of(value)}”看不懂，应为 1949 至 {today.year} 的四位年份。"
    return year, ""


@remembered
def kind_key(text):
    """A kind of title as printed, made comparable: without what stands around the kind itself."""
    plain = folded(text_of(text)).replace("“", '"').replace("”", '"')
    return HEAD_OF_TITLE.sub("", re.sub(r"\((其他荣誉)[^)]*\)$", "", plain))


def kind_forms(kinds):
    """{comparable form: kind id} of every name and printed form of the kinds."""
    forms = {}
    for pk, name, printed in kinds:
        for word in (name, *printed):
            forms.setdefault(kind_key(word), pk)
    return forms
