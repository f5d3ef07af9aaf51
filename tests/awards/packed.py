"""One application with something of everything that a package holds."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from awards.packing.whole import packable, plan_of
from tests import factories as make
from tests.evaluations import factories as build
from tests.factories import NOON, TODAY
from units.models import Application, Consultation, Opinion

PDF = b"%PDF-1.4 example "


def full_application(cast):
    """Recommended by the east: materials, self-check with evidence, opinions, a settled 初验."""
    rule = make.make_rule(approval_route=["市委统战部同意"])
    batch = make.make_running_batch(cast.city, rule=rule)
    summary = make.make_requirement(batch, "工作总结", position=2)
    photos = make.make_requirement(batch, "照片", kind="photo", position=1)
    check = handed_in_check(cast)
    row = make.make_submitted(
        cast.one, batch, cast.city, state="reviewing", self_check_id=check.pk,
        self_score=Decimal("91.50"), recommended_at=NOON, recommended_rank=1,
        contact_name="示例联系人", contact_phone="0470-0000000",
    )  # fmt: skip
    materials(cast, row, summary, photos)
    make.make_submission(row)
    opinions(cast, row)
    inspection = first_inspection(cast, batch)
    figures = {"first_score": inspection.total, "first_on": TODAY, "first_leader": "示例组长"}
    Application.objects.filter(pk=row.pk).update(**figures)
    return SimpleNamespace(
        application=row, batch=batch, check=check, inspection=inspection, body=row.body
    )


def handed_in_check(cast):
    round = build.make_round(cast.city, build.make_edition(cast.city))
    check = build.make_check(
        cast.one, round, state="submitted", submitted_at=NOON, self_total=Decimal("91.50")
    )
    late = build.make_answer(check, "1.2", cast.clerk)
    early = build.make_answer(check, "1.1", cast.clerk, statement="示例学习情况")
    shared = build.make_evidence(cast.one, cast.clerk, PDF + b"shared", "学习记录.pdf")
    own = build.make_evidence(cast.one, cast.clerk, PDF + b"own", "机制.pdf")
    for answer, evidence in ((early, shared), (late, shared), (late, own)):
        answer.citations.create(evidence=evidence)
    return check


def materials(cast, row, summary, photos):
    told = {"handed_in": True}
    paper = make.make_file(cast.clerk, PDF + b"summary", "总结.pdf")
    make.make_application_file(row, summary, file=paper, **told)
    for number in (2, 1):
        photo = make.make_file(cast.clerk, b"jpg %d" % number, f"照片{number}.jpg")
        make.make_application_file(row, photos, file=photo, position=number, **told)
    scan = make.make_file(cast.clerk, PDF + b"scan", "扫描.pdf")
    make.make_application_file(row, file=scan)


def opinions(cast, row):
    stamped = make.make_file(cast.east_officer, PDF + b"stamped", "盖章.pdf")
    told = {"application": row, "given_by": cast.east_officer}
    first = {"region": cast.east_sumu, "kind": "forward", "given_at": NOON - timedelta(days=1)}
    Opinion.objects.create(text="同意上报。", **first, **told)
    second = {"region": cast.east, "body": row.body, "kind": "recommend", "given_at": NOON}
    Opinion.objects.create(text="同意推荐。", file=stamped, **second, **told)
    Consultation.objects.create(
        application=row, body_name="市公安局", asked_on=TODAY, reply_by=TODAY, answer="agreed",
        recorded_by=cast.city_officer,
    )  # fmt: skip


def first_inspection(cast, batch):
    edition = build.make_edition(cast.city)
    round = build.make_inspection_round(
        cast.east, kind="preliminary", batch=batch, title="示例初验", state="finished"
    )
    found = build.make_inspection(
        round, cast.one, edition, total=Decimal("88.00"), vetoed=True, settled_at=NOON
    )
    assessor = build.make_assessor(cast.east, name="示例测评员")
    build.make_member(round, assessor, is_leader=True)
    task = build.make_assignment(found, assessor, state="signed")
    scores = {"1.1": Decimal(58), "1.2": Decimal(30)}
    build.make_sheet(task, scores, signed_at=NOON, digest="0" * 64)
    return found


def plan_for(application, user):
    """The plan of that person."""
    return plan_of(packable(user).get(pk=application.pk), user, TODAY)
