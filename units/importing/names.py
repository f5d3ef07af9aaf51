"""Names as printed, made comparable: what is left without script, spaces and suffixes."""

import re
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal
from rapidfuzz.distance import Levenshtein

from portal.text import folded

remembered = lru_cache(maxsize=100_000)
NOISE = str.maketrans("", "", "·•・‧—–-_'\"“”‘’《》〈〉「」『』、，,。.；;:：")
RUBY = re.compile(r"(?<=[\u4e00-\u9fff])[(（][a-zü\u00e0-\u01dc]{1,7}[)）]", re.IGNORECASE)
DOUBLED = re.compile(r"(苏木|镇|乡)乡+$")  # misprints of official tables: 伊和高勒苏木乡乡

VILLAGE, GACHA, COMMUNITY, STREET = "village", "gacha", "community", "street"
GOVERNMENT, BOARD = "government", "board"
GRASSROOTS = frozenset({VILLAGE, GACHA, COMMUNITY})
SUFFIXES = [
    (GACHA, "嘎查村民委员会 嘎查居民委员会 嘎查村委会 嘎查居委会 嘎查委员会 嘎查委会 嘎查村 嘎查"),
    (
        COMMUNITY,
        "社区居民委员会 社区居民委会 社区居委会 社区委员会 社区村委会 社区 居民委员会 居委会",
    ),
    (VILLAGE, "村村民委员会 村民委员会 村民委会 村委员会 村民委 民委会 行政村 村委会 村委 村"),
    (STREET, "街道办事处 街道办 街道"),
    (GOVERNMENT, "人民政府 政府"),
    (BOARD, "管理委员会 管委会"),
]
ENDINGS = sorted(
    ((suffix, kind) for kind, words in SUFFIXES for suffix in words.split()),
    key=lambda pair: -len(pair[0]),
)
BY_LAST = {}
for _suffix, _kind in ENDINGS:
    BY_LAST.setdefault(_suffix[-1], []).append((_suffix, _kind))
# Mongolian words that lists write in several ways; the first stands for all. They only propose.
WRITINGS = """
巴彦 巴音 白音 白彦 巴颜 伯音|宝力格 宝拉格 布拉格 补力格 布力格 宝力皋 宝力高 宝力根 宝拉根
淖尔 诺尔 瑙尔 脑尔|乌苏 乌素|查干 察干 查汗 察汗 察罕 查罕|敖包 鄂博 脑包|浩特 好特 和特
呼和 胡和 库和|哈日 哈拉 喀喇 喀拉|毛都 毛敦 毛道 茂道|塔拉 他拉|希日 锡日 沙日 西日 希拉 锡拉
高勒 郭勒 果勒 髙勒|乌力吉 乌日吉 乌勒吉|胡硕 呼舒 胡舒 霍硕 呼硕|温都尔 温都日 温多尔
额尔敦 额尔德尼 额日敦|宝日 博日 宝尔|吉日嘎郎 吉日嘎朗 吉尔嘎朗 吉尔嘎郎 吉日嘎拉图 吉尔嘎拉
德力格尔 德勒格尔 德力格日|赛罕 赛汗 赛汉|沐沦 木伦 沐伦 牧伦 沐仑 木仁 沐仁|浩来 好来 浩勒
呼热 库热 呼日|都日 都尔|阿日 阿尔|呼都格 呼都嘎 胡都格 呼德格|合少 和少
"""
CANONICAL = {
    word: group.split()[0] for group in re.split(r"[|\n]", WRITINGS) for word in group.split()[1:]
}
WRITTEN = re.compile("|".join(sorted(map(re.escape, CANONICAL), key=len, reverse=True)))
# A difference in one of these is a difference of place: 第一小学 is not 第二小学.
TELLING = frozenset("0123456789一二三四五六七八九十百东西南北中上下前后左右里外大小新老")


@remembered
def key(text):
    """The comparable form of a name as printed."""
    return key_of_folded(folded(without_ruby(text)))


def without_ruby(text):
    """The text without readings that were printed above characters: 民族團(tuán)結(jié)."""
    return RUBY.sub("", text) if "(" in text or "（" in text else text


def key_of_folded(text):
    """The same, of a text that `portal.text.folded` has been over."""
    plain = text.translate(NOISE)
    return DOUBLED.sub(r"\1", plain) if plain.endswith("乡乡") else plain


@remembered
def split_suffix(name):
    """(stem, what kind of body): 吉忽伦图嘎查委员会 → (吉忽伦图, gacha). The kind may be empty."""
    for suffix, kind in BY_LAST.get(name[-1:], ()):
        if name.endswith(suffix) and len(name) > len(suffix):
            stem = name[: -len(suffix)]
            if kind == VILLAGE and stem.endswith("村") and len(stem) > 1:
                stem = stem[:-1]
            return stem, kind
    return name, ""


@remembered
def core(name):
    """What two writings of one name have in common: its stem and the kind of body."""
    if name in ("政府", "人民政府"):
        return "", GOVERNMENT
    return split_suffix(name)


@remembered
def one_writing(stem):
    """The stem with 变体字 brought to one writing."""
    return WRITTEN.sub(lambda found: CANONICAL[found[0]], stem)


@remembered
def syllable(char):
    """A character's commonest reading without tone; what has none stands for itself."""
    readings = PINYIN_DICT.get(ord(char))
    return to_normal(readings.split(",")[0]) if readings else char


@remembered
def sound(stem):
    """How the stem is read."""
    return " ".join(syllable(char) for char in stem)


def likeness(one, other):
    """How alike two stems are, 0 to 100; 0 where what differs tells places apart."""
    if one == other:
        return 100
    if one_writing(one) == one_writing(other):
        return 95
    if len(one) > 1 and sound(one) == sound(other):
        return 92
    return _by_letters(one, other)


def _by_letters(one, other):
    longer = max(len(one), len(other))
    allowed = 0 if longer < 4 else 1 if longer < 8 else 2
    edits = Levenshtein.editops(one, other, score_hint=2) if allowed else None
    if edits is None or len(edits) > allowed or _telling(edits, one, other):
        return 0
    return round(90 * (1 - len(edits) / longer))


def _telling(edits, one, other):
    return any(
        (each.tag != "insert" and one[each.src_pos] in TELLING)
        or (each.tag != "delete" and other[each.dest_pos] in TELLING)
        for each in edits
    )


SEPARATORS = "、；;，,\n"
CLOSING = {"(": ")", "（": "）", "[": "]", "【": "】", "〔": "〕", "“": "”", "《": "》"}
GENERIC = re.compile(r"^(市|旗|县|区|镇|乡|苏木|街道)?(人民)?(政府|委|党委|人大|政协|团委|妇联)")


def split_names(text):
    """The names in one cell, cut at separators outside brackets, and whether one may doubt it."""
    if not any(mark in text for mark in SEPARATORS):
        return [text.strip().strip("。.")] if text.strip() else [], False
    parts = [part.strip().strip("。.") for part in _cut(text)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return parts, False
    unsure = any(len(key(part)) < 3 or GENERIC.match(part) for part in parts[1:])
    return ([text.strip()], True) if unsure else (parts, False)


def _cut(text):
    part, closers = "", []
    for char in text:
        if char in CLOSING:
            closers.append(CLOSING[char])
        elif closers and char == closers[-1]:
            closers.pop()
        if char in SEPARATORS and not closers:
            yield part
            part = ""
        else:
            part += char
    yield part
