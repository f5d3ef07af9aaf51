"""整改 that is not done with keeps a unit out at every step of a batch, and so does a ban."""

from datetime import timedelta

import pytest

from portal.errors import Refused
from portal.models import Notification
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.units.decided import draft, make_city
from tests.units.desks import on_desk
from tests.units.follow_up import order
from units.blocking import blocked, why_blocked
from units.deliberating import Docket
from units.models import (
    Application,
    Deliberation,
    Designation,
    ExitCase,
    Level,
    NoticeEntry,
    Rectification,
)
from units.operations import decisions, deliberations
from units.operations.approving import judge, rows_to_judge
from units.operations.desks import accept_application, forward_application, return_application
from units.operations.rectifications import fail_rectification
from units.operations.striking import strike_application
from units.said import Said

pytestmark = pytest.mark.django_db
A = Application.State


def mending(unit, leader):
    """An order for a title of another level that the unit holds."""
    title = make.make_designation(unit, level=Level.REGION, ends_on=TODAY + timedelta(days=900))
    return order(title, leader)


def test_an_application_under_rectification_is_not_recommended_but_may_be_returned(cast):
    leader = make.make_officer(cast.city, may_sign=True)
    batch = make.make_running_batch(cast.city)
    here, there = (on_desk(cast, batch, desk) for desk in (cast.east, cast.city))
    for each in (here, there):
        mending(each.unit, leader)

    with pytest.raises(Refused, match=r"整改没有销号（期限 .*整改期间不得参评，不能继续上报"):
        forward_application(here, actor=cast.east_officer, at=NOON)
    with pytest.raises(Refused, match="整改期间不得参评"):
        accept_application(there, actor=cast.city_officer, at=NOON)
    verdict = judge(rows_to_judge([here.pk]), actor=cast.east_officer, at=NOON)[0]
    assert any("整改没有销号" in each for each in verdict.reasons)

    return_application(here, actor=cast.east_officer, at=NOON, said=Said(text="先整改"))
    here.refresh_from_db()
    assert (here.state, here.recommended_at) == (A.RETURNED, None)


def test_a_failed_rectification_blocks_until_its_title_is_decided_about(cast):
    leader = make.make_officer(cast.city, may_sign=True)
    made = mending(cast.one, leader)
    fail_rectification(made, note="没有整改", actor=leader, at=NOON)
    assert "整改没有销号" in why_blocked(cast.one, TODAY)

    Designation.objects.update(state=Designation.State.REVOKED)
    assert why_blocked(cast.one, TODAY) == ""

    ExitCase.objects.create(
        designation=made.designation,
        ground="unmended",
        happened_on=TODAY,
        reapply_from=TODAY + timedelta(days=730),
        recorded_at=NOON,
        recorded_by=leader,
    )
    assert "起方可重新申报" in why_blocked(cast.one, TODAY)
    assert blocked([cast.one.pk], TODAY + timedelta(days=730)) == {}


def test_who_is_under_rectification_is_not_chosen_presented_or_signed_for(cast):
    batch = make.make_running_batch(cast.city, places=1, shift=-65)
    leaders = make.make_issuers(batch, "市委宣传部", "市民族事务委员会")
    units = [make.make_unit(cast.east_sumu) for _ in range(2)]
    first, second = (make.make_candidate(unit, batch, 90 - n) for n, unit in enumerate(units))
    Deliberation.objects.create(batch=batch, held_on=TODAY, created_at=NOON, created_by=leaders[0])
    person = {"actor": leaders[0], "at": NOON}
    made = mending(first.unit, leaders[0])

    with pytest.raises(Refused, match="整改期间不得参评，不能入选。没有提交会签"):
        deliberations.present(batch, **person)
    Rectification.objects.filter(pk=made.pk).update(state="closed")
    deliberations.present(batch, **person)
    Rectification.objects.filter(pk=made.pk).update(state="open")
    docket = Docket(batch)
    with pytest.raises(Refused, match="没有会签；请经办人收回名单"):
        deliberations.sign_list(batch, docket.bodies[0], digest=docket.digest, **person)

    deliberations.take_back(batch, note="整改", **person)
    deliberations.choose(batch, first, chosen=False, reason="整改没有销号", **person)
    deliberations.choose(batch, second, chosen=True, reason="依次递补", **person)
    deliberations.present(batch, **person)
    assert Docket(batch).state == Deliberation.State.SIGNING
    deliberations.take_back(batch, note="示例", **person)
    deliberations.unchoose(batch, first, **person)
    deliberations.set_cut(batch, 1, version=Docket(batch).deliberation.version, **person)
    mending(second.unit, leaders[0])
    with pytest.raises(Refused, match="整改期间不得参评，没有保存"):
        deliberations.choose(batch, second, chosen=True, reason="示例", **person)


def test_a_ban_is_read_as_of_the_day_on_which_somebody_decides(cast):
    batch = make.make_running_batch(cast.city, places=1)
    leader, *_ = make.make_issuers(batch, "市委宣传部")
    row = make.make_candidate(cast.one, batch, 90)
    title = make.make_designation(cast.one, level=Level.REGION, state=Designation.State.REVOKED)
    ExitCase.objects.create(
        designation=title,
        ground="unmended",
        happened_on=TODAY,
        reapply_from=TODAY + timedelta(days=730),
        recorded_at=NOON,
        recorded_by=leader,
    )
    at = lambda days: (
        deliberations.locked(batch, actor=leader, at=NOON + timedelta(days=days)).blocked
    )

    assert list(at(0)) == list(at(729)) == [row.pk]
    assert at(730) == {}


def test_a_proposed_unit_under_rectification_is_struck_and_the_others_are_named(cast):
    city = make_city(cast)
    decision, struck = draft(city), city.rows[0]
    clerk = struck.unit.clerks.first()
    mending(struck.unit, city.leaders[0])

    with pytest.raises(
        Refused, match="整改期间不得参评，不能命名；请等情形消除，或在申报页取消资格"
    ):
        decisions.apply_decision(decision, **city.leader)
    strike_application(struck, note="责令整改", **city.leader)
    decisions.refresh_decision(decision, **city.leader)
    decisions.apply_decision(decision, **city.leader)

    struck.refresh_from_db()
    assert (struck.state, struck.reason) == (A.STRUCK, "责令整改")
    assert NoticeEntry.objects.get(application=struck).taken_off_reason == "责令整改"
    assert Notification.objects.filter(user=clerk, text__contains="责令整改").exists()
    assert Application.objects.filter(state=A.NAMED).count() == 2


def test_striking_is_for_signing_officers_and_for_what_is_proposed(cast, client):
    city = make_city(cast)
    row, page = city.rows[0], f"/units/applications/{city.rows[0].pk}/strike/"
    with pytest.raises(Refused, match="取消资格"):
        strike_application(row, note="示例", actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="须填写说明"):
        strike_application(row, note=" ", **city.leader)
    row.refresh_from_db()
    assert row.state == A.PROPOSED

    client.force_login(city.leaders[0])
    assert page in client.get(f"/units/applications/{row.pk}/").content.decode()
    asked = client.get(page)
    assert "密码" in asked.content.decode() or asked.status_code == 302
    client.force_login(cast.city_officer)
    assert page not in client.get(f"/units/applications/{row.pk}/").content.decode()
