"""Opening a round asks every unit that has an edition, says who has none, and gives time."""

from datetime import timedelta

import pytest

from evaluations.audience import plan_of
from evaluations.models import Family, FamilyCategory, SelfCheck, SelfCheckRound
from evaluations.operations.rounds import close_round, extend_round, open_round, widen_round
from portal.errors import Refused
from portal.models import AuditEvent, Notification
from portal.versions import Stale
from tests import factories as make
from tests.evaluations.factories import make_edition
from tests.factories import NOON, TODAY
from units.models import Level

DUE = NOON + timedelta(days=20)


def has_family(unit, code="COMMUNITY"):
    family = Family.objects.get_or_create(code=code, defaults={"name": code})[0]
    FamilyCategory.objects.get_or_create(category=unit.category, defaults={"family": family})


@pytest.fixture
def edition(cast):
    has_family(cast.one)
    return make_edition(cast.city, family="COMMUNITY")


def opened(cast, edition, audience=None, actor=None, **values):
    values = {
        "title": "示例自查",
        "year": 2026,
        "region": cast.city,
        "opens_at": NOON,
        "due_at": DUE,
    } | values
    actor = actor or cast.city_officer
    return open_round(values, [edition], audience or {}, actor=actor, at=NOON)


def test_a_round_asks_every_unit_below_by_the_edition_of_its_category(cast, edition):
    made = opened(cast, edition)

    checks = SelfCheck.objects.filter(round=made)
    assert {(each.unit, each.edition, each.state) for each in checks} == {
        (cast.one, edition, "not_started"),
        (cast.other, edition, "not_started"),
    }
    line = AuditEvent.objects.about(made).get()
    assert (line.action, line.after["units"]) == ("selfcheckround.open", 2)


def test_the_clerks_hear_of_it_with_the_day_it_is_due(cast, edition):
    opened(cast, edition)

    told = Notification.objects.get(user=cast.clerk)
    check = SelfCheck.objects.get(unit=cast.one)
    assert "请于 2026-12-12 12:00 前提交" in told.text
    assert told.url == f"/evaluations/self-checks/{check.pk}/fill/"


def test_closed_units_and_those_elsewhere_are_not_asked(cast, edition):
    cast.other.closed_on = TODAY
    cast.other.save()

    made = opened(cast, edition, region=cast.east, actor=cast.east_officer)

    assert [each.unit for each in made.checks.all()] == [cast.one]


def test_units_without_an_edition_are_named_before_anything_happens(cast, edition):
    school = make.make_category("学校", family="SCHOOL")
    left = make.make_unit(cast.east, "示例无体系小学", category=school)

    plan = plan_of(cast.city, [edition], {}, TODAY)

    assert [each.name for each in plan.unserved] == [left.name]
    assert plan.unserved_by_category() == [("学校", 1)]
    assert plan.by_edition() == [(edition, 2)]


def test_units_with_another_round_open_are_named_before_anything_happens(cast, edition):
    earlier = opened(cast, edition, title="示例上半年自查")
    earlier.checks.filter(unit=cast.other).update(state=SelfCheck.State.SUBMITTED)

    plan = plan_of(cast.city, [edition], {}, TODAY)

    assert [(each.name, each.busy_with) for each in plan.busy] == [
        (cast.one.name, "示例上半年自查")
    ]
    close_round(earlier, version=earlier.version, note="", actor=cast.city_officer, at=NOON)
    assert plan_of(cast.city, [edition], {}, TODAY).busy == []


def test_an_audience_narrows_by_place_category_title_level_and_batch(cast, edition):
    batch = make.make_batch("第五批")
    make.make_designation(cast.one, level=Level.CITY, batch=batch)

    def asked(**audience):
        return {each.name for each in plan_of(cast.city, [edition], audience, TODAY).units}

    both = {cast.one.name, cast.other.name}
    assert asked(regions=[cast.west.pk]) == {cast.other.name}
    assert asked(categories=[cast.one.category_id]) == both
    assert asked(categories=[0]) == set()
    assert asked(levels=["city"]) == asked(batches=[batch.pk]) == {cast.one.name}
    assert asked(levels=["county"]) == asked(levels=["city"], batches=[0]) == set()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"due_at": NOON - timedelta(days=1)}, "截止时间须晚于"),
        ({"opens_at": NOON - timedelta(days=400)}, "没有施行"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(cast, edition, values, words):
    with pytest.raises(Refused, match=words):
        opened(cast, edition, **values)

    assert not SelfCheckRound.objects.exists()


def test_two_editions_of_one_family_are_refused(cast, edition):
    other = make_edition(cast.city, family="COMMUNITY")
    values = {"title": "x", "year": 2026, "region": cast.city, "opens_at": NOON, "due_at": DUE}

    with pytest.raises(Refused, match="每个测评类型只能选一套"):
        open_round(values, [edition, other], {}, actor=cast.city_officer, at=NOON)


def test_a_sumu_opens_no_rounds_and_a_banner_only_its_own(cast, edition):
    for actor, region in ((cast.sumu_officer, cast.east_sumu), (cast.east_officer, cast.city)):
        with pytest.raises(Refused, match="旗县级以上审核人员在本辖区内发起"):
            opened(cast, edition, actor=actor, region=region)


def test_a_round_for_nobody_is_not_opened(cast, edition):
    with pytest.raises(Refused, match="没有单位适用"):
        opened(cast, edition, {"categories": [0]})


def test_units_that_came_later_are_asked_once(cast, edition):
    made = opened(cast, edition)
    late = make.make_unit(cast.east, "示例新嘎查")
    clerk = make.make_clerk(late)

    assert widen_round(made, actor=cast.city_officer, at=NOON) == 1
    with pytest.raises(Refused, match="没有要补充的单位"):
        widen_round(made, actor=cast.city_officer, at=NOON)

    assert made.checks.count() == 3
    assert "已列入" in clerk.notifications.get().text


def test_more_time_is_given_never_less_and_those_behind_hear_of_it(cast, edition):
    made = opened(cast, edition)
    person = {"note": "大雪封路", "actor": cast.city_officer, "at": NOON}

    with pytest.raises(Refused, match="须晚于原来的"):
        extend_round(made, due_at=DUE - timedelta(days=1), version=1, **person)
    extend_round(made, due_at=DUE + timedelta(days=5), version=1, **person)
    with pytest.raises(Stale):
        extend_round(made, due_at=DUE + timedelta(days=9), version=1, **person)

    made.refresh_from_db()
    assert made.due_at == DUE + timedelta(days=5)
    assert cast.clerk.notifications.filter(text__contains="延到 2026-12-17 12:00").exists()
    assert AuditEvent.objects.get(action="selfcheckround.extend").note == "大雪封路"


def test_a_closed_round_stays_closed(cast, edition):
    made = opened(cast, edition)
    person = {"actor": cast.city_officer, "at": NOON}

    close_round(made, version=1, note="", **person)

    with pytest.raises(Refused, match="已于 2026-11-22 12:00 结束"):
        widen_round(made, **person)
    with pytest.raises(Refused, match="结束"):
        extend_round(made, due_at=DUE + timedelta(days=9), version=2, note="", **person)
    assert AuditEvent.objects.get(action="selfcheckround.close").after["not_handed_in"] == 2


def test_an_officer_below_sees_the_round_but_does_not_run_it(cast, edition):
    made = opened(cast, edition)

    assert SelfCheckRound.objects.visible_to(cast.east_officer).get() == made
    with pytest.raises(Refused, match="您不能调整"):
        close_round(made, version=1, note="", actor=cast.east_officer, at=NOON)
