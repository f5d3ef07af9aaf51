"""What a 复验 asks of the unit, and what its figures allow to conclude. Nothing here writes."""

from units.models import Rectification, Reverification

State = Reverification.State
VERBS = ("pass", "rectify", "fail")
LEAST = 100  # characters of a report worth reading
PLEDGES = {
    "true": "报送材料真实、准确，如有不实愿承担责任。",
    "clean": "有效期内没有发生应当撤销称号的情形。",
    "visit": "接受现场复验，并配合查阅资料、走访座谈。",
}


def obstacle(reverification, verb):
    """Why this conclusion can't be drawn from the figures; empty if it can."""
    if verb == "fail":
        return ""
    if reverification.vetoed:
        return "复验有一票否决情形，只能认定不合格。"
    if verb == "rectify":
        return ""
    if reverification.state == State.RECTIFYING:
        return _unmended(reverification)
    return _short(reverification)


def _short(reverification):
    total, line = reverification.total, reverification.pass_line
    if total is not None and line is not None and total < line:
        return f"复验得分 {total:.2f} 低于合格线 {line:.2f}，不能认定合格，可限期整改。"
    if reverification.short:
        return "有单项不达标，不能认定合格，可限期整改。"
    return ""


def _unmended(reverification):
    ordered = reverification.rectifications.order_by("-pk").first()
    if ordered is None or ordered.state == Rectification.State.CLOSED:
        return ""
    if ordered.state == Rectification.State.FAILED:
        return "整改已认定不到位，不能认定合格。"
    return f"整改还没有销号（{ordered.get_state_display()}），销号后再认定合格。"
