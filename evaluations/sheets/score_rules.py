"""How an item is to be scored, in words for a person and as a validation for the cell."""

from evaluations.rules.items import MOST_DEDUCTED
from evaluations.sheets.cells import NO, YES, number_text


def how_scored(indicator, item):
    """What stands in the column 计分方式."""
    step, full = number_text(item.step), number_text(item.points)
    told = {
        "range": f"0 至 {full} 分，{step} 分一档",
        "occurrence": f"每次 {number_text(item.each)} 分，最多 {full} 分",
        "checklist": f"{item.checklist} 条，全部符合 {full} 分",
        "threshold": _bands(item),
        "bonus": f"加分，最多 {full} 分",
        "deduction": f"扣分，每次 {number_text(item.each)} 分",
        "veto": "一票否决，触发选“是”",
    }[item.kind]
    ticks = "；".join(indicator.checklist) if item.kind == "checklist" else ""
    return f"{told}（{ticks}）" if ticks else told


def _bands(item):
    told = [f"达到 {number_text(line)}% 得 {number_text(points)} 分" for line, points in item.bands]
    return "，".join([*told, "其余 0 分"])


def choices(item):
    """Values of a drop-down; none where a number is typed."""
    if item.kind == "veto":
        return [YES, NO]
    if item.kind == "threshold":
        return [*(number_text(points) for _, points in item.bands), "0"]
    return []


def _bounds(item):
    """(step, most) of a typed score, as score_fault() holds it; a deduction goes by occurrences."""
    if item.kind == "deduction":
        return item.each or item.step, item.points or MOST_DEDUCTED
    return item.step, item.points


def validation(item, cell):
    """The cell's validation, with what to do instead."""
    listed = choices(item)
    if listed:
        return {
            "validate": "list",
            "source": listed,
            "error_title": "请从列表中选择",
            "error_message": f"只能填：{'、'.join(listed)}。",
        }
    step, full = map(number_text, _bounds(item))
    whole = f"ABS({cell}/{step}-ROUND({cell}/{step},0))<0.000001"
    limits = f"0 到 {full} 之间"
    return {
        "validate": "custom",
        "value": f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<={full},{whole})",
        "input_title": item.code,
        "input_message": f"{limits}，{step} 分一档。",
        "error_title": "分值不对",
        "error_message": f"请填{limits}、{step} 的倍数。",
    }
