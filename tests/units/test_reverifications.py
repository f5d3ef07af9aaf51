"""复验: a round, the application, the conclusion, and the renewal that the rule asks for."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.errors import Refused
from portal.models import AuditEvent, Notification
from tests.factories import (
    NOON,
    TODAY,
    make_application,
    make_clerk,
    make_rule,
    make_running_batch,
    make_unit,
)
from tests.units.follow_up import (
    ENDS,
    REPORT,
    applied,
    call,
    inspected,
    make_ending,
    make_signer,
    turn_of,
)
from units.follow_up_columns import CAUSE
from units.models import Designation, Reverification
from units.operations.reverification_rounds import add_to_round, close_round
from units.operations.reverifications import (
    apply_reverification,
    decline_reverification,
    fail_reverification,
    pass_reverification,
    rectify_reverification,
    return_reverification,
)
from units.operations.settling import settle_reverification
from units.operations.title_clock import mark_expired
from units.reverification_plan import Call, Plan
from units.verdicts import PLEDGES

pytestmark = pytest.mark.django_db
State, TitleState = Reverification.State, Designation.State


@pytest.fixture
def office(cast):
    """The cast with a signing officer of the city and a rule that lengthens by five years."""
    cast.signer, cast.rule = make_signer(cast.city), make_rule()
    return cast


def test_a_round_asks_each_title_whose_term_ends_in_its_period(office):
    title, later = make_ending(office.one), make_ending(office.other, ends_on=date(2028, 1, 1))

    made = call(office.signer)

    turn = made.reverifications.get()
    title.refresh_from_db(), later.refresh_from_db()
    assert (turn.designation, turn.state, turn.rule) == (title, State.CALLED, office.rule)
    assert (title.state, later.state) == (TitleState.REVERIFYING, TitleState.ACTIVE)
    assert title.events.get().label == "转入复验"
    assert "2026-12-22 前提交复验申请" in Notification.objects.get(user=office.clerk).text
    assert AuditEvent.objects.about(made).get().after["称号数"] == 1


def test_the_plan_says_whom_it_leaves_out_and_why(office):
    over = make_ending(make_unit(office.east), ends_on=TODAY - timedelta(days=5))
    mending = make_ending(make_unit(office.east), state=TitleState.RECTIFYING)
    applying = make_ending(office.one)
    make_application(office.one, make_running_batch(office.city, kind=applying.kind))
    free = make_ending(office.other)

    plan = Plan(Call(office.city, "city", date(2026, 7, 1), date(2027, 7, 1)), TODAY)

    told = dict(plan.left_out)
    assert plan.asked == [free]
    assert told[over] == "已于 2026-11-16 到期"
    assert told[mending] == "整改中，销号后再列入"
    assert told[applying] == "正在申报“第七批”"
    assert (plan.by_county, plan.by_category) == ([("西旗", 1)], [("嘎查村", 1)])


def test_a_title_in_a_round_is_not_asked_by_another(office):
    make_ending(office.one)
    call(office.signer)

    with pytest.raises(Refused, match="没有可以复验的称号"):
        call(office.signer, title="又一轮")


def test_titles_for_which_the_rule_wants_a_new_application_are_left_out(office):
    type(office.rule).objects.update(expiry_policy="reapply")
    make_ending(office.one)

    with pytest.raises(Refused, match="没有可以复验的称号"):
        call(office.signer)


def test_a_county_office_does_not_call_titles_of_the_city(office):
    make_ending(office.one)

    with pytest.raises(Refused, match="不由您所在地区组织"):
        call(make_signer(office.east))


def test_calling_asks_the_same_of_the_database_for_one_title_and_many(office):
    make_ending(office.one)
    with CaptureQueriesContext(connection) as one:
        call(office.signer)
    for number in range(5):
        unit = make_unit(office.east_sumu, f"示例多单位{number}")
        make_ending(unit)
        make_clerk(unit)

    with CaptureQueriesContext(connection) as many:
        call(office.signer, title="又一轮")

    assert len(many) == len(one)


def test_the_unit_applies_and_the_office_hears_of_it(office):
    title = make_ending(office.one)
    call(office.signer)

    turn = applied(title, office.clerk)

    assert (turn.state, turn.applied_by, turn.applied_at) == (State.APPLIED, office.clerk, NOON)
    assert turn.statement == REPORT
    assert "已提交复验申请" in Notification.objects.filter(user=office.city_officer).get().text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"statement": "短"}, "至少 100 字"),
        ({"pledges": ["true"]}, "还没有承诺"),
        ({"version": 7}, "刚刚有变动"),
        ({"at": NOON + timedelta(days=31)}, "2026-12-22 已过"),
        ({"at": NOON - timedelta(days=2)}, "开始申请"),
    ],
)
def test_an_application_that_cannot_be_taken_is_refused_and_nothing_is_lost(office, more, sentence):
    title = make_ending(office.one)
    call(office.signer)
    told = {"statement": REPORT, "pledges": list(PLEDGES), "version": 1, "at": NOON, **more}

    with pytest.raises(Refused, match=sentence):
        apply_reverification(turn_of(title), actor=office.clerk, **told)

    assert turn_of(title).state == State.CALLED


def test_another_units_clerk_cannot_apply(office):
    title = make_ending(office.one)
    call(office.signer)

    with pytest.raises(Refused, match="不能执行“提交申请”"):
        applied(title, office.other_clerk)


def test_a_returned_application_comes_again(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = applied(title, office.clerk)

    return_reverification(turn, note="请补近两年的活动", actor=office.city_officer, at=NOON)

    assert turn_of(title).return_note == "请补近两年的活动"
    assert applied(title, office.clerk).return_note == ""


def test_a_unit_that_does_not_ask_for_another_term_lets_it_run_out(office):
    title = make_ending(office.one)
    call(office.signer)

    decline_reverification(turn_of(title), note="不再保留", actor=office.clerk, at=NOON)

    title.refresh_from_db()
    assert (turn_of(title).state, title.state) == (State.DECLINED, TitleState.DUE)
    assert mark_expired(ENDS, NOON) == 1


def test_the_settled_figures_stand_beside_the_conclusion(office):
    title = make_ending(office.one)
    call(office.signer)

    turn = inspected(title, office.clerk, total=92)

    assert (turn.state, turn.total, turn.pass_line) == (State.INSPECTED, 92, 90)
    settle_reverification(
        turn, total=88, pass_line=90, vetoed=False, short=False, sheet_id=1, at=NOON
    )
    assert turn_of(title).total == 88
    line = AuditEvent.objects.get(action="reverification.settle")
    assert (line.before["total"], line.after["total"]) == ("92.00", "88")


def test_figures_are_not_written_onto_what_nobody_applied_for(office):
    title = make_ending(office.one)
    call(office.signer)

    with pytest.raises(Refused, match="待申请”，不能写入"):
        settle_reverification(
            turn_of(title), total=1, pass_line=90, vetoed=False, short=False, sheet_id=1, at=NOON
        )


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"vetoed": True}, "一票否决"),
        ({"total": 89}, "89.00 低于合格线 90.00"),
        ({"short": True}, "单项不达标"),
    ],
)
def test_figures_that_forbid_it_keep_from_passing(office, figures, sentence):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk, **figures)

    with pytest.raises(Refused, match=sentence):
        pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)

    assert turn_of(title).state == State.INSPECTED


def test_a_vetoed_title_can_only_fail(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk, vetoed=True)
    act = {"note": "有否决情形", "on": TODAY, "actor": office.signer, "at": NOON}

    with pytest.raises(Refused, match="只能认定不合格"):
        rectify_reverification(turn, items=["问题"], **act)
    fail_reverification(turn, **act)

    assert turn_of(title).state == State.FAILED


def test_only_a_signing_officer_concludes(office):
    title = make_ending(office.one)
    call(office.signer)
    turn = inspected(title, office.clerk)

    for actor in (office.city_officer, make_signer(office.east), make_signer(office.west)):
        with pytest.raises(Refused, match="不能执行“合格”"):
            pass_reverification(turn, on=TODAY, actor=actor, at=NOON)


def test_a_round_ends_only_when_each_that_applied_has_its_conclusion(office):
    first, second = make_ending(office.one), make_ending(office.other)
    made = call(office.signer)
    turn = inspected(first, office.clerk)
    end = {"version": 1, "note": "", "actor": office.signer, "at": NOON}
    with pytest.raises(Refused, match="还有 1 个称号没有结论"):
        close_round(made, **end)

    pass_reverification(turn, on=TODAY, actor=office.signer, at=NOON)
    close_round(made, **end)

    second.refresh_from_db()
    assert (turn_of(second).state, second.state) == (State.LAPSED, TitleState.DUE)
    assert AuditEvent.objects.filter(action="reverification.lapse").count() == 1


def test_a_title_that_failed_is_not_asked_again(office):
    title = make_ending(office.one)
    made = call(office.signer)
    turn = inspected(title, office.clerk, vetoed=True)
    fail_reverification(turn, note="有否决情形", on=TODAY, actor=office.signer, at=NOON)
    make_ending(office.other)

    again = call(office.signer, title="又一轮")

    assert [each.designation.unit for each in again.reverifications.all()] == [office.other]
    title.refresh_from_db()
    with pytest.raises(Refused, match="已有结论，等待处理"):
        add_to_round(made, title, actor=office.city_officer, at=NOON)


def test_one_more_title_is_taken_in_once(office):
    make_ending(office.one)
    made = call(office.signer)
    later = make_ending(office.other, ends_on=date(2029, 1, 1))

    add_to_round(made, later, actor=office.city_officer, at=NOON)

    assert not turn_of(later).renews
    assert CAUSE.value(turn_of(later)) == "单位变更等"
    assert CAUSE.value(made.reverifications.get(renews=True)) == "期满"
    with pytest.raises(Refused, match="没有重复列入"):
        add_to_round(made, later, actor=office.city_officer, at=NOON)


def test_of_two_conclusions_at_once_one_is_drawn(office):
    title = make_ending(office.one)
    call(office.signer)
    inspected(title, office.clerk)
    mine, theirs = turn_of(title), turn_of(title)
    pass_reverification(mine, on=TODAY, actor=office.signer, at=NOON)

    with pytest.raises(Refused, match="不能执行“不合格”"):
        fail_reverification(theirs, note="x", on=TODAY, actor=office.signer, at=NOON)

    title.refresh_from_db()
    assert title.ends_on == date(2032, 1, 1)
