"""Dates as lists have them: text in many shapes, serial numbers, real dates; and how exact."""

import math
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

SERIAL_DAYS = range(20_000, 80_000)  # 1954 to 2119: no list of titles lies outside
DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
SEPARATED = re.compile(
    r"(\d{4})\s*[-./．／。年－—]\s*(\d{1,2})(?:\s*[-./．／。月－—]\s*(\d{1,2}))?\s*[月日号]?$"
)
YEAR = re.compile(r"(\d{4})\s*年?$")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?$")
CHINESE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?)?$"
)
CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")


class Parsed(NamedTuple):
    """A date (the first day of a month or year known no better), how exact it is, or why not."""

    day: date | None
    precision: str  # day, month, year; empty where there is no date
    fault: str


def parse_date(value):
    """Read a date from text, a serial number or a date; an empty value is no date and no fault."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return Parsed(None, "", "")
    if isinstance(value, datetime):
        return _known(value.date())
    if isinstance(value, date):
        return _known(value)
    if isinstance(value, bool):
        return _unreadable(value)
    if isinstance(value, int | float):
        return _number(value)
    return _text(value.strip())


def _known(day):
    return Parsed(day, "day", "")


def _unreadable(value):
    return Parsed(None, "", f"“{value}”不是日期，请写成 2021-05-03、2021年5月 或 2021年。")


def _number(value):
    if not math.isfinite(value):
        return _unreadable(value)
    if int(value) in SERIAL_DAYS:
        return _known(date(1899, 12, 30) + timedelta(days=int(value)))
    return _text(str(int(value))) if value == int(value) else _unreadable(value)


def _text(text):
    plain = CLOCK.sub("", text.translate(FULL_WIDTH)).strip()
    for pattern in (SEPARATED, COMPACT, YEAR):
        if found := pattern.match(plain):
            return _date(text, *found.groups())
    if found := CHINESE.match(plain):
        return _date(text, *(each and _chinese(each) for each in found.groups()))
    if plain.isdecimal() and int(plain) in SERIAL_DAYS:
        return _number(int(plain))
    return _unreadable(text)


FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def _chinese(numeral):
    """二〇二一 → 2021, 十二 → 12, 三十一 → 31, 五 → 5."""
    if "十" not in numeral:
        return int(numeral.translate(DIGITS))
    tens, _, units = numeral.partition("十")
    digit = lambda text, otherwise: int(text.translate(DIGITS)) if text else otherwise
    return digit(tens, 1) * 10 + digit(units, 0)


def _date(text, year, month=None, day=None):
    year, month_number, day_number = int(year), int(month or 1), int(day or 1)
    if not 1900 <= year <= 2100:
        return Parsed(None, "", f"“{text}”的年份 {year} 不对，请核对。")
    if not 1 <= month_number <= 12:
        return Parsed(None, "", f"“{text}”没有 {month_number} 月，请核对。")
    if not 1 <= day_number <= monthrange(year, month_number)[1]:
        return Parsed(
            None, "", f"“{text}”：{year} 年 {month_number} 月没有 {day_number} 日，请核对。"
        )
    precision = "day" if day else "month" if month else "year"
    return Parsed(date(year, month_number, day_number), precision, "")
