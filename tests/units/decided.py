"""A batch on its way to its decision: proposed units, shown to the public, departments to issue."""

from datetime import timedelta
from types import SimpleNamespace

from tests import factories as make
from tests.factories import NOON, TODAY
from units.models import Application, NoticeEntry, PublicNotice
from units.operations.decisions import draft_decision

PAPERS = {
    "title": "关于命名第七批示范单位的决定",
    "document_no": "呼民委发[2026]31",
    "decided_on": TODAY,
    "text": "",
}


def make_notice(batch, applications, *, state=PublicNotice.State.CLOSED, **fields):
    """A notice of these applications that ran out yesterday."""
    fields.setdefault("starts_on", TODAY - timedelta(days=8))
    fields.setdefault("ends_on", TODAY - timedelta(days=1))
    notice = PublicNotice.objects.create(
        batch=batch,
        title="示例公示",
        text="示例",
        days=5,
        contact_office="示例科",
        contact_phone="0470-0000000",
        state=state,
        published_at=NOON,
        created_at=NOON,
        created_by=batch.created_by or make.make_officer(batch.region),
        **fields,
    )
    for number, each in enumerate(applications, 1):
        NoticeEntry.objects.create(
            notice=notice,
            application=each,
            position=number,
            unit_name=each.unit.name,
            category_name=each.category.name,
            region_name="示例旗",
            body_name=each.body.name,
        )
    return notice


def make_proposed(region, units, name="第七批", **fields):
    """A batch with its departments whose proposed units the public has read about."""
    fields.setdefault("approval_no", "示例批准〔2026〕1号")
    batch = make.make_running_batch(region, name, shift=-85, **fields)
    leaders = make.make_issuers(batch, f"市委宣传部{name}", f"市民族事务委员会{name}")
    state = Application.State.PROPOSED
    rows = [make.make_candidate(unit, batch, 95 - n, state=state) for n, unit in enumerate(units)]
    make_notice(batch, rows)
    return batch, leaders, rows


def make_two_proposed(cast):
    """A running batch with two units that nobody has read about yet."""
    batch = make.make_running_batch(cast.city)
    for unit in (cast.one, cast.other):
        fields = {"state": Application.State.PROPOSED, "submitted_at": NOON}
        make.make_application(unit, batch, **fields)
    return batch


def make_draft(batch, actor, **papers):
    """The drafted decision of a batch."""
    return draft_decision(batch, {**PAPERS, **papers}, actor=actor, at=NOON)


def make_city(cast):
    """Three proposed units in two 旗 and two categories, their notice over, and who may decide."""
    school = make.make_category("学校", position=5)
    units = [
        make.make_unit(cast.east_sumu, "示例甲村"),
        make.make_unit(cast.west, "示例乙校", category=school),
        make.make_unit(cast.east_sumu, "示例丙校", category=school),
    ]
    batch, leaders, rows = make_proposed(cast.city, units)
    leader = {"actor": leaders[0], "at": NOON}
    return SimpleNamespace(
        cast=cast, batch=batch, units=units, rows=rows, leader=leader, leaders=leaders
    )


def draft(city, **papers):
    """The drafted decision of that batch."""
    return make_draft(city.batch, city.leaders[0], **papers)
