"""Columns of the list of decisions, and of one decision's own list."""

from portal.lists import Column
from units.models import NamingDecision
from units.rules import last_day
from units.tones import DECISION_TONES

DECISIONS = (
    Column(
        "title",
        "标题",
        lambda each: each.title,
        url=NamingDecision.get_absolute_url,
        css="first",
        width=44,
        fixed=True,
    ),
    Column("document_no", "文号", lambda each: each.document_no, width=24, css="nowrap"),
    Column("kind", "种类", NamingDecision.get_kind_display, sort="kind", css="hide-phone nowrap"),
    Column(
        "batch",
        "批次",
        lambda each: each.batch and str(each.batch),
        width=20,
        css="hide-phone nowrap",
    ),
    Column("lines", "单位", lambda each: each.count, "number", label="单位"),
    Column("decided_on", "决定日期", lambda each: each.decided_on, "date", sort="decided_on"),
    Column(
        "state",
        "状态",
        NamingDecision.get_state_display,
        "tag",
        tone=lambda each: DECISION_TONES[each.state],
        css="state",
    ),
)


def of_title(name):
    """A figure of the title that the line made, or will make."""
    return lambda row: getattr(row.holding, name) if row.holding else None


LIST_SHEET = (
    Column("number", "序号", lambda row: row.line.position, "number", width=6),
    Column("unit", "单位名称", lambda row: row.line.unit_name, width=40),
    Column("category", "类别", lambda row: row.line.category and row.line.category.name),
    Column("county", "旗市区", lambda row: row.line.region_name, width=22),
    Column("title", "称号全称", lambda row: row.line.title, width=36),
    Column("starts_on", "有效期自", of_title("starts_on"), "date"),
    Column(
        "ends_on",
        "有效期至",
        lambda row: last_day(row.holding.ends_on) if row.holding else None,
        "date",
    ),
)
CORRECTION_SHEET = (
    LIST_SHEET[0],
    Column("effect", "事项", lambda row: row.line.get_effect_display()),
    *LIST_SHEET[1:5],
    Column("reason", "理由", lambda row: row.line.reason, width=40),
)
