"""Cells of an index: points, codes, lists; a value that cannot be read says why."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from cn2an import cn2an

KINDS = {
    "区间打分": "range",
    "区间": "range",
    "打分": "range",
    "按次计分": "occurrence",
    "按次": "occurrence",
    "清单计分": "checklist",
    "清单": "checklist",
    "比例达标": "threshold",
    "比例": "threshold",
    "加分": "bonus",
    "扣分": "deduction",
    "减分": "deduction",
    "一票否决": "veto",
    "否决": "veto",
}
TIERS = {
    "一级指标": "section",
    "一级": "section",
    "二级指标": "group",
    "二级": "group",
    "测评要点": "item",
    "要点": "item",
    "三级指标": "item",
    "三级": "item",
}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
VETO = re.compile(r"否决")
BETWEEN = re.compile(r"[、，,；;/+\n]+")
LINES = re.compile(r"[；;|\n]+")
BAND = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*[:=得]\s*(\d+(?:\.\d+)?)")
PRINTED = re.compile(r"[(（]\s*(?:共|满分|计)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）]\s*$")
CHINESE = re.compile(
    r"^[(（]?([一二三四五六七八九十]{1,3})[)）]?[、.．\s]\s*(?=\S)|^[(（]([一二三四五六七八九十]{1,3})[)）]\s*"
)
PLAIN = re.compile(r"^(\d{1,2})\s*[、.．]\s*(?=[^\d])")
LETTERED = re.compile(
    r"^([A-Za-z]{1,3}\d+(?:[.．-]\d+)*|\d+(?:[.．-]\d+)+|\d+)(?:[、．]|\s)\s*(?=\S)"
)


def words(value):
    """A cell as text, its lines kept."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def half(text):
    return unicodedata.normalize("NFKC", text)


def points(value):
    """(number, fault): points as written, in half or full width, with or without 分."""
    if isinstance(value, bool) or hasattr(value, "isoformat"):
        return None, f"“{_shown(value)}”是日期或是非值，不是分值，请写成数字"
    text = half(words(value)).replace("−", "-").replace("－", "-").removesuffix("分").strip()
    if not NUMBER.fullmatch(text):
        return None, f"“{words(value)[:20]}”不是分值，请只写数字"
    try:
        number = Decimal(text).quantize(Decimal("0.0001")).normalize()
    except InvalidOperation:
        return None, f"“{words(value)[:20]}”过大，请核对"
    return _bounded(number, text)


def _bounded(number, text):
    if abs(number) >= 10_000:
        return None, f"“{text}”过大，请核对"
    if number != number.quantize(Decimal("0.01")):
        return None, f"“{text}”的小数多于两位，请核对"
    return number + 0, ""


def _shown(value):
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else ("是" if value else "否")


def is_veto(value):
    """一票否决 written where points are expected."""
    return bool(VETO.search(words(value)))


def code(value):
    """A code in half width without spaces."""
    return re.sub(r"\s+", "", half(words(value)))


def split_list(value):
    """Methods: words divided by any of the usual marks."""
    return [each.strip() for each in BETWEEN.split(words(value)) if each.strip()]


def lines(value):
    """A checklist: one entry a line, or divided by semicolons."""
    return [each.strip() for each in LINES.split(words(value)) if each.strip()]


def bands(value):
    """(pairs, fault): 95:10；90:7 as [["95", "10"], …], highest first."""
    parts = lines(value)
    found = [BAND.search(half(each)) for each in parts]
    if not all(found):
        return [], f"“{words(value)[:20]}”看不出分档，请写成“95:10；90:7”（比例:分值）"
    pairs = [[match[1], match[2]] for match in found]
    return sorted(pairs, key=lambda pair: -Decimal(pair[0])), ""


def block(value):
    """(code, text, printed points) of the cell of a 一级 or 二级指标."""
    text = " ".join(words(value).split())
    printed = PRINTED.search(half(text))
    if printed:
        text = PRINTED.sub("", half(text) if "（" not in text else text).strip()
    own, text = _numbered(text)
    return own, text, Decimal(printed[1]) if printed else None


def _numbered(text):
    chinese = CHINESE.match(text)
    if chinese:
        return str(cn2an(chinese[1] or chinese[2], "smart")), text[chinese.end() :].strip()
    plain = LETTERED.match(half(text)) or PLAIN.match(half(text))
    if plain and len(half(text)) == len(text):
        return half(plain[1]), text[plain.end() :].strip()
    return "", text


def item(value):
    """(code, text) of a 要点 that begins with a code of several parts: 1.1 学习."""
    text = words(value)
    match = LETTERED.match(half(text)) if len(half(text)) == len(text) else None
    if match and re.search(r"[.-]|[A-Za-z]", match[1]):
        return half(match[1]), text[match.end() :].strip()
    return "", text
