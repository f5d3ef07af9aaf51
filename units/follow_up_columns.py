"""Columns of the lists of 复验, 整改 and 退出; the same in page and workbook."""

from django.utils import timezone

from portal.lists import Column
from portal.models import Region
from units.models import Rectification, Reverification, SelfCheckMark
from units.places import Places, county_of
from units.rules import last_day
from units.standing import span
from units.tones import (
    OVERDUE,
    RECTIFICATION_TONES,
    REVERIFICATION_TONES,
    TITLE_TONES,
)

Tier = Region.Level
V, R = Reverification.State, Rectification.State
BEHIND = (SelfCheckMark.State.LATE, SelfCheckMark.State.MISSING)


def dress(rows):
    """Give each row the names of its places and what is behind with its self-checks."""
    rows = list(rows)
    places, marks = Places(), marks_behind(each.designation.unit_id for each in rows)
    places.learn(each.designation.unit.region.path for each in rows)
    for each in rows:
        each.places = places.names(each.designation.unit.region.path)
        each.mark = marks.get(each.designation.unit_id, "")
    return rows


def marks_behind(unit_ids):
    """{unit: what its annual self-checks were late or missing, the last three years}."""
    since = timezone.localdate().year - 3
    found = SelfCheckMark.objects.filter(
        unit__in=set(unit_ids), state__in=BEHIND, year__gte=since
    ).order_by("-year")
    told = {}
    for each in found:
        told.setdefault(each.unit_id, []).append(f"{each.year} {each.get_state_display()}")
    return {unit: "、".join(words) for unit, words in told.items()}


def of_unit(name):
    return lambda row: getattr(row.designation.unit, name)


def days(due_on, today):
    """还有 8 天, 超 4 天."""
    if due_on < today:
        return f"超 {span(due_on, today)}"
    return "今天到期" if due_on == today else f"还有 {span(today, due_on)}"


UNIT = Column(
    "unit",
    "单位名称",
    of_unit("name"),
    sort="designation__unit__name",
    url=lambda row: row.get_absolute_url(),
    css="first",
    width=32,
    fixed=True,
)
COUNTY = Column(
    "county",
    "旗市区",
    lambda row: county_of(row.places),
    sort="designation__unit__region__code",
    width=20,
)
TOWNSHIP = Column(
    "township",
    "苏木乡镇街道",
    lambda row: row.places.get(Tier.TOWNSHIP),
    css="hide-phone hide-mid",
    width=20,
)
CATEGORY = Column(
    "category", "类别", lambda row: row.designation.unit.category.name, css="hide-phone"
)
LEVEL = Column(
    "level", "级别", lambda row: row.designation.get_level_display(), css="hide-phone nowrap"
)
TITLE = Column("title", "称号", lambda row: row.designation.title, css="hide-phone", width=30)
ENDS = Column(
    "ends",
    "到期日期",
    lambda row: last_day(row.ends_on),
    "date",
    label="至",
)
MARK = Column("mark", "年度自查", lambda row: row.mark, css="hide-phone", width=16)
TOTAL = Column("total", "复验得分", lambda row: row.total, "number", sort="total", label="得分")
APPLIED = Column(
    "applied", "申请时间", lambda row: row.applied_at, "moment", css="hide-phone hide-mid", width=17
)


def turn_state(row):
    return "一票否决" if row.vetoed and row.state == V.INSPECTED else row.get_state_display()


def turn_tone(row):
    if row.vetoed and row.state == V.INSPECTED:
        return OVERDUE
    return REVERIFICATION_TONES[row.state]


TURN_STATE = Column("state", "状态", turn_state, "tag", sort="state", tone=turn_tone, css="state")
CAUSE = Column(
    "cause",
    "列入原因",
    lambda row: "期满" if row.renews else "单位变更等",
    sort="renews",
    css="hide-phone nowrap",
    width=12,
)
TURN_COLUMNS = (UNIT, COUNTY, TOWNSHIP, CATEGORY, ENDS, CAUSE, MARK, APPLIED, TOTAL, TURN_STATE)


def result_words(row):
    """复验结论 as the summary sheet has it."""
    decided = {V.PASSED, V.RECTIFYING, V.FAILED, V.DECLINED, V.LAPSED, V.ENDED}
    return row.get_state_display() if row.state in decided else ""


def mended_words(row):
    return row.order.get_state_display() if row.order else ""


def outcome(row):
    """处理意见: what became of the title."""
    if row.state == V.PASSED and row.renewed:
        return f"续期至 {last_day(row.renewed.ends_on)}"
    if row.state == V.PASSED and row.renews:
        return "待出续期决定"
    return row.conclusion


SUMMARY_COLUMNS = (
    UNIT,
    CATEGORY,
    COUNTY,
    TOWNSHIP,
    LEVEL,
    TITLE,
    Column(
        "batch",
        "原命名批次",
        lambda row: row.designation.batch.name if row.designation.batch else "",
        width=12,
    ),
    Column("named_on", "命名日期", lambda row: row.designation.named_on, "date", width=12),
    ENDS,
    CAUSE,
    Column("method", "复验方式", lambda row: row.method),
    TOTAL,
    Column("result", "复验结论", result_words),
    Column("due", "整改期限", lambda row: row.order.due_on if row.order else None, "date"),
    Column("mended", "整改结果", mended_words),
    Column("outcome", "处理意见", outcome, width=30),
    MARK,
)


def dress_turns(rows):
    """Turns with their places, the order of 整改 each led to, and the end each had when called."""
    rows = dress(rows)
    orders = Rectification.objects.filter(reverification__in=rows).order_by("pk")
    latest = {each.reverification_id: each for each in orders}
    for each in rows:
        each.order = latest.get(each.pk)
    return rows


def work_state(row):
    return "逾期" if row.is_overdue else row.get_state_display()


def work_tone(row):
    return OVERDUE if row.is_overdue else RECTIFICATION_TONES[row.state]


def left(row):
    """How much time there is, where it still counts."""
    return days(row.due_on, row.today) if row.state in Rectification.OPEN else ""


WORK_COLUMNS = (
    UNIT,
    COUNTY,
    TOWNSHIP,
    LEVEL,
    Column("source", "来源", lambda row: row.get_source_display(), css="hide-phone"),
    Column("items", "事项", lambda row: row.count, "number", css="hide-phone", width=8),
    Column("ordered", "下达日期", lambda row: row.ordered_on, "date", css="hide-phone hide-mid"),
    Column("due", "整改期限", lambda row: row.due_on, "date", sort="due_on", label="期限"),
    Column("left", "剩余", left, css="hide-phone"),
    Column("state", "状态", work_state, "tag", tone=work_tone, css="state", sort="state"),
)


def dress_work(rows, today):
    """Orders with their places, and whether the unit is behind."""
    rows = dress(rows)
    for each in rows:
        each.today = today
        each.is_overdue = each.state == R.OPEN and each.due_on < today
    return rows


def plaque_words(row):
    """Where the plaque is; empty where none is to come back."""
    if row.plaque_returned_on:
        return "已收回"
    if row.plaque_due_on is None:
        return ""
    return "逾期未收回" if row.plaque_due_on < row.today else "待收回"


PLAQUE_TONES = {"已收回": "t-ok", "待收回": "t-due", "逾期未收回": OVERDUE}


EXIT_COLUMNS = (
    UNIT,
    COUNTY,
    LEVEL,
    Column("ground", "事由", lambda row: row.get_ground_display(), width=24),
    Column(
        "document_no",
        "决定文号",
        lambda row: row.decision.document_no if row.decision else "",
        css="hide-phone whole",
        width=22,
    ),
    Column("happened_on", "生效日期", lambda row: row.happened_on, "date", sort="happened_on"),
    Column(
        "reapply",
        "可重新申报之日",
        lambda row: row.reapply_from,
        "date",
        sort="reapply_from",
        css="hide-phone",
    ),
    Column("plaque_due", "牌匾期限", lambda row: row.plaque_due_on, "date", css="hide-phone"),
    Column(
        "plaque",
        "牌匾",
        plaque_words,
        "tag",
        tone=lambda row: PLAQUE_TONES[plaque_words(row)],
        css="hide-phone",
    ),
    Column(
        "state",
        "状态",
        lambda row: row.designation.get_state_display(),
        "tag",
        tone=lambda row: TITLE_TONES.get(row.designation.state, "t-off"),
        css="state",
    ),
)
