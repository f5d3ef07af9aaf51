"""make_*: plain rows for tests, free of surprises, and the cast everybody knows."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from portal import files
from portal.models import Job, Notification, Region, User
from units.contents import content_of
from units.models import (
    Application,
    ApplicationFile,
    Batch,
    BatchIssuer,
    BatchStage,
    Category,
    Designation,
    HonourRule,
    IssuingBody,
    Level,
    PublicNotice,
    RecommendingBody,
    Regulation,
    Requirement,
    Submission,
    TitleKind,
    Unit,
    UnitSpell,
)
from units.operations import imports
from units.submissions import digest

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # noon in Beijing
TODAY = date(2026, 11, 22)
_numbers = count(1)
_LEVELS = list(Region.Level)
_KINDS = dict(
    zip(
        Region.Level,
        (
            Region.Kind.PROVINCE,
            Region.Kind.CITY,
            Region.Kind.BANNER,
            Region.Kind.SUMU,
            Region.Kind.GACHA,
        ),
        strict=True,
    )
)


def make_region(name="东旗", parent=None, level=None, code=None, **fields):
    """A region one level below `parent`; without a parent, a 旗."""
    if level is None:
        level = _LEVELS[_LEVELS.index(parent.level) + 1] if parent else Region.Level.COUNTY
    code = code or f"99{next(_numbers):010d}"
    fields.setdefault("kind", _KINDS[Region.Level(level)])
    region = Region.objects.create(name=name, parent=parent, level=level, code=code, **fields)
    region.path = f"{parent.path if parent else '/'}{region.pk}/"
    region.save(update_fields=["path"])
    return region


def make_user(role=User.Role.OFFICER, region=None, username=None, **fields):
    fields.setdefault("must_change_password", False)
    username = username or f"user{next(_numbers)}"
    fields.setdefault("name", username)
    return User.objects.create_user(username, "Portal-2026-x", role=role, region=region, **fields)


def make_officer(region, **fields):
    return make_user(User.Role.OFFICER, region, **fields)


def make_category(name="嘎查村", **fields):
    fields.setdefault("code", f"category{next(_numbers)}")
    fields.setdefault("scope", Category.Scope.UNIT)
    fields.setdefault("family", "COMMUNITY")
    fields.setdefault("code_optional", True)
    return Category.objects.get_or_create(name=name, defaults=fields)[0]


def make_unit(region, name=None, **fields):
    fields.setdefault("category", make_category())
    unit = Unit(region=region, name=name or f"示例单位{next(_numbers)}", **fields)
    unit.derive()
    unit.save()
    copied = {each: getattr(unit, each) for each in UnitSpell.COPIED}
    UnitSpell.objects.create(unit=unit, **copied)
    return unit


def make_clerk(unit, **fields):
    clerk = make_user(User.Role.CLERK, unit.region, **fields)
    unit.clerks.add(clerk)
    return clerk


def make_kind(name="示范单位", **fields):
    fields.setdefault("code", f"kind{next(_numbers)}")
    fields.setdefault("family", TitleKind.Family.DEMONSTRATION)
    return TitleKind.objects.get_or_create(name=name, defaults=fields)[0]


def make_batch(name="第一批", level=Level.CITY, **fields):
    fields.setdefault("kind", make_kind())
    fields.setdefault("state", Batch.State.DONE)
    return Batch.objects.create(name=name, level=level, **fields)


def make_designation(unit, **fields):
    fields.setdefault("level", Level.CITY)
    fields.setdefault("kind", make_kind())
    fields.setdefault("title", "全市民族团结进步示范单位")
    fields.setdefault("starts_on", date(2024, 1, 1))
    fields.setdefault("named_year", 2024)
    fields.setdefault("recorded_at", NOON)
    return Designation.objects.create(unit=unit, **fields)


def make_job(user, **fields):
    """A row of the outbox, as jobs.start leaves it."""
    fields.setdefault("name", "portal.sweep_files")
    fields.setdefault("label", "示例任务")
    fields.setdefault("key", f"job{next(_numbers)}")
    return Job.objects.create(requested_by=user, created_at=NOON, run_at=NOON, **fields)


def make_notification(user, text="示例消息", **fields):
    return Notification.objects.create(user=user, text=text, created_at=NOON, **fields)


def make_file(user, content=b"example", name="示例文件.txt"):
    return files.keep(content, name=name, media_type="text/plain", owner=user, at=NOON)


LIST = "单位名称\t级别\t称号\t年份\n示例待定单位\t\t示范单位\t2024"


def make_import(user, text=LIST, **fields):
    """A pasted list, mapped and compared; the default one has a row that waits."""
    job = imports.take_in_text(text, actor=user, at=NOON)
    for name, value in fields.items():
        setattr(job, name, value)
    imports.check_import(job, actor=user, at=NOON)
    return job


def make_rule(level=Level.CITY, **fields):
    """A rule of a regulation of its own, in force since 2024."""
    regulation = fields.pop("regulation", None) or Regulation.objects.create(
        title=f"示例办法{next(_numbers)}",
        starts_on=date(2024, 1, 1),
        region=fields.pop("region", None),
    )
    fields.setdefault("term_years", 5)
    fields.setdefault("reminder_days", [180, 90, 30, 7, 1])
    return HonourRule.objects.create(regulation=regulation, level=level, **fields)


def make_issuing_body(region, name="市民族事务委员会", *, signers=()):
    body = IssuingBody.objects.create(name=name, region=region)
    body.signers.set(signers)
    return body


def make_body(region, **fields):
    """The territorial recommending body of a region, made once."""
    fields.setdefault("name", region.name)
    kind = RecommendingBody.Kind.TERRITORIAL
    return RecommendingBody.objects.get_or_create(region=region, kind=kind, defaults=fields)[0]


STAGE_DAYS = {  # from and to, in days around NOON: applying and reviewing are on
    BatchStage.Kind.APPLYING: (-10, 10),
    BatchStage.Kind.REVIEWING: (-10, 30),
    BatchStage.Kind.INSPECTING: (30, 60),
    BatchStage.Kind.DELIBERATING: (60, 70),
    BatchStage.Kind.NOTICE: (70, 80),
    BatchStage.Kind.DECIDING: (80, 90),
}


def make_running_batch(region, name="第七批", *, shift=0, **fields):
    """An open batch of that region; `shift` days moves its whole timetable."""
    fields.setdefault("rule", make_rule())
    fields.setdefault("state", Batch.State.OPEN)
    fields.setdefault("year", 2026)
    batch = make_batch(name, region=region, **fields)
    for position, (kind, (first, last)) in enumerate(STAGE_DAYS.items(), 1):
        BatchStage.objects.create(
            batch=batch,
            kind=kind,
            position=position,
            starts_at=NOON + timedelta(days=first + shift),
            ends_at=NOON + timedelta(days=last + shift),
        )
    return batch


def make_application(unit, batch, **fields):
    """A draft of the unit's clerk; give state, desk and submitted_at for one on its way."""
    fields.setdefault("category", unit.category)
    fields.setdefault("rule", batch.rule)
    fields.setdefault("body", make_body(_county_of(unit.region)))
    fields.setdefault("created_by", unit.clerks.first() or make_clerk(unit))
    return Application.objects.create(unit=unit, batch=batch, created_at=NOON, **fields)


def make_submitted(unit, batch, desk, **fields):
    """An application that lies on a region's desk."""
    fields.setdefault("state", Application.State.REVIEWING)
    return make_application(
        unit, batch, desk=desk, desk_since=NOON, submitted_at=NOON, deeds="示例事迹", **fields
    )


def make_candidate(unit, batch, total=90, **fields):
    """An accepted application with its settled total, waiting for the deliberation."""
    fields.setdefault("state", Application.State.ACCEPTED)
    fields.setdefault("apply_line", 80)
    return make_submitted(
        unit, batch, batch.region, total=total, settled_at=NOON, recommended_at=NOON, **fields
    )


def make_issuers(batch, *names):
    """Departments that issue a batch, in order, each with a leader who may sign for it."""
    leaders = [make_officer(batch.region, may_sign=True, name=name) for name in names]
    for position, (name, leader) in enumerate(zip(names, leaders, strict=True), 1):
        body = make_issuing_body(batch.region, name, signers=[leader])
        BatchIssuer.objects.create(batch=batch, body=body, position=position)
    return leaders


def make_submission(application, **fields):
    """What an application handed in, as it says now."""
    content = {**content_of(application), **fields.pop("content", {})}
    number = application.submissions.count() + 1
    fields.setdefault("receipt_no", f"SB-{application.pk}-{number}")
    fields.setdefault("submitted_by", application.created_by)
    made = {"number": number, "content": content, "sha256": digest(content), **fields}
    return Submission.objects.create(application=application, submitted_at=NOON, **made)


def make_requirement(batch, name="工作总结", **fields):
    """A document that the batch asks of everybody: one, and it must be there."""
    fields.setdefault("kind", Requirement.Kind.DOCUMENT)
    return Requirement.objects.create(batch=batch, name=name, **fields)


def make_application_file(application, requirement=None, **fields):
    """A file of an application: of a requirement, or without one a stamped scan."""
    clerk = application.created_by
    fields.setdefault("file", make_file(clerk, fields.pop("content", b"example")))
    purposes = ApplicationFile.Purpose
    fields.setdefault("purpose", purposes.MATERIAL if requirement else purposes.STAMPED)
    return ApplicationFile.objects.create(
        application=application, requirement=requirement, added_at=NOON, added_by=clerk, **fields
    )


def _county_of(region):
    while region.level != Region.Level.COUNTY and region.parent:
        region = region.parent
    return region


def make_notice(batch, actor, *, at=NOON, **fields):
    """A published notice that hangs out around `at`; its list is for the test to fill."""
    on = at.date()
    told = {
        "title": f"{batch.name}拟命名名单公示",
        "text": "现予公示。",
        "starts_on": on - timedelta(days=2),
        "ends_on": on + timedelta(days=5),
        "days": 7,
        "in_working_days": False,
        "contact_office": "示例受理科",
        "contact_phone": "0470-0000000",
        "state": PublicNotice.State.OPEN,
        "published_at": at,
    } | fields
    return PublicNotice.objects.create(batch=batch, created_at=at, created_by=actor, **told)
