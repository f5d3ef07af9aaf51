"""make_*: plain rows of the second floor, on top of tests.factories."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from itertools import count

from evaluations.models import (
    Answer,
    Assignment,
    Evidence,
    Family,
    IndexEdition,
    Indicator,
    Inspection,
    InspectionRound,
    Score,
    ScoreSheet,
    SelfCheck,
    SelfCheckRound,
    TeamMember,
)
from evaluations.operations.editions import plant
from portal.models import User
from tests.factories import NOON, TODAY, make_file, make_user

_numbers = count(1)

NODES = (
    {"code": "1", "tier": "section", "text": "组织领导"},
    {
        "code": "1.1",
        "tier": "item",
        "parent": "1",
        "text": "学习",
        "kind": "range",
        "points": D(60),
    },
    {
        "code": "1.2",
        "tier": "item",
        "parent": "1",
        "text": "机制",
        "kind": "range",
        "points": D(30),
    },
    {"code": "J", "tier": "section", "text": "加分"},
    {"code": "J1", "tier": "item", "parent": "J", "text": "典型", "kind": "bonus", "points": D(10)},
    {"code": "F", "tier": "section", "text": "否决"},
    {"code": "F1", "tier": "item", "parent": "F", "text": "重大事件", "kind": "veto"},
)


def make_edition(region, nodes=NODES, family="ORGAN", state=IndexEdition.State.PUBLISHED, **fields):
    """An edition of 90 points and a bonus of 10; published unless said otherwise."""
    number = next(_numbers)
    defaults = {
        "family": Family.objects.get_or_create(code=family, defaults={"name": family})[0],
        "title": f"示例测评体系{number}",
        "issuer": "市民委",
        "edition_no": f"{number}",
        "total": D(100),
        "apply_line": D(90),
        "pass_line": D(60),
        "bonus_cap": D(10),
        "starts_on": date(2026, 1, 1),
    }
    edition = IndexEdition.objects.create(region=region, **defaults | fields)
    plant(edition, nodes)
    IndexEdition.objects.filter(pk=edition.pk).update(state=state)
    edition.refresh_from_db()
    return edition


def item_of(edition, code) -> Indicator:
    return edition.indicators.get(code=code)


def make_round(region, edition, **fields):
    """A self-check round that is open at NOON for ten days more."""
    defaults = {
        "title": "示例自查",
        "year": TODAY.year,
        "opens_at": NOON - timedelta(days=10),
        "due_at": NOON + timedelta(days=10),
        "created_by": fields.pop("created_by", None) or make_user(region=region),
    }
    made = SelfCheckRound.objects.create(region=region, **defaults | fields)
    made.editions.add(edition)
    return made


def make_check(unit, round, edition=None, **fields):
    edition = edition or round.editions.first()
    return SelfCheck.objects.create(round=round, unit=unit, edition=edition, **fields)


def make_answer(check, code, by, **fields):
    defaults = {"claimed": D(20), "statement": "示例说明", "saved_at": NOON, "saved_by": by}
    indicator = item_of(check.edition, code)
    return Answer.objects.create(check_form=check, indicator=indicator, **defaults | fields)


def make_evidence(unit, by, content=b"%PDF-1.4 example", name="示例材料.pdf", **fields):
    file = make_file(by, content=content, name=name)
    defaults = {"kind": Evidence.Kind.PDF, "title": name, "uploaded_at": NOON}
    defaults["sha256"] = file.sha256
    return Evidence.objects.create(unit=unit, file=file, uploaded_by=by, **defaults | fields)


def make_inspection_round(region, **fields):
    defaults = {
        "kind": InspectionRound.Kind.ACCEPTANCE,
        "title": "示例验收",
        "year": TODAY.year,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=10),
        "state": InspectionRound.State.SCORING,
    }
    return InspectionRound.objects.create(region=region, **defaults | fields)


def make_assessor(region=None, **fields):
    return make_user(User.Role.ASSESSOR, region, **fields)


def make_member(round, user, **fields):
    return TeamMember.objects.create(round=round, user=user, **fields)


def make_inspection(round, unit, edition, **fields):
    return Inspection.objects.create(round=round, unit=unit, edition=edition, **fields)


def make_assignment(inspection, assessor, **fields):
    return Assignment.objects.create(inspection=inspection, assessor=assessor, **fields)


def make_sheet(assignment, scores=(), at: datetime = NOON, signed_at=None, digest="", **fields):
    """A sheet with scores by item code, e.g. {"1.1": D(50)}; signed_at= makes it a signed one."""
    sheet = ScoreSheet.objects.create(assignment=assignment, created_at=at, **fields)
    edition = assignment.inspection.edition
    for code, value in dict(scores).items():
        indicator = item_of(edition, code)
        Score.objects.create(sheet=sheet, indicator=indicator, value=value, saved_at=at)
    if signed_at:  # last: the database takes no scores for a signed sheet
        sheet.signed_at, sheet.digest = signed_at, digest
        sheet.save(update_fields=["signed_at", "digest"])
    return sheet
