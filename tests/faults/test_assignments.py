"""Two officers assign at once: every unit has the people of one of them, never of both."""

import pytest
from django.db.models import Count

from evaluations.models import Assignment, Inspection
from evaluations.operations.assignments import apply_plan, reassign
from evaluations.operations.teams import declare_conflict
from portal.errors import Refused
from tests.evaluations import factories as build
from tests.evaluations.rounds import fetch, prepare
from tests.factories import NOON, make_officer
from tests.faults.rig import times, together

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stand(cast):
    """Two people for each unit are asked for, six are there; the city has two officers."""
    stand = prepare(cast)
    stand.team = [*stand.people, *(build.make_assessor(cast.city) for _ in range(4))]
    for person in stand.team[2:]:
        build.make_member(stand.round, person)
    stand.officers = [cast.city_officer, make_officer(cast.city)]
    return stand


def standing():
    return set(Assignment.objects.standing().values_list("inspection", "assessor"))


def test_two_plans_at_once_leave_as_many_people_as_were_asked_for(stand, record_property):
    rounds = times(15, 200)
    record_property("attempts", f"两人同时分配 {rounds} 次")
    for number in range(rounds):
        first = number % len(stand.team)
        turned = stand.team[first:] + stand.team[:first]
        plans = [
            {(row.pk, who.pk) for row in stand.inspections for who in people}
            for people in (turned[:2], turned[2:4])
        ]

        def assign(plan, officer):
            apply_plan(stand.round, plan, actor=officer, at=NOON)

        together(
            *(
                lambda plan=plan, who=who: assign(plan, who)
                for plan, who in zip(plans, stand.officers, strict=True)
            )
        )

        assert standing() in plans
        counts = Inspection.objects.lacking_people().aggregate(n=Count("pk"))
        assert counts["n"] == 0


def test_a_task_handed_on_by_two_goes_to_one(stand, record_property):
    rounds = times(15, 200)
    record_property("attempts", f"两人同时改派 {rounds} 次")
    for _ in range(rounds):
        Assignment.objects.all().delete()
        task = build.make_assignment(stand.inspections[0], stand.one)
        refused = []

        def hand_on(to, officer, task=task, refused=refused):
            try:
                reassign(fetch(task), to=to, actor=officer, at=NOON, note="示例")
            except Refused as refusal:
                refused.append(str(refusal))

        together(
            lambda: hand_on(stand.team[2], stand.officers[0]),
            lambda: hand_on(stand.team[3], stand.officers[1]),
        )

        assert len(refused) == 1
        assert len(standing()) == 1
        assert not {who for _, who in standing()} - {each.pk for each in stand.team[2:4]}


def test_a_tie_declared_while_the_unit_is_given_keeps_it_away(stand, record_property):
    rounds = times(15, 200)
    record_property("attempts", f"分配时声明回避 {rounds} 次")
    unit, pair = stand.inspections[0].unit, (stand.inspections[0].pk, stand.one.pk)
    for _ in range(rounds):
        Assignment.objects.all().delete()
        stand.one.conflicts.all().delete()

        def give():
            try:
                apply_plan(stand.round, {pair}, actor=stand.officers[0], at=NOON)
            except Refused as refusal:
                assert "已声明回避" in str(refusal)

        together(give, lambda: declare_conflict(unit, actor=stand.one, at=NOON))

        assert not standing()
