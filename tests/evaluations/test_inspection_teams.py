"""Teams, ties and assignments: what the rules forbid is refused in sentences, whoever asks."""

import pytest

from evaluations.models import Assignment, Conflict, InspectionRound, TeamMember
from evaluations.operations.assignments import apply_plan, call_extra, reassign, withdraw
from evaluations.operations.teams import (
    add_members,
    declare_conflict,
    edit_member,
    remove_conflict,
    remove_member,
)
from evaluations.rosters import Roster
from portal.errors import Refused
from portal.models import AuditEvent, Notification, User
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, lay_out, prepare
from tests.factories import NOON, make_user

State = Assignment.State


@pytest.fixture
def stand(cast):
    return prepare(cast)


def pairs(stand):
    return set(Assignment.objects.standing().values_list("inspection", "assessor"))


def apply(stand, cast, wanted):
    return apply_plan(stand.round, wanted, actor=cast.city_officer, at=NOON)


def everybody(stand):
    return {(row.pk, who.pk) for row in stand.inspections for who in stand.people}


def test_a_member_comes_from_the_banner_of_their_account(stand, cast):
    person = build.make_assessor(cast.east_sumu)

    add_members(stand.round, [person], actor=cast.city_officer, at=NOON)

    assert TeamMember.objects.get(user=person).home == cast.east


def test_officers_serve_and_clerks_do_not(stand, cast):
    number = add_members(stand.round, [cast.east_officer], actor=cast.city_officer, at=NOON)

    assert number == 1
    with pytest.raises(Refused, match="不是启用的测评人员或审核人员"):
        add_members(stand.round, [cast.clerk], actor=cast.city_officer, at=NOON)


def test_a_round_has_one_leader(stand, cast):
    one, two = stand.round.members.order_by("pk")

    for member in (one, two):
        edit_member(member, is_leader=True, home=None, actor=cast.city_officer, at=NOON)

    assert list(stand.round.members.filter(is_leader=True)) == [two]


def test_the_team_of_a_round_finished_meanwhile_stays_as_it_is(stand, cast):
    member = stand.round.members.select_related("round__region", "user").first()
    InspectionRound.objects.update(state=InspectionRound.State.FINISHED)
    person = {"actor": cast.city_officer, "at": NOON}

    for act in (
        lambda: add_members(stand.round, [build.make_assessor(cast.city)], **person),
        lambda: edit_member(member, is_leader=True, home=None, **person),
        lambda: remove_member(member, **person),
    ):
        with pytest.raises(Refused, match="已结束，不能再改，没有保存任何内容"):
            act()

    assert stand.round.members.filter(is_leader=False).count() == 2


def test_a_member_removed_meanwhile_is_not_changed(stand, cast):
    member = stand.round.members.select_related("round__region", "user").first()
    TeamMember.objects.filter(pk=member.pk).delete()
    person = {"actor": cast.city_officer, "at": NOON}

    with pytest.raises(Refused, match="刚刚已被移出测评组，没有改动"):
        edit_member(member, is_leader=True, home=None, **person)
    with pytest.raises(Refused, match="刚刚已被移出测评组，没有改动"):
        remove_member(member, **person)


def test_whoever_still_has_units_stays_on_the_team(stand, cast):
    apply(stand, cast, everybody(stand))
    member = stand.round.members.first()

    with pytest.raises(Refused, match="还有 2 家，没有移出"):
        remove_member(member, actor=cast.city_officer, at=NOON)
    apply(stand, cast, set())
    remove_member(member, actor=cast.city_officer, at=NOON)

    assert stand.round.members.count() == 1


def test_the_home_is_not_changed_under_units_already_given(stand, cast):
    apply(stand, cast, everybody(stand))

    with pytest.raises(Refused, match="按规则不能评本旗县市区单位"):
        edit_member(
            stand.round.members.first(),
            is_leader=False,
            home=cast.east,
            actor=cast.city_officer,
            at=NOON,
        )


def test_the_rule_s_plan_is_applied_as_proposed(stand, cast):
    plan = Roster(stand.round).propose()

    assert apply(stand, cast, plan.pairs) == (4, 0)
    assert pairs(stand) == plan.pairs
    assert apply(stand, cast, plan.pairs) == (0, 0)
    line = AuditEvent.objects.get(action="inspectionround.assign")
    assert "示例东嘎查：测评员1" in line.after["given"]


def test_own_banner_own_unit_and_declared_ties_are_refused_by_hand(stand, cast):
    stand.round.members.filter(user=stand.one).update(home=cast.east)
    cast.other.clerks.add(stand.one)
    Conflict.objects.create(user=stand.two, unit=cast.one, declared_at=NOON)

    with pytest.raises(Refused) as refusal:
        apply(stand, cast, everybody(stand))

    said = str(refusal.value)
    assert "“示例东嘎查”不能派测评员1：本旗县市区的人员不评本地单位。" in said
    assert "“示例西社区”不能派测评员1：是这家单位的填报员。" in said
    assert "“示例东嘎查”不能派测评员2：已声明回避。" in said
    assert said.endswith("没有保存任何分配。")
    assert not pairs(stand)


def test_in_the_first_round_the_own_banner_scores(cast):
    stand = prepare(cast, kind="preliminary")
    stand.round.members.update(home=cast.east)

    apply(stand, cast, everybody(stand))

    assert pairs(stand) == everybody(stand)


def test_somebody_who_is_not_on_the_team_is_refused(stand, cast):
    stranger = build.make_assessor(cast.city)

    with pytest.raises(Refused, match="已不在本轮次"):
        apply(stand, cast, {(stand.inspections[0].pk, stranger.pk)})


def test_a_plan_does_not_take_away_what_is_begun(cast):
    stand = lay_out(cast)
    Assignment.objects.filter(pk=stand.tasks[0].pk).update(state=State.SCORING)

    with pytest.raises(Refused, match="已由测评员1开始打分，不能在这里取消"):
        apply(stand, cast, set())

    assert len(pairs(stand)) == 4


def test_a_declared_tie_sends_back_what_is_not_signed(cast):
    stand = lay_out(cast)
    build.make_sheet(stand.tasks[0])
    Assignment.objects.filter(pk=stand.tasks[0].pk).update(state=State.SCORING)

    declare_conflict(cast.one, actor=stand.one, at=NOON)

    task = fetch(stand.tasks[0])
    assert task.state == State.WITHDRAWN
    assert "声明回避“示例东嘎查”" in Notification.objects.get(user=cast.city_officer).text
    assert not Assignment.objects.own(stand.one).filter(inspection__unit=cast.one).exists()
    with pytest.raises(Refused, match="已声明回避"):
        declare_conflict(cast.one, actor=stand.one, at=NOON)


def test_only_the_person_takes_a_declaration_back(cast):
    stand = lay_out(cast)
    tie = declare_conflict(cast.one, actor=stand.one, at=NOON)

    with pytest.raises(Refused, match="只能撤销自己"):
        remove_conflict(tie, actor=stand.two, at=NOON)
    remove_conflict(tie, actor=stand.one, at=NOON)

    assert not Conflict.objects.exists()


def test_only_those_who_may_serve_declare_ties(cast):
    with pytest.raises(Refused, match="参加测评的人员"):
        declare_conflict(cast.one, actor=make_user(User.Role.AUDITOR), at=NOON)


def test_an_unsigned_task_is_handed_on_with_what_was_scored_kept(cast):
    stand = lay_out(cast)
    third = build.make_assessor(cast.city, name="测评员3")
    build.make_member(stand.round, third)
    task = fetch(stand.tasks[0])
    sheet = build.make_sheet(task, {"1.1": 50})

    made = reassign(task, to=third, actor=cast.city_officer, at=NOON, note="出差")

    assert fetch(task).state == State.WITHDRAWN
    assert (made.assessor, made.state) == (third, State.WAITING)
    assert sheet.scores.count() == 1
    assert "出差" in Notification.objects.get(user=stand.one).text


def test_a_signed_task_is_neither_withdrawn_nor_handed_on(cast):
    stand = lay_out(cast)
    Assignment.objects.filter(pk=stand.tasks[0].pk).update(state=State.SIGNED)

    with pytest.raises(Refused, match="不能执行“撤回”"):
        withdraw(fetch(stand.tasks[0]), actor=cast.city_officer, at=NOON, note="换人")


def test_withdrawing_needs_words_and_an_officer_of_the_round(cast):
    stand = lay_out(cast)
    task = fetch(stand.tasks[0])

    with pytest.raises(Refused, match="须填写说明"):
        withdraw(task, actor=cast.city_officer, at=NOON, note=" ")
    with pytest.raises(Refused, match="不能执行"):
        withdraw(task, actor=cast.east_officer, at=NOON, note="换人")


def test_somebody_withdrawn_may_be_called_again(cast):
    stand = lay_out(cast)
    task = fetch(stand.tasks[0])
    withdraw(task, actor=cast.city_officer, at=NOON, note="换人")

    again = call_extra(task.inspection, to=stand.one, actor=cast.city_officer, at=NOON)

    assert (again.pk, fetch(task).state) == (task.pk, State.WAITING)
    assert fetch(task).is_extra


def test_one_more_person_is_called_within_the_rules(cast):
    stand = lay_out(cast)
    tied = build.make_assessor(cast.city, name="测评员3")
    build.make_member(stand.round, tied, home=cast.east)
    inspection = fetch(stand.tasks[0]).inspection

    with pytest.raises(Refused, match="本旗县市区的人员不评本地单位"):
        call_extra(inspection, to=tied, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="已在给"):
        call_extra(inspection, to=stand.one, actor=cast.city_officer, at=NOON)


def over(stand):
    """The round is finished by somebody else, after this one was read."""
    type(stand.round).objects.update(state="finished")


def test_nobody_is_given_work_in_a_round_that_was_finished_meanwhile(cast):
    stand = lay_out(cast)
    third = build.make_assessor(cast.city, name="测评员3")
    build.make_member(stand.round, third)
    task, who = fetch(stand.tasks[0]), {"actor": cast.city_officer, "at": NOON}
    over(stand)

    with pytest.raises(Refused, match="已结束"):
        call_extra(task.inspection, to=third, **who)
    with pytest.raises(Refused, match="已结束"):
        reassign(task, to=third, note="出差", **who)
    with pytest.raises(Refused, match="已结束"):
        withdraw(task, note="出差", **who)

    assert len(pairs(stand)) == 4


def test_a_plan_withdraws_what_has_a_sheet_from_before(cast):
    stand = lay_out(cast)
    task, who = fetch(stand.tasks[0]), {"actor": cast.city_officer, "at": NOON}
    sheet = build.make_sheet(task, {"1.1": 50})
    withdraw(task, note="换人", **who)
    call_extra(task.inspection, to=stand.one, **who)

    assert apply(stand, cast, set()) == (0, 4)

    assert fetch(task).state == State.WITHDRAWN
    assert Assignment.objects.get() == task
    assert sheet.scores.count() == 1
    assert AuditEvent.objects.filter(action="assignment.withdraw", note="调整分配").exists()


def test_a_plan_takes_a_withdrawn_task_up_again_by_the_lifecycle(cast):
    stand = lay_out(cast)
    Assignment.objects.filter(pk=stand.tasks[0].pk).update(is_extra=True)
    withdraw(fetch(stand.tasks[0]), actor=cast.city_officer, at=NOON, note="换人")

    assert apply(stand, cast, everybody(stand)) == (1, 0)

    task = fetch(stand.tasks[0])
    assert (task.state, task.moves, task.is_extra) == (State.WAITING, 2, False)
    assert AuditEvent.objects.filter(action="assignment.restore").count() == 1
