"""Geometry of the year chart: lanes are levels, bars are titles. Drawn by a template."""

from datetime import date, timedelta

from units.models import Designation, Level

WIDTH, LEFT, RIGHT, TOP, LANE = 930, 78, 920, 20, 32
FONT = 12  # a Chinese character is about as wide as it is high
BEYOND = timedelta(days=400)  # of the last bar's end, so that its edge is seen
UNKNOWN_END = timedelta(days=365 * 5)
LABELS = {
    Level.NATIONAL: "国家级",
    Level.REGION: "自治区级",
    Level.CITY: "盟市级",
    Level.COUNTY: "旗县级",
}


def year_chart(titles, day):
    """Where each line, word and bar of a unit's titles stands; None where there are none."""
    drawn = [each for each in titles if each.title.starts_on and each.status != "voided"]
    if not drawn:
        return None
    first = min(each.title.starts_on for each in drawn).year
    last = max(max(_end(each) for each in drawn), day) + BEYOND
    scale = Scale(date(first, 1, 1), last)
    tracks = [track for level in Level for track in _tracks(level, drawn)]
    foot = TOP + LANE * len(tracks)
    return {
        "width": WIDTH,
        "height": foot + 6,
        "foot": foot,
        "years": years(scale, first, last.year),
        "lanes": [_lane(tracks, row) for row in range(len(tracks))],
        "bars": [_bar(each, row, scale) for row, (_, bars) in enumerate(tracks) for each in bars],
        "now": scale.x(day),
        "words": words(drawn),
    }


def _tracks(level, drawn):
    """The level's titles in as few rows as keep bars from lying on one another."""
    rows = []
    own = [each for each in drawn if each.title.level == level]
    for each in sorted(own, key=lambda each: each.title.starts_on):
        free = (row for row in rows if _end(row[-1]) <= each.title.starts_on)
        row = next(free, None)
        rows.append([each]) if row is None else row.append(each)
    return [(level, row) for row in rows]


class Scale:
    """Days to places across the chart."""

    def __init__(self, start, end):
        self.start, self.days = start, (end - start).days

    def x(self, day):
        return round(LEFT + (RIGHT - LEFT) * (day - self.start).days / self.days, 1)


def years(scale, first, last):
    """A line every so many years that their numbers do not touch."""
    step = max(1, -(-(last - first) // 10))
    return [{"x": scale.x(date(year, 1, 1)), "year": year} for year in range(first, last + 1, step)]


def _end(each):
    title = each.title
    moves = [move.happened_on for move in title.events.all() if move.state not in HOLDING]
    cut = min((day for day in moves if day <= each.day), default=None)
    return cut or each.ends_on or max(each.day, title.starts_on + UNKNOWN_END)


HOLDING = {state.value for state in Designation.HOLDING}


def _lane(tracks, row):
    """A row's line and, on the first row of a level, its name."""
    level = tracks[row][0]
    is_first = row == 0 or tracks[row - 1][0] != level
    top = TOP + LANE * row
    return {"label": LABELS[level] if is_first else "", "text_y": top + 21, "line_y": top + LANE}


def _bar(each, row, scale):
    x = scale.x(each.title.starts_on)
    width = max(round(scale.x(_end(each)) - x, 1), 3)
    batch = each.title.batch.name if each.title.batch else str(each.title.named_year or "")
    text = f"{batch} {each.label}"
    return {
        "x": x,
        "y": TOP + LANE * row + 5,
        "width": width,
        "tone": each.tone,
        "text": text if _fits(text, width) else batch if _fits(batch, width) else "",
        "text_x": x + 8,
        "text_y": TOP + LANE * row + 20,
        "hint": f"{each.title.title} {each.label}",
    }


def _fits(text, width):
    needed = sum(FONT if ord(char) > 255 else FONT * 0.6 for char in text)
    return needed + 12 <= width


def words(drawn):
    """The chart for those who do not see it."""
    told = [
        f"{LABELS[each.title.level]}{each.title.starts_on.year} 年起{each.label}" for each in drawn
    ]
    return "称号年表：" + "，".join(told)
