"""At every moment everybody sees whose turn it is, since when, and until when."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.times import day_of
from tests.factories import NOON, make_application, make_running_batch, make_submitted
from units.models import Application, Batch, Opinion
from units.track import Track

A = Application.State
LATER = NOON + timedelta(days=3)


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


def places(track):
    return [(stop.name, stop.state) for stop in track.stops]


def test_a_draft_is_the_units_turn_until_applying_ends(cast, batch):
    application = make_application(cast.one, batch)

    track = Track.of(application, LATER)

    assert (track.holder, track.until) == ("示例东嘎查", NOON + timedelta(days=10))
    assert track.waited == "3 天"
    assert places(track)[0] == ("示例东嘎查", "now")


def test_a_submitted_one_lies_with_its_desk_until_reviewing_ends(cast, batch):
    application = make_submitted(cast.one, batch, cast.east_sumu)

    track = Track.of(application, LATER)

    assert (track.holder, track.since) == ("东苏木", NOON)
    assert track.until == NOON + timedelta(days=30)
    assert places(track) == [
        ("示例东嘎查", "done"),
        ("东苏木", "now"),
        ("东旗", "later"),
        ("呼伦贝尔市", "later"),
        ("审定命名", "later"),
    ]


def test_a_desk_it_has_passed_says_when_and_how(cast, batch):
    application = make_submitted(cast.one, batch, cast.east)
    told = {"application": application, "region": cast.east_sumu, "given_by": cast.sumu_officer}
    Opinion.objects.create(kind=Opinion.Kind.FORWARD, given_at=LATER, **told)

    stop = Track.of(application, LATER).stops[1]

    assert (stop.state, stop.at, stop.said) == ("done", LATER, "同意上报")


def test_what_was_said_before_it_was_handed_in_again_no_longer_counts(cast, batch):
    told = {"submitted_at": LATER}
    application = make_submitted(cast.one, batch, cast.east_sumu)
    Application.objects.filter(pk=application.pk).update(**told)
    application.refresh_from_db()
    said = {"application": application, "region": cast.east_sumu, "given_by": cast.sumu_officer}
    Opinion.objects.create(kind=Opinion.Kind.FORWARD, given_at=NOON, **said)

    assert places(Track.of(application, LATER))[1] == ("东苏木", "now")


def test_past_the_end_of_its_stage_it_is_overdue(cast, batch):
    application = make_submitted(cast.one, batch, cast.east)

    track = Track.of(application, NOON + timedelta(days=31))

    assert track.deadline.is_over
    assert track.deadline.words == "已过 1 天"


def test_an_ended_one_is_nobodys_turn(cast, batch):
    application = make_application(
        cast.one, batch, state=A.REJECTED, submitted_at=NOON, state_changed_at=NOON
    )

    track = Track.of(application, LATER)

    assert (track.holder, track.deadline, track.waited) == ("", None, "")
    assert track.stops[-1].said == "不予推荐"


def test_in_a_batch_that_is_over_it_is_nobodys_turn(cast, batch):
    made = [make_application(cast.other, batch), make_submitted(cast.one, batch, cast.east)]
    Batch.objects.update(state=Batch.State.CANCELLED)

    for each in made:
        track = Track.of(Application.objects.for_display().get(pk=each.pk), NOON)
        assert (track.holder, track.deadline) == ("", None)
        assert track.stops[-1].said == "批次已取消"
        assert [stop.name for stop in track.stops if stop.state == "now"] == ["办理结束"]


def test_desks_that_never_had_it_are_not_passed(cast, batch):
    ended = {"state": A.WITHDRAWN, "submitted_at": NOON, "state_changed_at": LATER}
    application = make_application(cast.one, batch, **ended)
    told = {"application": application, "region": cast.east_sumu, "given_by": cast.sumu_officer}
    Opinion.objects.create(kind=Opinion.Kind.FORWARD, given_at=NOON, **told)

    stops = places(Track.of(application, LATER))

    assert stops == [
        ("示例东嘎查", "done"),
        ("东苏木", "done"),
        ("东旗", "later"),
        ("呼伦贝尔市", "later"),
        ("办理结束", "now"),
    ]


@pytest.mark.parametrize("state", A.values)
def test_every_state_has_a_track(cast, batch, state):
    given = {"state": state, "submitted_at": NOON, "state_changed_at": NOON, "desk": cast.east}
    application = make_application(cast.one, batch, desk_since=NOON, **given)

    track = Track.of(application, LATER)

    assert bool(track.holder) == (state not in {*Application.OVER, A.NAMED})


def test_the_list_of_applications_says_whose_turn_each_is(client, cast, batch):
    make_submitted(cast.one, batch, cast.east)
    client.force_login(cast.city_officer)

    page = client.get(reverse("units:applications")).content.decode()

    assert "东旗<div" in page
    assert f"{day_of(NOON)} 起，" in page and "12-22 前，" in page
