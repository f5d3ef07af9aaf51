"""证书: read where its unit is in sight; issued by the naming office; verified by anybody."""

from awards.models import (
    Certificate,
    CertificateIssue,
    CertificateIssuer,
    CertificateSeries,
    CertificateTemplate,
)
from tests import factories as make
from tests.architecture.matrix import OFFICERS, PUBLIC, READERS, Row
from tests.architecture.rows.decisions import OWN, decided
from tests.architecture.world import PEOPLE, PLACES, SEES, key, word

OFFICE = frozenset({"officer", "auditor"})
POST, BOTH = ("post",), ("get", "post")
EVERYWHERE = {person: set(PLACES) for person in PEOPLE}
# A clerk reads the unit's own certificate, and neither batches nor issues.
OVER = {person: places for person, places in SEES.items() if "clerk" not in person}


def certificate(world, place):
    """A printed certificate of the place's title."""
    found = Certificate.objects.filter(designation=world.titles[place]).first()
    return found or _make(world, place)


def _make(world, place):
    batch, leader = decided(world, place).batch, world.people["leader"]
    title, unit = world.titles[place], world.units[place]
    type(title).objects.filter(pk=title.pk).update(batch=batch)
    paper = make.make_file(leader, name="示例证书.pdf")
    made = Certificate.objects.create(
        designation=title,
        issue=_issue(world, place, batch, paper),
        template=_template(),
        series=CertificateSeries.objects.get_or_create(stem=f"示例{place}{{序号}}")[0],
        position=1,
        number=f"示例{key(place)}0001",
        number_key=f"示例{key(place)}0001",
        reason="named",
        heading="命名证书",
        unit_name=unit.name,
        unit_key=unit.name,
        text="决定命名你单位为",
        title=title.title,
        closing="特发此证。",
        level=title.level,
        dated_on=make.TODAY,
        address="https://example.test/verify/",
        listed_name=unit.name,
        issued_at=make.NOON,
        issued_by=leader,
        pdf=paper,
        pages=1,
    )
    body = make.make_issuing_body(world.regions[place], f"示例部{place}")
    told = {"body": body, "name": body.name, "position": 1}
    CertificateIssuer.objects.create(certificate=made, **told)
    return made


def _issue(world, place, batch, paper):
    return CertificateIssue.objects.create(
        region=world.regions[place],
        batch=batch,
        label=f"示例签发{word(place)}",
        address="https://example.test",
        count=1,
        issued_at=make.NOON,
        issued_by=world.people["leader"],
        bundle=paper,
        print_file=paper,
    )


def _template():
    values = {"name": "示例", "heading": "命名证书", "body": "决定命名你单位为"}
    return CertificateTemplate.objects.get_or_create(code="example", defaults=values)[0]


def all_of_them(world):
    return [certificate(world, place) for place in PLACES]


def pk(world, place):
    return [certificate(world, place).pk]


def issue(world, place):
    return [certificate(world, place).issue_id]


def batch(world, place):
    return [certificate(world, place).issue.batch_id]


def code(world, place):
    return [certificate(world, place).code]


def everything(world, person):
    """What is printed on a certificate may be read by anybody who holds it."""
    return {word(place) for place in PLACES}


def lost(world, place):
    return {"reason": "lost", "note": "示例原因", "form_key": "0" * 32}


def note(world, place):
    return {"note": "示例原因"}


def picked(world, place):
    return {"pk": "0"}


ROWS = {
    "awards:certificates": Row(roles=READERS, finds=True, first=all_of_them),
    "awards:certificates-export": Row(roles=OFFICE, methods=POST),
    "awards:certificate": Row(roles=READERS, args=pk),
    "awards:certificate-pdf": Row(roles=READERS, args=pk, methods=POST),
    "awards:certificate-reissue": Row(
        roles=OFFICERS, args=pk, sees=OWN, methods=BOTH, data=lost, by="sumu_officer"
    ),
    "awards:certificate-void": Row(
        roles=OFFICERS, args=pk, sees=OWN, methods=BOTH, data=note, by="sumu_officer"
    ),
    "awards:waiting": Row(roles=OFFICERS),
    "awards:loose-issue": Row(roles=OFFICERS, methods=POST, data=picked),
    "awards:batch-certificates": Row(roles=OFFICE, args=batch, sees=OVER),
    "awards:batch-issue": Row(
        roles=OFFICERS, args=batch, sees=OWN, methods=POST, data=picked, by="sumu_officer"
    ),
    "awards:issue": Row(roles=OFFICE, args=issue, sees=OVER),
    "awards:issue-status": Row(roles=OFFICE, args=issue, sees=OVER),
    "awards:issue-print": Row(
        roles=OFFICERS, args=issue, sees=OWN, methods=POST, by="sumu_officer"
    ),
    "awards:issue-cancel": Row(
        roles=OFFICERS, args=issue, sees=OWN, methods=POST, by="sumu_officer"
    ),
    "awards:issue-zip": Row(roles=OFFICE, args=issue, sees=OVER, methods=POST),
    "awards:issue-joined": Row(roles=OFFICE, args=issue, sees=OVER, methods=POST),
    "verify:find": Row(roles=PUBLIC, methods=BOTH),
    "verify:certificate": Row(roles=PUBLIC, args=code, sees=EVERYWHERE, also=everything),
}
