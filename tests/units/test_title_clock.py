"""What the clock records of titles, and that what a title is does not wait for it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import AuditEvent, Notification
from tests.factories import NOON, TODAY, make_designation, make_officer, make_unit
from tests.units.follow_up import order
from units.models import Designation, DesignationEvent
from units.operations.follow_up_reminders import remind_of_work
from units.operations.title_clock import due_titles, expiring, mark_due, mark_expired
from units.operations.titles import correct_designation, move_designation
from units.rules import title_status

pytestmark = pytest.mark.django_db
State, Status = Designation.State, Designation.Status


def ending(unit, days, **fields):
    """A title whose last day is so many days off."""
    ends_on = TODAY + timedelta(days=days + 1)
    fields.setdefault("starts_on", date(2020, 1, 1))
    return make_designation(unit, ends_on=ends_on, **fields)


def test_the_clock_records_what_came_due_on_the_day_it_did(cast):
    near = ending(cast.one, 170)
    ending(cast.other, 181)

    assert mark_due(TODAY, NOON) == 1

    near.refresh_from_db()
    event = near.events.get()
    assert near.state == State.DUE
    assert (event.verb, event.state, event.happened_on) == ("due", "due", TODAY - timedelta(10))
    line = AuditEvent.objects.about(near).get()
    assert (line.actor, line.actor_label, line.action) == (None, "系统", "designation.due")


def test_the_clock_records_that_a_term_has_run_out_whatever_was_under_way(cast):
    titles = [
        ending(cast.one, -3),
        ending(cast.other, -1, state=State.DUE),
        ending(make_unit(cast.east), -2, state=State.RECTIFYING),
        ending(make_unit(cast.east), -400, state=State.REVERIFYING),
    ]
    ending(make_unit(cast.east), -3, state=State.REVOKED)
    ending(make_unit(cast.east), 0)  # its last day

    assert mark_expired(TODAY, NOON) == 4

    for title in titles:
        title.refresh_from_db()
        assert (title.state, title.events.get().happened_on) == (State.EXPIRED, title.ends_on)


def test_the_clock_run_twice_does_nothing_the_second_time(cast):
    ending(cast.one, 5)
    ending(cast.other, -5)
    mark_due(TODAY, NOON), mark_expired(TODAY, NOON)
    before = DesignationEvent.objects.count(), AuditEvent.objects.count()

    assert (mark_due(TODAY, NOON), mark_expired(TODAY, NOON)) == (0, 0)

    assert (DesignationEvent.objects.count(), AuditEvent.objects.count()) == before
    assert not due_titles(TODAY).exists()
    assert not expiring(TODAY).exists()


@pytest.mark.parametrize("rule", [mark_due, mark_expired])
def test_the_clock_asks_the_same_at_one_title_and_many(cast, rule):
    days = 5 if rule is mark_due else -5
    ending(cast.one, days)
    with CaptureQueriesContext(connection) as one:
        rule(TODAY, NOON)
    for _ in range(20):
        ending(make_unit(cast.east), days)

    with CaptureQueriesContext(connection) as many:
        assert rule(TODAY, NOON) == 20

    assert len(many) == len(one)


@pytest.mark.parametrize("state", [State.ACTIVE, State.DUE, State.EXPIRED])
@pytest.mark.parametrize(
    ("days", "status"), [(400, Status.VALID), (20, Status.DUE), (-1, Status.EXPIRED)]
)
def test_dates_say_what_a_title_is_whatever_the_clock_has_recorded(cast, state, days, status):
    title = ending(cast.one, days, state=state)

    assert title_status(title, TODAY, 180) == status
    assert Designation.objects.with_status(TODAY, 180).get().status == status


@pytest.mark.parametrize("state", [State.REVERIFYING, State.RECTIFYING])
def test_a_title_under_way_whose_term_has_run_out_has_expired(cast, state):
    title = ending(cast.one, -1, state=state)

    assert title_status(title, TODAY, 180) == Status.EXPIRED
    assert not Designation.objects.in_force(TODAY).exists()
    assert title_status(title, title.ends_on - timedelta(1), 180) == state.value


def test_a_late_entry_of_the_past_is_not_barred_by_what_the_clock_recorded(cast):
    title = ending(cast.one, -300)
    mark_expired(TODAY, NOON)
    title.refresh_from_db()

    move_designation(
        "withdraw",
        title,
        actor=cast.city_officer,
        at=NOON,
        on=date(2025, 1, 1),
        note="补登",
    )

    then = Designation.objects.with_state_on(TODAY).get()
    assert then.state_then == State.WITHDRAWN


def test_a_night_of_the_clock_does_not_count_as_a_move(cast):
    title = ending(cast.one, -300)

    mark_expired(TODAY, NOON)

    title.refresh_from_db()
    assert title.moves == 0


def test_correcting_a_wrong_term_takes_back_what_was_recorded_of_it(cast):
    title = ending(cast.one, -3)
    mark_expired(TODAY, NOON)
    title.refresh_from_db()

    act = {"actor": cast.city_officer, "at": NOON, "version": title.version}
    correct_designation(title, {"ends_on": TODAY + timedelta(days=900)}, **act)

    title.refresh_from_db()
    assert title.state == State.ACTIVE


def test_work_that_is_owed_is_told_once_at_each_mark(cast):
    office = make_officer(cast.city, may_sign=True)
    made = order(ending(cast.one, 900), office)

    first = list(remind_of_work(made.due_on - timedelta(days=7), NOON))
    again = list(remind_of_work(made.due_on - timedelta(days=6), NOON))
    over = list(remind_of_work(made.due_on + timedelta(days=4), NOON))
    more = list(remind_of_work(made.due_on + timedelta(days=5), NOON))

    assert [len(first), len(again), len(over), len(more)] == [1, 0, 1, 0]
    texts = list(Notification.objects.filter(user=cast.clerk).values_list("text", flat=True))
    assert f"整改还有 7 天到期，期限 {made.due_on}。" in texts
    assert f"整改期限 {made.due_on} 已过，请尽快办理。" in texts
    assert "整改逾期" in Notification.objects.get(user=office, url=made.get_absolute_url()).text
