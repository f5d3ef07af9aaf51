"""申报汇总表: what an office passes upward, one unit a line, in the columns of the form."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from awards.qualifying import DEMONSTRATION, NO, NextLevel
from evaluations.models import Inspection, InspectionRound, SelfCheck
from portal.lists import Column
from portal.models import Region
from units.eligibility import Past
from units.models import LEVEL_ORDER, Application, Level
from units.places import Places, county_of
from units.rules import last_day

Tier, Kind = Region.Level, InspectionRound.Kind
LONGEST_REMARK = 200


@dataclass
class Line:
    """One unit as the sheet has it; `about` is the application or candidate it was made from."""

    about: object
    number: int
    body: str
    unit: str
    category: str
    county: str
    township: str | None
    village: str | None
    highest: str
    until: date | None
    self_score: Decimal | None
    first_score: Decimal | None
    first_on: date | None
    first_leader: str
    vetoed: str
    rank: int | None
    contact_name: str
    contact_phone: str
    remark: str

    @property
    def lacking(self):
        """What the sheet has no word of, as labels."""
        return [label for name, label in WANTED if getattr(self, name) in (None, "")]


WANTED = (
    ("self_score", "自评分"),
    ("first_score", "初验分"),
    ("contact_name", "联系人"),
    ("contact_phone", "联系电话"),
)


def _column(key, heading, kind="text", width=12, **more):
    return Column(key, heading, lambda line: getattr(line, key), kind, width=width, **more)


COLUMNS = (
    _column("number", "序号", "number", 6),
    _column("body", "推荐单位", width=18),
    _column("unit", "单位全称", width=34, css="first"),
    _column("category", "类别"),
    _column("county", "所在旗市区", width=18),
    _column("township", "苏木乡镇", width=16),
    _column("village", "嘎查社区", width=16),
    _column("highest", "现有最高称号"),
    _column("until", "称号有效期至", "date"),
    _column("self_score", "自评分", "number", 9),
    _column("first_score", "初验分", "number", 9),
    _column("first_on", "初验日期", "date"),
    _column("first_leader", "初验组长"),
    _column("vetoed", "是否一票否决", width=10),
    _column("rank", "推荐排序", "number", 9),
    _column("contact_name", "联系人"),
    _column("contact_phone", "联系电话", width=16),
    _column("remark", "备注", width=30),
)
SOURCES = (
    ("推荐单位、单位全称、类别", "申报时填写；从培育库导出的，为培育地区和名册中的现名。"),
    ("所在旗市区、苏木乡镇、嘎查社区", "单位登记的行政区划；市直、区直单位不填苏木乡镇。"),
    ("现有最高称号、称号有效期至", "导出当日仍在有效期内的同类称号中级别最高的一个。"),
    ("自评分", "申报关联的自查提交时的自评总分；从培育库导出的，取最近一次已提交的自查。"),
    ("初验分、初验日期、初验组长", "初验结束时写入申报的结果；空白表示还没有初验。"),
    ("是否一票否决", "初验或验收中触发否决的填“是”；还没有测评的空白。"),
    ("推荐排序", "推荐单位排定的顺序；从培育库导出的，为培育库的顺序。"),
    ("联系人、联系电话", "单位的工作联系方式，仅供工作联系，不得公开。"),
    ("备注", "未销号的整改、申报现状，或培育措施的第一行。"),
)
SOURCE_COLUMNS = (
    Column("what", "栏目", lambda pair: pair[0], width=30),
    Column("from", "取自", lambda pair: pair[1], width=60),
)


class Facts:
    """What the lines ask about a number of units, read once for all of them."""

    def __init__(self, units, on):
        self.on = on
        self.pasts = Past.of_all(units)
        self.places = Places()
        self.places.learn(each.region.path for each in units)

    def place(self, unit):
        """(旗市区, 苏木乡镇, 嘎查社区)."""
        names = self.places.names(unit.region.path)
        return county_of(names), names.get(Tier.TOWNSHIP), names.get(Tier.VILLAGE)

    def highest(self, unit, family):
        """(level in words, last day) of the highest title in force; 无 where there is none."""
        past = self.pasts[unit.pk]
        held = [one for each in Level for one in past.held(each, family, self.on)]
        best = min(held, key=lambda each: LEVEL_ORDER[each.level], default=None)
        return (best.get_level_display(), last_day(best.ends_on)) if best else ("无", None)

    def rectifying(self, unit):
        """The words for an open 整改; empty where there is none."""
        return "有未销号的整改" if self.pasts[unit.pk].rectifications else ""


def of_applications(applications, on):
    """Lines of recommended applications, in the order given."""
    rows = list(applications)
    facts = Facts([each.unit for each in rows], on)
    vetoes = _vetoes(rows)
    return [_of_application(each, number, facts, vetoes) for number, each in enumerate(rows, 1)]


def _of_application(row, number, facts, vetoes):
    remark = [facts.rectifying(row.unit)]
    if row.state != Application.State.REVIEWING:
        remark.append(row.get_state_display())
    return _line(
        row,
        number,
        facts,
        row.unit,
        family=row.batch.kind.family,
        body=row.body.name,
        category=row.category.name,
        rank=row.recommended_rank,
        contact=row if row.contact_name else row.unit,
        remark="；".join(filter(None, remark)),
        **_scores(row, vetoes),
    )


def _line(about, number, facts, unit, *, family, contact, **values):
    county, township, village = facts.place(unit)
    highest, until = facts.highest(unit, family)
    return Line(
        about=about,
        number=number,
        unit=unit.name,
        county=county,
        township=township,
        village=village,
        highest=highest,
        until=until,
        contact_name=contact.contact_name,
        contact_phone=contact.contact_phone,
        **values,
    )


def _scores(row, vetoes):
    """The figures settled onto an application; a veto of 初验 stands on its inspection only."""
    judged = row.total is not None or (row.batch_id, row.unit_id) in vetoes
    hit = row.vetoed or vetoes.get((row.batch_id, row.unit_id), False)
    return {
        "self_score": row.self_score,
        "first_score": row.first_score,
        "first_on": row.first_on,
        "first_leader": row.first_leader,
        "vetoed": ("是" if hit else "否") if judged else "",
    }


def _vetoes(applications):
    """{(batch, unit): was there a veto} of the 初验 that were settled; one query."""
    rows = Inspection.objects.filter(
        round__kind=Kind.PRELIMINARY,
        round__batch__in={each.batch_id for each in applications},
        unit__in=[each.unit_id for each in applications],
        settled_at__isnull=False,
    )
    found = {}
    for batch, unit, vetoed in rows.values_list("round__batch", "unit", "vetoed"):
        found[batch, unit] = vetoed or found.get((batch, unit), False)
    return found


def of_candidates(region, level, candidates, on):
    """(lines, those left out with the reason) of an office's list, in its order."""
    rows = list(candidates)
    units = [each.unit for each in rows]
    standings = NextLevel(region, level, on).standings(units)
    able = [each for each in rows if standings[each.unit_id].verdict != NO]
    left = [(each, standings[each.unit_id].obstacles) for each in rows if each not in able]
    facts = Facts([each.unit for each in able], on)
    behind, checks = _applications_behind(facts), _self_scores(able)
    vetoes = _vetoes(list(behind.values()))
    lines = [
        _of_candidate(each, number, facts, behind.get(each.unit_id), checks, vetoes)
        for number, each in enumerate(able, 1)
    ]
    return lines, left


def _of_candidate(row, number, facts, application, checks, vetoes):
    scores = _scores(application, vetoes) if application else dict(NO_SCORES)
    scores["self_score"] = checks.get(row.unit_id, scores["self_score"])
    return _line(
        row,
        number,
        facts,
        row.unit,
        family=DEMONSTRATION,
        body=row.region.name,
        category=row.unit.category.name,
        rank=row.rank,
        contact=row.unit,
        remark=row.note.strip().partition("\n")[0][:LONGEST_REMARK],
        **scores,
    )


NO_SCORES = {
    "self_score": None,
    "first_score": None,
    "first_on": None,
    "first_leader": "",
    "vetoed": "",
}


def _applications_behind(facts):
    """{unit key: the last application of it that was handed in}: its scores speak for the unit."""
    found = {}
    for key, past in facts.pasts.items():
        sent = [each for each in past.applications if each.submitted_at]
        if sent:
            found[key] = max(sent, key=lambda each: (each.submitted_at, each.pk))
    return found


def _self_scores(candidates):
    """{unit key: what it claimed in its last handed-in self-check}; one query."""
    rows = SelfCheck.objects.filter(
        unit__in=[each.unit_id for each in candidates],
        state=SelfCheck.State.SUBMITTED,
        self_total__isnull=False,
    )
    return dict(rows.order_by("submitted_at", "pk").values_list("unit", "self_total"))
