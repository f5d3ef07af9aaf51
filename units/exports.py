"""Columns of the register and of the list of titles; the same in page and workbook."""

from functools import cache
from itertools import count

from django.urls import reverse

from portal.lists import Column
from portal.models import Region, User
from units.models import Unit
from units.places import county_of
from units.rules import last_day
from units.tones import TITLE_TONES, UNIT_CLOSED

Tier = Region.Level
SEE_CONTACT = frozenset({User.Role.OFFICER, User.Role.AUDITOR, User.Role.CLERK})


@cache
def around(name):
    """What stands before and after the key in the addresses of one kind of page."""
    before, _, after = reverse(name, args=[0]).rpartition("0")
    return before, after


def address(name, pk):
    """The address of one row's page; a list has hundreds, and asks the resolver once."""
    before, after = around(name)
    return f"{before}{pk}{after}"


def unit_of(row):
    """The unit of a row of either list."""
    return row if isinstance(row, Unit) else row.unit


def of_unit(name):
    """A plain column of the unit."""
    return lambda row: getattr(unit_of(row), name)


def of_lead(read):
    """A column of the title a row shows; empty for a unit without one."""
    return lambda row: read(row.lead) if row.lead else None


def at_tier(tier):
    """The name of the region of one tier in which the unit lies."""
    return lambda row: unit_of(row).places.get(tier)


def status_label(row):
    """The state as people read it; a closed unit is closed whatever its titles were."""
    if unit_of(row).closed_on:
        return "已注销"
    return row.status.label if row.status else None


def status_tone(row):
    """The colour of that state."""
    return UNIT_CLOSED if unit_of(row).closed_on else TITLE_TONES[row.status]


def days_left(row):
    """Days to the last day of the title, today not counted."""
    return (last_day(row.ends_on) - row.today).days if row.ends_on else None


NAME = Column(
    "name",
    "单位名称",
    of_unit("name"),
    width=32,
    sort="name",
    css="first",
    fixed=True,
    url=lambda row: address("units:unit", unit_of(row).pk),
)
CATEGORY = Column("category", "类别", lambda row: unit_of(row).category.name, sort="category")
LEAGUE = Column("league", "盟市", at_tier(Tier.CITY), css="hide-phone", shown=False)
COUNTY = Column(
    "county", "旗市区", lambda row: county_of(unit_of(row).places), width=22, sort="region"
)
TOWNSHIP = Column("township", "苏木乡镇街道", at_tier(Tier.TOWNSHIP), width=22, css="hide-phone")
VILLAGE = Column(
    "village", "嘎查村社区", at_tier(Tier.VILLAGE), width=18, css="hide-phone", shown=False
)
LEVEL = Column("level", "级别", of_lead(lambda lead: lead.level_name), sort="level")
TITLE = Column(
    "title", "称号", of_lead(lambda lead: lead.title), width=30, css="hide-phone", shown=False
)
KIND = Column("kind", "称号种类", of_lead(lambda lead: lead.kind), css="hide-phone", shown=False)
BATCH = Column(
    "batch",
    "批次",
    of_lead(lambda lead: lead.batch),
    css="hide-phone",
)
DOCUMENT = Column(
    "document_no", "文号", of_lead(lambda lead: lead.document_no), css="hide-phone", shown=False
)
NAMED_ON = Column(
    "named_on",
    "命名日期",
    of_lead(lambda lead: lead.named_on),
    "date",
    sort="named_on",
    css="hide-phone hide-mid",
)
ENDS_ON = Column(
    "ends_on",
    "有效期至",
    of_lead(lambda lead: last_day(lead.ends_on)),
    "date",
    sort="ends_on",
    label="至",
)
STATUS = Column("status", "状态", status_label, "tag", tone=status_tone, css="state", fixed=True)
CREDIT_CODE = Column(
    "credit_code",
    "统一社会信用代码",
    of_unit("credit_code"),
    width=22,
    css="hide-phone",
    shown=False,
)
ADDRESS = Column("address", "地址", of_unit("address"), width=30, css="hide-phone", shown=False)
FEATURE = Column(
    "brand_feature", "一进一特色", of_unit("brand_feature"), css="hide-phone", shown=False
)
HIGHLIGHT = Column(
    "brand_highlight", "一品一亮点", of_unit("brand_highlight"), css="hide-phone", shown=False
)
SHORT = Column("short_name", "简称", of_unit("short_name"), css="hide-phone", shown=False)
REMARK = Column("remark", "备注", of_unit("remark"), width=24, css="hide-phone", shown=False)
REGISTERED = Column(
    "registered_on",
    "登记日期",
    of_unit("registered_on"),
    "date",
    css="hide-phone",
    shown=False,
)
CONTACT = tuple(
    Column(name, label, of_unit(name), css="hide-phone", shown=False, roles=SEE_CONTACT)
    for name, label in (
        ("contact_name", "联系人"),
        ("contact_post", "联系人岗位"),
        ("contact_phone", "工作电话"),
    )
)
LEFT = Column("days_left", "剩余天数", days_left, "number")
TITLE_NAME = Column(
    "title",
    "称号",
    lambda row: row.title,
    width=30,
    css="hide-phone",
    url=lambda row: address("units:designation", row.pk),
)

OPTIONAL = (SHORT, CREDIT_CODE, ADDRESS, FEATURE, HIGHLIGHT, *CONTACT, REGISTERED, REMARK)
PLACE = (LEAGUE, COUNTY, TOWNSHIP, VILLAGE)
UNIT_COLUMNS = (
    NAME,
    CATEGORY,
    *PLACE,
    LEVEL,
    TITLE,
    KIND,
    BATCH,
    DOCUMENT,
    NAMED_ON,
    ENDS_ON,
    *OPTIONAL,
    STATUS,
)
DESIGNATION_COLUMNS = (
    NAME,
    TITLE_NAME,
    CATEGORY,
    *PLACE,
    LEVEL,
    KIND,
    BATCH,
    DOCUMENT,
    NAMED_ON,
    ENDS_ON,
    *OPTIONAL,
    STATUS,
)
REGISTER_SHEET = (
    NAME,
    CATEGORY,
    *PLACE,
    LEVEL,
    TITLE,
    KIND,
    BATCH,
    DOCUMENT,
    NAMED_ON,
    ENDS_ON,
    STATUS,
    SHORT,
    CREDIT_CODE,
    FEATURE,
    HIGHLIGHT,
    ADDRESS,
    *CONTACT,
    REGISTERED,
    REMARK,
)
EXPIRY_SHEET = (
    NAME,
    CATEGORY,
    COUNTY,
    TOWNSHIP,
    LEVEL,
    TITLE,
    BATCH,
    NAMED_ON,
    ENDS_ON,
    LEFT,
    STATUS,
    *CONTACT,
)


def sheet_for(role, columns):
    """A workbook's columns: numbered rows, then what this role may see."""
    number = count(1)
    seen = [each for each in columns if not each.roles or role in each.roles]
    return [Column("number", "序号", lambda row: next(number), "number", width=6), *seen]
