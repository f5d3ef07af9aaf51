"""命名决定: drafts are the office's own; one in force is read by those beneath it too."""

from tests import factories as make
from tests.architecture.matrix import OFFICERS, Row
from tests.architecture.rows.units import SEES_BATCH
from tests.architecture.world import word
from tests.units.decided import PAPERS
from units.models import Batch, DecisionLine, Level, NamingDecision

OFFICE = frozenset({"officer", "auditor"})
POST = ("post",)
BOTH = ("get", "post")
K, S = NamingDecision.Kind, NamingDecision.State

# A decision is made by the very office of the region: those above only read it.
OWN = {
    "sumu_officer": {"east"},
    "west_officer": {"west"},
    "city_officer": {"city"},
    "leader": {"city"},
}


def decided(world, place):
    """A decision in force of the place's region over its unit."""
    return _decision(world, place, "已决批", K.NAMING, S.APPLIED)


def drafted(world, place):
    return _decision(world, place, "待决批", K.NAMING, S.DRAFT)


def correcting(world, place):
    return _decision(world, place, "更正批", K.CORRECTION, S.DRAFT)


def _decision(world, place, name, kind, state):
    region = world.regions[place]
    found = NamingDecision.objects.filter(region=region, batch__name=name).first()
    return found or _make(world, place, name, kind, state)


def _make(world, place, name, kind, state):
    region, leader = world.regions[place], world.people["leader"]
    batch = make.make_running_batch(region, name, level=Level.COUNTY)
    paper = make.make_file(leader, name="命名决定.txt")
    told = {"created_at": make.NOON, "created_by": leader, "file": paper}
    papers = {**PAPERS, "document_no": f"示例{name}号"}
    made = NamingDecision.objects.create(batch=batch, region=region, kind=kind, **told, **papers)
    DecisionLine.objects.create(
        decision=made,
        effect="name",
        unit=world.units[place],
        designation=world.titles[place] if state == S.APPLIED else None,
        application=None if kind == K.CORRECTION else _application(world, place, batch),
        position=1,
        unit_name=world.units[place].name,
        region_name="示例旗",
        title="示例称号",
    )
    if state == S.APPLIED:
        values = {"state": state, "applied_at": make.NOON}
        NamingDecision.objects.filter(pk=made.pk).update(**values)
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DONE)
    return made


def _application(world, place, batch):
    return make.make_candidate(world.units[place], batch, 90, state="proposed")


def batch_to_decide(world, place):
    region = world.regions[place]
    found = Batch.objects.filter(region=region, name="拟定批").first()
    if found is None:
        found = make.make_running_batch(region, "拟定批", level=Level.COUNTY)
        make.make_candidate(world.units[place], found, 90, state="proposed")
    return [found.pk]


def key_of(make_one):
    return lambda world, place: [make_one(world, place).pk]


def line_of(world, place):
    made = correcting(world, place)
    return [made.pk, made.lines.get().pk]


def papers(world, place):
    return {**PAPERS, "document_no": "示例新号", "decided_on": "2026-11-20", "version": 1}


def line(world, place):
    unit = world.units[place]
    return {"effect": "void", "unit": f"#{unit.pk} {unit.name}", "reason": "示例理由"}


def beneath(world, person):
    """A decision in force is read by those beneath the region that made it, list and all."""
    return {word(place) for place in SEES_BATCH.get(person, ())}


def note(world, place):
    return {"note": "示例原因"}


def own(make_one, **more):
    return Row(roles=OFFICERS, args=key_of(make_one), sees=OWN, by="sumu_officer", **more)


ROWS = {
    "units:decisions": Row(roles=OFFICE),
    "units:decisions-export": Row(roles=OFFICE, methods=POST),
    "units:decision": Row(roles=OFFICE, args=key_of(decided), sees=SEES_BATCH, also=beneath),
    "units:decision-file": Row(roles=OFFICE, args=key_of(decided), sees=SEES_BATCH),
    "units:decision-export": Row(
        roles=OFFICE, args=key_of(decided), sees=SEES_BATCH, methods=POST, also=beneath
    ),
    "units:decision-print": Row(
        roles=OFFICE, args=key_of(decided), sees=SEES_BATCH, methods=POST, also=beneath
    ),
    "units:decision-new": Row(roles=OFFICERS, args=batch_to_decide, methods=BOTH, data=papers),
    "units:decision-edit": own(drafted, methods=BOTH, data=papers),
    "units:decision-refresh": own(drafted, methods=POST),
    "units:decision-drop": own(drafted, methods=POST, data=note),
    "units:decision-apply": own(drafted, methods=BOTH),
    "units:decision-correct": own(decided, methods=BOTH, data=papers),
    "units:decision-line": own(correcting, methods=POST, data=line),
    "units:decision-line-drop": Row(roles=OFFICERS, args=line_of, sees=OWN, methods=POST),
}
