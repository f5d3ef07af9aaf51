"""Columns of lists about self-checks; the same in page and workbook."""

from django.urls import reverse

from evaluations.models import SelfCheck
from evaluations.tones import LATE, SELF_CHECK_TONES
from portal.lists import Column
from portal.models import Region
from units.places import Places, county_of

S = SelfCheck.State
Tier = Region.Level


def place_rows(checks):
    """Give each row the names of the places it lies in; one query for all."""
    places = Places()
    places.learn(each.unit.region.path for each in checks)
    for each in checks:
        each.places = places.names(each.unit.region.path)
    return checks


def state_words(check):
    """未开始, 填报中 …; 逾期 where it should have been handed in by now (`check.late`)."""
    return f"{check.get_state_display()}·逾期" if check.late else check.get_state_display()


def state_tone(check):
    return LATE if check.late else SELF_CHECK_TONES[check.state]


def total_of(check):
    """The total claimed, once it has been handed in."""
    return check.self_total if check.submitted_at else None


UNIT = Column(
    "unit",
    "单位名称",
    lambda check: check.unit.name,
    sort="unit__name",
    url=lambda check: reverse("evaluations:self-check", args=[check.pk]),
    css="first",
    width=32,
    fixed=True,
)
COUNTY = Column(
    "county", "旗市区", lambda check: county_of(check.places), sort="unit__region__code", width=20
)
TOWNSHIP = Column(
    "township",
    "苏木乡镇街道",
    lambda check: check.places.get(Tier.TOWNSHIP),
    css="hide-phone",
    width=20,
)
CATEGORY = Column("category", "类别", lambda check: check.unit.category.name)
ROUND = Column("round", "轮次", lambda check: check.round.title, sort="round__opens_at", width=24)
STATE = Column(
    "state", "状态", state_words, "tag", sort="state", tone=state_tone, css="state", width=14
)
TOTAL = Column("total", "自评总分", total_of, "number", sort="self_total", width=10, label="自评")
DUE = Column("due", "截止时间", lambda check: check.due_at, "moment", css="hide-phone", width=17)
HANDED_IN = Column(
    "handed_in",
    "提交时间",
    lambda check: check.submitted_at,
    "moment",
    sort="submitted_at",
    css="hide-phone",
    width=17,
)
RECEIPT = Column(
    "receipt", "回执编号", lambda check: check.receipt_no, css="hide-phone", shown=False, width=22
)
BEHALF = Column(
    "behalf", "代填", lambda check: "是" if check.on_behalf else "", css="hide-phone", width=6
)
CONTACT = Column("contact", "联系人", lambda check: check.unit.contact_name, width=12)
POST = Column("post", "联系人岗位", lambda check: check.unit.contact_post, width=14)
PHONE = Column("phone", "工作电话", lambda check: check.unit.contact_phone, width=16)
CLERKS = Column("clerks", "填报员账号", lambda check: check.manned, "number", width=10)
URGED = Column("urged", "最近催办", lambda check: check.urged_at, "moment", width=17)

LIST_COLUMNS = (UNIT, COUNTY, TOWNSHIP, CATEGORY, ROUND, STATE, TOTAL, DUE, HANDED_IN, BEHALF)
SHEET_COLUMNS = (*LIST_COLUMNS, RECEIPT)
PHONE_COLUMNS = (UNIT, COUNTY, TOWNSHIP, CATEGORY, STATE, CONTACT, POST, PHONE, CLERKS, URGED)
