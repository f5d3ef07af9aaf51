"""How certificates are numbered and worded; plain values in, plain values out."""

from awards.models import Certificate
from portal.text import folded
from units.models import Level
from units.rules import REACH, last_day

FALLBACK = "{地区}民团证〔{年份}〕{序号}号"
PLACE = "{序号}"
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
R = Certificate.Reason


def stem_of(formula, *, region, year, batch, level, kind, category):
    """The number without its place, which only the counter knows: what makes a series."""
    formula = formula or FALLBACK
    parts = {
        "地区": region.name if region else "全国",
        "年份": f"{year}",
        "批次": batch.name if batch else "",
        "级别": REACH[Level(level)],
        "种类": kind.name,
        "类别": category.name if category else "",
    }
    for name, words in parts.items():
        formula = formula.replace("{" + name + "}", words)
    return formula if PLACE in formula else formula + PLACE


def number_of(stem, position):
    """呼伦贝尔市民团证〔2026〕0138号."""
    return stem.replace(PLACE, f"{position:04d}")


def number_key(text):
    """A number as people type it, made comparable: letters, digits and characters alone."""
    return "".join(each for each in folded(text) if each.isalnum())[:120]


def unit_key(text):
    """A unit's name made comparable."""
    return folded(text)[:200]


def chinese_date(day):
    """二〇三一年十二月十九日."""
    return f"{str(day.year).translate(DIGITS)}年{_small(day.month)}月{_small(day.day)}日"


def _small(number):
    """Up to thirty-one: 九, 十, 十二, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else str(tens).translate(DIGITS)) + "十" if tens else ""
    return lead + (str(ones).translate(DIGITS) if ones else "")


def worded(formula, *, batch_name="", ends_on=None):
    """A template's text with its two variables filled in; nothing else is understood."""
    until = chinese_date(last_day(ends_on)) if ends_on else ""
    return formula.replace("{批次}", batch_name).replace("{有效期}", until)


def texts_of(template, *, wording, batch_name, ends_on):
    """(text before the title, text after it) for a naming, a new naming or a longer term."""
    bodies = {R.ANEW: template.body_anew, R.RENEWED: template.body_renewed}
    body = bodies.get(wording, template.body)
    closing = template.closing_renewed if wording == R.RENEWED else template.closing
    closing = closing if ends_on else template.closing_open
    words = {"batch_name": batch_name, "ends_on": ends_on}
    return worded(body, **words), worded(closing, **words)
