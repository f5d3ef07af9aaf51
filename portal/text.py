"""Text as people type it, made comparable; only for matching, names are kept as printed."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
SPACES = re.compile(r"[\s\u200b\ufeff]+")


@cache
def _simplifier():
    return OpenCC("t2s")


def simplified(text):
    """Full width to half width, Traditional to Simplified, no spaces; letters keep their case."""
    half = unicodedata.normalize("NFKC", storable(text or ""))
    return _simplifier().convert(SPACES.sub("", half))


def folded(text):
    """As simplified, and in lower case."""
    return simplified(text).lower()


def storable(text):
    """Text without the one character that PostgreSQL takes neither in a row nor in a question."""
    return text.replace("\0", "")


def printable(text):
    """Text without the signs that no document may hold; line breaks and tabs stay."""
    return CONTROLS.sub("", text)


def initials(text):
    """Pinyin initials: 海拉尔区 → hlrq; letters and digits stay as they are.

    尔 ends Mongolian names as an r (Hailar), and is typed so.
    """
    return _letters(text).replace("尔", "r")


def initial_forms(text):
    """Every way in which initials are typed: 尔 as r, and as the e of its pinyin."""
    letters = _letters(text)
    return {letters.replace("尔", "r"), letters.replace("尔", "e")}


def _letters(text):
    parts = folded(text).split("尔")
    return "尔".join("".join(lazy_pinyin(part, style=Style.FIRST_LETTER)).lower() for part in parts)
