"""How fast somebody scores, from when each score was saved, and how long the rest will take."""

from datetime import timedelta
from itertools import pairwise
from statistics import median

PAUSE = timedelta(minutes=10)  # a longer gap is a break, a trip or a night, not work on an item
ENOUGH = 5
RECENT = 60
USUAL = timedelta(seconds=45)  # an item, for whoever has not begun


def per_item(moments):
    """Time an item takes this person: the median gap between their latest saves."""
    latest = sorted(moments)[-RECENT:]
    spans = [after - before for before, after in pairwise(latest)]
    worked = [span for span in spans if timedelta(0) < span <= PAUSE]
    if len(worked) < ENOUGH:
        return None
    return timedelta(seconds=median(span.total_seconds() for span in worked))


def time_left(moments, items):
    """(time for so many items, whether it is measured or only the usual)."""
    pace = per_item(moments)
    return (pace or USUAL) * items, pace is not None


def spoken(span):
    """A span of time in words, to the minute; more than an hour to five minutes."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(5 * round(minutes / 5), 60)
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
