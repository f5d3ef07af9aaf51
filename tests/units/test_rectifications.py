"""整改: ordered, carried out with proof, put off once, closed out by somebody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests.factories import NOON, TODAY, make_clerk, make_rule
from tests.units.follow_up import (
    become_officer,
    make_ending,
    make_signer,
    mended,
    order,
    prove,
)
from units.models import Designation, Rectification
from units.operations.changes import close_unit
from units.operations.mergers import merge_unit
from units.operations.rectification_items import (
    ask_extension,
    grant_extension,
    refuse_extension,
    save_item,
)
from units.operations.rectifications import (
    close_out,
    fail_rectification,
    report_rectification,
    send_back,
)

pytestmark = pytest.mark.django_db
State, TitleState = Rectification.State, Designation.State


@pytest.fixture
def office(cast):
    cast.signer = make_signer(cast.city)
    cast.rule = make_rule(rectification_days=60, extension_days=30)
    cast.title = make_ending(cast.one)
    return cast


def test_an_order_has_the_deadline_of_the_rule_and_the_title_is_being_mended(office):
    made = order(office.title, office.signer)

    office.title.refresh_from_db()
    assert (made.due_on, made.rule) == (TODAY + timedelta(days=60), office.rule)
    assert [each.finding for each in made.items.all()] == ["档案不全", "宣传栏陈旧"]
    assert office.title.state == TitleState.RECTIFYING
    assert Rectification.objects.open().filter(designation__unit=office.one).exists()
    assert AuditEvent.objects.get(action="rectification.order").actor == office.signer


def test_only_a_signing_officer_of_the_naming_tier_orders(office):
    for actor in (office.city_officer, make_signer(office.east)):
        with pytest.raises(Refused, match="签发人员下达"):
            order(office.title, actor)


def test_a_second_order_waits_for_the_first(office):
    order(office.title, office.signer)

    with pytest.raises(Refused, match="已有一份整改没有销号"):
        order(office.title, office.signer)


def test_each_item_needs_words_day_and_proof_before_it_is_reported(office):
    made = order(office.title, office.signer)
    prove(made.items.first(), office.clerk)

    with pytest.raises(Refused, match="第 2 项还没有填写整改措施等 4 处"):
        report_rectification(made, actor=office.clerk, at=NOON)

    assert mended(made, office.clerk).state == State.REPORTED


def test_nobody_closes_out_their_own_work(office):
    clerk = make_clerk(office.one)
    row = mended(order(office.title, office.signer), clerk)
    same_person = become_officer(clerk, office.city)

    with pytest.raises(Refused, match="由您报送，须由其他人核查销号"):
        close_out(row, on=TODAY, actor=same_person, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(closed_by=same_person)

    close_out(row, on=TODAY, actor=office.city_officer, at=NOON)
    office.title.refresh_from_db()
    assert office.title.state == TitleState.ACTIVE
    assert not Rectification.objects.open().exists()


def test_what_does_not_do_is_sent_back_with_a_reason_and_the_deadline_stays(office):
    row = mended(order(office.title, office.signer), office.clerk)
    with pytest.raises(Refused, match="须填写说明"):
        send_back(row, note=" ", actor=office.city_officer, at=NOON)

    send_back(row, note="照片看不清", actor=office.city_officer, at=NOON)

    row.refresh_from_db()
    assert (row.state, row.return_note) == (State.OPEN, "照片看不清")
    assert row.due_on == TODAY + timedelta(days=60)


def test_the_deadline_is_put_off_as_often_as_the_rule_says(office):
    made = order(office.title, office.signer)
    request = ask_extension(made, reason="施工期长", actor=office.clerk, at=NOON)
    with pytest.raises(Refused, match="等待批复"):
        ask_extension(made, reason="再提一次", actor=office.clerk, at=NOON)
    with pytest.raises(Refused, match="不能执行“批准延期”"):
        grant_extension(request, actor=office.city_officer, at=NOON)

    grant_extension(request, actor=office.signer, at=NOON)

    made.refresh_from_db()
    assert (made.due_on, made.extensions) == (TODAY + timedelta(days=90), 1)
    with pytest.raises(Refused, match="次数已用完"):
        ask_extension(made, reason="还要", actor=office.clerk, at=NOON)


def test_a_refused_extension_leaves_the_deadline(office):
    made = order(office.title, office.signer)
    request = ask_extension(made, reason="施工期长", actor=office.clerk, at=NOON)

    refuse_extension(request, answer="理由不足", actor=office.signer, at=NOON)

    made.refresh_from_db()
    assert (made.due_on, made.extensions) == (TODAY + timedelta(days=60), 0)


def test_after_the_deadline_it_is_too_late_to_ask_for_more_time(office):
    made = order(office.title, office.signer)

    with pytest.raises(Refused, match="已过，不能再申请延期"):
        ask_extension(made, reason="晚了", actor=office.clerk, at=NOON + timedelta(days=61))

    assert Rectification.objects.overdue(TODAY + timedelta(days=61)).get() == made


def test_the_second_of_two_writers_overwrites_nothing(office):
    item = order(office.title, office.signer).items.first()
    mine = type(item).objects.get(pk=item.pk)
    act = {"version": 1, "actor": office.clerk, "at": NOON}
    save_item(item, {"measure": "甲"}, **act)

    with pytest.raises(Stale):
        save_item(mine, {"measure": "乙"}, **act)

    item.refresh_from_db()
    assert item.measure == "甲"


def test_what_has_been_reported_is_not_written_on(office):
    row = mended(order(office.title, office.signer), office.clerk)

    with pytest.raises(Refused, match="待销号，不能再改"):
        save_item(row.items.first(), {"measure": "甲"}, version=1, actor=office.clerk, at=NOON)


def test_what_is_not_mended_is_said_by_a_signing_officer(office):
    made = order(office.title, office.signer)
    with pytest.raises(Refused, match="不能执行“认定不到位”"):
        fail_rectification(made, note="没有动", actor=office.city_officer, at=NOON)

    fail_rectification(made, note="没有动", actor=office.signer, at=NOON)

    office.title.refresh_from_db()
    made.refresh_from_db()
    assert (made.state, office.title.state) == (State.FAILED, TitleState.RECTIFYING)


def test_an_open_order_ends_with_the_unit(office):
    made = order(office.title, office.signer)

    close_unit(office.one, actor=office.city_officer, at=NOON, on=TODAY)

    made.refresh_from_db()
    assert made.state == State.ENDED


def test_an_open_order_goes_on_under_the_unit_that_takes_over_the_title(office):
    made = order(office.title, office.signer)

    merge_unit(office.one, into=office.other, actor=office.city_officer, at=NOON, on=TODAY)

    made.refresh_from_db()
    heir = office.other.designations.get()
    assert (made.designation, made.state) == (heir, State.OPEN)
    assert heir.state == TitleState.RECTIFYING
