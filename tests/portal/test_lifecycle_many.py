"""Many rows moved at once: all or none, each with its audit line."""

import pytest

from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.factories import NOON
from units.lifecycles import APPLICATION
from units.models import Application

State = Application.State


@pytest.fixture
def three(cast):
    batch = make.make_running_batch(cast.city)
    units = [make.make_unit(cast.east_sumu) for _ in range(3)]
    rows = [make.make_application(each, batch, state=State.ACCEPTED) for each in units]
    for each in rows:
        each.batch = batch
    return rows


def leader(cast):
    return make.make_officer(cast.city, may_sign=True)


def test_every_row_moves_and_has_its_line(cast, three):
    actor = leader(cast)
    APPLICATION.perform_all(
        "propose", three, actor=actor, at=NOON, told=lambda each: {"名次": each.pk}
    )

    for each in three:
        stored = Application.objects.get(pk=each.pk)
        assert (stored.state, stored.moves, stored.state_changed_at) == (State.PROPOSED, 1, NOON)
        assert (each.state, each.moves) == (State.PROPOSED, 1)
        event = AuditEvent.objects.about(each).get()
        assert (event.actor, event.action) == (actor, "application.propose")
        assert event.before == {"state": "accepted"}
        assert event.after == {"state": "proposed", "名次": each.pk}


def test_one_that_moved_meanwhile_keeps_all_of_them(cast, three):
    Application.objects.filter(pk=three[1].pk).update(moves=1, state=State.WITHDRAWN)

    with pytest.raises(Refused, match="没有改动任何一条"):
        APPLICATION.perform_all("propose", three, actor=leader(cast), at=NOON)

    states = Application.objects.values_list("state", flat=True)
    assert sorted(states) == [State.ACCEPTED, State.ACCEPTED, State.WITHDRAWN]
    assert AuditEvent.objects.count() == 0


def test_one_that_may_not_move_keeps_all_of_them(cast, three):
    three[2].state = State.DRAFT

    with pytest.raises(Refused, match="不能执行“拟命名”"):
        APPLICATION.perform_all("propose", three, actor=leader(cast), at=NOON)

    assert not Application.objects.filter(state=State.PROPOSED).exists()


def test_rows_with_different_pasts_move_together(cast, three, django_assert_max_num_queries):
    Application.objects.filter(pk=three[1].pk).update(moves=4)
    three[1].moves = 4

    with django_assert_max_num_queries(6):
        APPLICATION.perform_all("propose", three, actor=leader(cast), at=NOON)

    assert Application.objects.get(pk=three[1].pk).moves == 5


def test_an_empty_list_is_no_move(cast):
    APPLICATION.perform_all("propose", [], actor=leader(cast), at=NOON)

    assert AuditEvent.objects.count() == 0
