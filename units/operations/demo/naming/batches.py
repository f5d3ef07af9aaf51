"""A batch of the demonstration from its plan to its opening, and the rules it stands on."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from portal.calendar import Calendar
from units.models import HonourRule, IssuingBody, Level, Regulation, Requirement, TitleKind
from units.operations.batch_plans import (
    PAPERS,
    edit_plan,
    plan_batch,
    planned_lengths,
    set_quotas,
    set_requirements,
)
from units.operations.demo.naming import words
from units.operations.demo.naming.cast import LINE
from units.operations.rules import add_rule
from units.operations.running_batches import open_batch
from units.planning import lay_stages
from units.recommenders import bodies_for
from units.rule_values import PLAIN_FIELDS

DRAFT, FULL = "hlbe20", "demo_area_or_unit"
LEAST, MOST = 300, 2000  # characters of the deeds, as the notice says
DOCUMENT, PHOTO = Requirement.Kind.DOCUMENT, Requirement.Kind.PHOTO
ASKED = [  # name, kind, must it be there, at least, at most
    ("工作总结", DOCUMENT, True, 1, 3),
    ("创建工作照片", PHOTO, True, 1, 5),
    ("获奖和媒体报道", DOCUMENT, False, 1, 5),
]


@dataclass(frozen=True)
class Outline:
    """What is particular to one batch; `each` are the places of every 旗市区."""

    kind: str
    number: int
    places: int
    each: int
    line: int = 2
    word: str = ""  # what follows the year where the batch is not called by its number
    split: tuple = ()  # 旗市区 whose places go by category: (code, {category: places})


def rule_for(cast, kind):
    """The rule of the city for a kind; bases get one of their own, after that of the titles."""
    known = _case(cast, kind)
    is_own = kind.code == FULL or (known is not None and known.kind_id == kind.pk)
    return known if is_own else _added(cast, kind)


def _case(cast, kind):
    case = {"kind": kind, "category": None, "region": cast.home, "on": timezone.localdate(cast.at)}
    return HonourRule.objects.for_case(Level.CITY, **case)


def _added(cast, kind):
    found = _case(cast, kind_named(FULL))
    values = {name: getattr(found, name) for name in PLAIN_FIELDS}
    values |= {"term_years": 3, "approval_route": [], "note": "演示数据"}
    values |= {"level": Level.CITY, "kind": kind}
    values["regulation"] = Regulation.objects.get(code=DRAFT)
    issuers = [each.body for each in found.issuers.select_related("body")]
    return add_rule(values, issuers=issuers, actor=cast.leader, at=cast.at)


def kind_named(code):
    """A kind of title."""
    return TitleKind.objects.get(code=code)


def opening_day(rule, on, stage):
    """The day on which a batch must have opened for that stage to be on today."""
    calendar, lengths = Calendar.load(), planned_lengths()
    for days in range(60, 400):  # reviewing alone takes more
        starts_on = on - timedelta(days=days)
        laid = lay_stages(rule, starts_on=starts_on, calendar=calendar, lengths=lengths)
        found = next(each for each in laid if each.kind == stage)
        if found.first < on <= found.last:
            return starts_on
    raise LookupError(f"no opening day for {stage}")


def prepare(cast, outline, opens_on):
    """A batch planned some days before it opens: papers, places, documents."""
    kind = kind_named(outline.kind)
    rule_for(cast, kind)
    at = cast.moment(opens_on - timedelta(days=12), 10)
    values = {
        "kind": kind,
        "number": outline.number,
        "year": opens_on.year,
        "places": outline.places,
        "approval_no": f"呼党办复〔{opens_on.year}〕示例{outline.number}号",
        "name": "",
    }
    act = {"actor": cast.office, "at": at}
    batch = plan_batch(values, starts_on=opens_on, **act)
    batch = edit_plan(
        batch, _papers(batch, outline, opens_on), **_issued(batch), version=batch.version, **act
    )
    cells = _cells(cast, outline)
    version = batch.version
    batch = set_quotas(batch, cells, places=outline.places, version=version, **act)
    return set_requirements(batch, list(_asked()), version=batch.version, **act)


def start(cast, batch, opens_on):
    """Open a batch that was prepared."""
    return open_batch(batch, actor=cast.office, at=cast.moment(opens_on, 9))


def _papers(batch, outline, opens_on):
    name = f"{opens_on.year}年{outline.word}" if outline.word else batch.name
    kept = {each: getattr(batch, each) for each in PAPERS}
    return kept | {
        "name": name,
        "notice_text": words.NOTICE.format(least=LEAST, most=MOST),
        "deeds_least": LEAST,
        "deeds_most": MOST,
        "consulted": words.CONSULTED,
    }


def _issued(batch):
    """Its departments in the order of their seals."""
    return {"issuers": list(IssuingBody.objects.filter(rules=batch.rule).order_by("position"))}


def _cells(cast, outline):
    """{(body, category or None): places} of every 旗市区 and one line."""
    split = dict(outline.split)
    cells = {}
    for body in bodies_for(cast.home):
        if body.region.code[:6] in split:
            parts = split[body.region.code[:6]]
            cells |= {(body.pk, category): n for category, n in parts.items()}
        elif body.code == LINE or body.kind == body.Kind.TERRITORIAL:
            cells[body.pk, None] = outline.line if body.code == LINE else outline.each
    return cells


def _asked():
    for name, kind, must, least, most in ASKED:
        yield {
            "name": name,
            "kind": kind,
            "category": None,
            "is_required": must,
            "least": least,
            "most": most,
            "largest_mb": 20,
        }
