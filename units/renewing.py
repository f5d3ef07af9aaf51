"""What passing a 复验 would mean for a title, in words, before anybody decides."""

from units.models import HonourRule
from units.rules import last_day, term


def renewal_words(turn, rule):
    """One sentence; what is missing where it can't be said."""
    title = turn.designation
    if not turn.renews:
        return f"合格后称号恢复有效，有效期不变（至 {last_day(title.ends_on) or '未定'}）。"
    if not rule.term_years:
        return "评选条件没有写称号有效年数，补上后才能续期。"
    if rule.renewal == HonourRule.Renewal.NEW_TITLE:
        return f"合格后以续期决定重新命名，自决定之日起 {rule.term_years} 年，原称号同日结束。"
    if title.ends_on is None:
        return "称号没有填有效期，更正后才能续期。"
    ends_on = last_day(term(title.ends_on, rule.term_years))
    return f"合格后有效期延长 {rule.term_years} 年，至 {ends_on}。"
