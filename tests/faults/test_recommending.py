"""Two desks at once: a quota never overrun, one move of two, ranks without gap or twin."""

import threading

import pytest

from portal.errors import Refused
from tests.factories import NOON, make_body, make_officer, make_running_batch
from tests.faults.rig import times, together
from tests.units.desks import fresh, give_places, on_desk, recommended, said
from units.models import Application
from units.operations.approving import approve_many
from units.operations.desks import forward_application, return_application
from units.operations.recommending import ListMoved, listed, order_list

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


def ranks(batch, cast):
    rows = Application.objects.filter(batch=batch).recommended().order_by("recommended_rank")
    return list(rows.values_list("recommended_rank", flat=True))


def test_simultaneous_recommendations_fill_the_quota_and_no_more(cast, batch, record_property):
    rounds, places = times(3, 30), 3
    record_property("attempts", f"{places + 3} 人同时推荐，名额 {places}，{rounds} 轮")
    give_places(batch, make_body(cast.east), places)
    for _ in range(rounds):
        rows = [on_desk(cast, batch, cast.east) for _ in range(places + 3)]
        gate, told = threading.Barrier(len(rows)), []

        def press(row, gate=gate, told=told):
            gate.wait(10)
            try:
                forward_application(row, actor=cast.east_officer, at=NOON)
                told.append("in")
            except Refused as refusal:
                told.append(str(refusal))

        together(*[lambda row=row, press=press: press(row) for row in rows])
        assert told.count("in") == places
        assert sum("已推荐 3 家" in each for each in told) == len(rows) - places
        assert ranks(batch, cast) == [1, 2, 3]
        Application.objects.all().update(state="withdrawn", recommended_at=None)


def test_of_two_officers_passing_on_and_giving_back_exactly_one_does(cast, batch, record_property):
    rounds = times(8, 200)
    record_property("attempts", f"一人同意、一人退回 {rounds} 次")
    colleague = make_officer(cast.east)
    for _ in range(rounds):
        application, refused = on_desk(cast, batch, cast.east), []
        same = fresh(application)

        def attempt(act, refused=refused):
            try:
                act()
            except Refused as refusal:
                refused.append(str(refusal))

        together(
            lambda a=application, t=attempt: t(
                lambda: forward_application(a, actor=cast.east_officer, at=NOON)
            ),
            lambda a=same, t=attempt: t(
                lambda: return_application(a, actor=colleague, at=NOON, said=said("请补充。"))
            ),
        )
        assert len(refused) == 1
        assert application.opinions.count() == 1


def test_a_batch_of_approvals_and_single_ones_never_overrun_the_quota(cast, batch, record_property):
    rounds = times(4, 50)
    record_property("attempts", f"批量与单件同时推荐 {rounds} 轮")
    give_places(batch, make_body(cast.east), 4)
    for _ in range(rounds):
        rows = [on_desk(cast, batch, cast.east) for _ in range(6)]
        seen = {each.pk: each.moves for each in rows}

        def many(keys, seen=seen):
            person = {"actor": cast.east_officer, "at": NOON}
            approve_many(keys, seen=seen, text="", whole=False, **person)

        keys = [each.pk for each in rows]
        together(lambda m=many, k=keys: m(k[:4]), lambda m=many, k=keys: m(k[2:]))
        assert ranks(batch, cast) == [1, 2, 3, 4]
        Application.objects.all().update(state="withdrawn", recommended_at=None)


def test_of_two_orders_at_once_one_stands_whole(cast, batch, record_property):
    rounds = times(6, 100)
    record_property("attempts", f"两人同时排序 {rounds} 次")
    rows, body = [recommended(cast, batch, rank) for rank in (1, 2, 3)], make_body(cast.east)
    keys = [each.pk for each in rows]
    for _ in range(rounds):
        seen, moved = listed(batch, body), []
        wanted = [keys[::-1], [keys[1], keys[2], keys[0]]]
        wanted = [each for each in wanted if each != seen]

        def put(order, seen=seen, moved=moved):
            person = {"actor": cast.east_officer, "at": NOON}
            try:
                order_list(batch, body, wanted=order, seen=seen, **person)
            except ListMoved:
                moved.append(order)

        together(*[lambda o=order, p=put: p(o) for order in wanted])
        stands = [each for each in wanted if each not in moved]
        assert listed(batch, body) == stands[0]
        assert ranks(batch, cast) == [1, 2, 3]
        Application.objects.filter(pk=keys[0]).update(recommended_rank=1)
        Application.objects.filter(pk=keys[1]).update(recommended_rank=2)
        Application.objects.filter(pk=keys[2]).update(recommended_rank=3)
