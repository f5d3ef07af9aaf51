"""Geometry of this floor's charts, drawn by templates; each stands beside its table."""

from math import inf

ROW, TOP = 26, 26
LEFT, RIGHT, WIDTH = 150, 620, 640
SHARE_LEFT, SHARE_RIGHT = 300, 560


def leniency_chart(leniency, unit):
    """A dot and its interval for every assessor, about the line at nought; None without any."""
    drawn = [each for each in leniency if each.severity.high < inf]
    if not drawn:
        return None
    ends = [abs(end) for each in drawn for end in (each.severity.low, each.severity.high)]
    reach = max(*ends, 0.5)
    scale = Scale(reach)
    rows = [_dot(each, row, scale) for row, each in enumerate(drawn)]
    return {
        "width": WIDTH,
        "height": TOP + ROW * len(rows) + 6,
        "foot": TOP + ROW * len(rows),
        "zero": scale.x(0),
        "ticks": [{"x": scale.x(tick), "text": _signed(tick)} for tick in ticks(reach)],
        "rows": rows,
        "words": f"各测评人员与同组相比的宽严（{unit}）：" + "，".join(map(_told, drawn)),
    }


class Scale:
    """Points either side of nought to places across the chart."""

    def __init__(self, reach):
        self.reach = reach

    def x(self, value):
        share = (value + self.reach) / (2 * self.reach)
        return round(LEFT + (RIGHT - LEFT) * share, 1)


def ticks(reach):
    """Round numbers on both sides of nought, no more than three a side."""
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
    step = next((each for each in steps if reach / each <= 3), 100)
    number = int(reach / step)
    return [round(step * place, 1) for place in range(-number, number + 1)]


def _signed(value):
    return "0" if value == 0 else f"{value:+g}".replace("-", "−")


def _dot(each, row, scale):
    one = each.severity
    y = TOP + ROW * row + ROW // 2
    return {
        "name": each.name,
        "y": y,
        "text_y": y + 4,
        "low": scale.x(one.low),
        "high": scale.x(one.high),
        "x": scale.x(one.estimate),
        "tone": "stands" if one.stands_out else "",
        "hint": f"{each.name} {_told(each)}",
    }


def _told(each):
    one = each.severity
    return f"{each.name} {one.estimate:+.2f}（{one.low:+.2f} 至 {one.high:+.2f}）"


def stability_chart(around):
    """Bars of how often the units near the line are above it; None where there is no line."""
    if not around:
        return None
    width = SHARE_RIGHT - SHARE_LEFT
    rows = [
        {
            "name": name,
            "y": TOP + ROW * row,
            "text_y": TOP + ROW * row + 16,
            "bar_y": TOP + ROW * row + 7,
            "width": round(width * count / 1000, 1),
            "count": count,
            "low": 200 <= count <= 900,
        }
        for row, (_, name, count) in enumerate(around)
    ]
    above = sum(each.above for each, _, _ in around)
    return {
        "width": WIDTH,
        "height": TOP + ROW * len(rows) + 6,
        "left": SHARE_LEFT,
        "full": width,
        "line_y": TOP + ROW * above if 0 < above < len(rows) else None,
        "count_x": SHARE_RIGHT + 70,
        "rows": rows,
        "words": "重抽千次中在线上的次数：" + "，".join(f"{n} {c} 次" for _, n, c in around),
    }
