"""Arithmetic of titles and the way documents are numbered; plain values in, plain values out."""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.text import simplified
from units.models import Level, TitleKind
from units.models.designation import Designation, DesignationEvent, Status, due_line

NUMBERED = re.compile(r"^(.*?)[〔\[(【〈《<](\d{4})年?[〕\])】〉》>](?:第)?(.+?)号?$")
LONGEST_TITLE = 100
REACH = {
    Level.NATIONAL: "全国",
    Level.REGION: "自治区级",
    Level.CITY: "全市",
    Level.COUNTY: "旗县级",
}


def document_number(text):
    """民委发〔2024〕18号, from whatever brackets, spaces and script it was printed with."""
    plain = simplified(text)
    found = NUMBERED.match(plain)
    return f"{found[1]}〔{found[2]}〕{found[3]}号" if found else plain


def title_text(level, kind):
    """The full title by the naming formula: level, 民族团结进步, kind."""
    if kind.family == TitleKind.Family.OTHER:
        return kind.name
    return f"{REACH[Level(level)]}民族团结进步{kind.name}"


def batch_words(batch, reach=""):
    """全市第七批民族团结进步示范单位, or with the region's name before it; the kind said once."""
    usual = REACH[Level(batch.level)]
    whole = title_text(batch.level, batch.kind).removeprefix(usual)
    return f"{reach or usual}{batch.bare_name}{whole}"


def title_by_rule(rule, *, level, kind, batch, category=None):
    """The full title by a rule's own formula, where it has one.

    A formula is plain text with {年份}, {级别}, {种类}, {批次}, {类别} in it.
    """
    formula = rule.name_format if rule else ""
    if not formula:
        return title_text(level, kind)
    parts = {"级别": REACH[Level(level)], "种类": kind.name, "批次": batch.name}
    parts |= {"类别": category.name if category else "", "年份": str(batch.year or "")}
    for name, words in parts.items():
        formula = formula.replace("{" + name + "}", words)
    return formula[:LONGEST_TITLE]


def rule_for(rules, level, kind, day, category_id=None):
    """The rule of `rules` in force on `day`: one that names category or kind before any other."""
    fitting = [each for each in rules if _fits(each, level, kind, day, category_id)]
    return max(fitting, key=_nearness, default=None)


def _nearness(rule):
    own = rule.starts_on or rule.regulation.starts_on
    return rule.category_id is not None, rule.kind_id is not None, rule.regulation.starts_on, own


def _fits(rule, level, kind, day, category_id):
    meant = rule.kind_id == kind.pk or (rule.kind_id is None and is_demonstration(kind))
    asked = rule.category_id in (None, category_id)
    in_force = _covers(rule.regulation, day) and _covers(rule, day)
    return in_force and meant and asked and rule.level == level


def _covers(period, day):
    begun = period.starts_on is None or period.starts_on <= day
    return begun and (period.ends_on is None or day < period.ends_on)


def is_demonstration(kind):
    """Rules that name no kind speak of 示范区示范单位; honours of other systems have their own."""
    return kind.family == TitleKind.Family.DEMONSTRATION


def term(starts_on, years):
    """The exclusive end of a term of whole years; none where the years are unknown."""
    if not starts_on or not years:
        return None
    ends_on = starts_on + relativedelta(years=years)
    clipped = ends_on.day != starts_on.day  # from 29 February: the month's end still counts
    return ends_on + timedelta(days=1) if clipped else ends_on


def first_day(named_on, named_year):
    """The day a title counts from; of a year alone, its first."""
    return named_on or (date(named_year, 1, 1) if named_year else None)


def title_status(designation, day, due_within, state=None, ends_on=None):
    """The status of a title on `day`; `state` and `ends_on` where they were others then."""
    state = state or designation.state
    if state not in Designation.HOLDING:
        return Status(state)
    starts_on, ends_on = designation.starts_on, ends_on or designation.ends_on
    told = _by_term(starts_on, ends_on, day, due_line(day, due_within))
    return told if told in OUTSIDE or state in Designation.BY_TERM else Status(state)


OUTSIDE = frozenset({Status.PENDING, Status.EXPIRED})


def _by_term(starts_on, ends_on, day, line):
    if starts_on and starts_on > day:
        return Status.PENDING
    if ends_on and ends_on <= day:
        return Status.EXPIRED
    return Status.DUE if ends_on and ends_on < line else Status.VALID


def state_on(designation, events, day):
    """The state after the last of `events` up to `day`; a title entered by mistake never was."""
    if designation.state == Designation.State.VOIDED:
        return designation.state
    counted = [each for each in events if each.verb not in DesignationEvent.BY_CLOCK]
    past = [each for each in counted if each.happened_on <= day]
    last = max(past, key=lambda each: (each.happened_on, each.pk), default=None)
    return last.state if last else Designation.State.ACTIVE


def end_on(designation, events, day):
    """The end its term had on `day`: before what lengthened it later."""
    later = [each for each in events if each.ends_before and each.happened_on > day]
    next_one = min(later, key=lambda each: (each.happened_on, each.pk), default=None)
    return next_one.ends_before if next_one else designation.ends_on


def last_day(ends_on):
    """The last day inside a half-open term, as people read it."""
    return ends_on - timedelta(days=1) if ends_on else None


DIGITS = "零一二三四五六七八九"


def ordinal(number):
    """第十二批, of a number below 100."""
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return f"第{lead}{DIGITS[ones] if ones or not tens else ''}批"
