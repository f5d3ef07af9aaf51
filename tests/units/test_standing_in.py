"""An officer on leave hands the desk over: the stand-in acts, and says for whom."""

import pytest
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import NOON, make_officer, make_running_batch
from tests.units.desks import hand_over, on_desk, said
from units.operations.desks import forward_application


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def application(cast, batch):
    """On the desk of the 苏木."""
    return on_desk(cast, batch, cast.east_sumu)


def test_the_stand_in_acts_and_says_for_whom(cast, batch):
    application = on_desk(cast, batch, cast.east)
    hand_over(cast.east_officer, cast.city_officer)

    forward_application(application, actor=cast.city_officer, at=NOON, said=said("同意。"))

    opinion = application.opinions.get()
    assert (opinion.given_by, opinion.for_user) == (cast.city_officer, cast.east_officer)
    note = AuditEvent.objects.get(action="application.forward").note
    assert note == f"代{cast.east_officer.name}办理。同意。"


def test_a_colleague_of_the_same_desk_says_in_whose_name(cast, batch):
    colleague = make_officer(cast.east)
    hand_over(cast.east_officer, colleague)
    own, stood = on_desk(cast, batch, cast.east), on_desk(cast, batch, cast.east)

    forward_application(own, actor=colleague, at=NOON)
    forward_application(stood, actor=colleague, at=NOON, said=said(for_user=cast.east_officer))

    assert own.opinions.get().for_user is None
    assert stood.opinions.get().for_user == cast.east_officer


@pytest.mark.parametrize(("shift", "days"), [(1, 5), (-5, 5)])
def test_before_and_after_its_days_it_counts_for_nothing(cast, batch, shift, days):
    application = on_desk(cast, batch, cast.east)
    hand_over(cast.east_officer, cast.city_officer, days=days, shift=shift)

    with pytest.raises(Refused, match="您不能执行"):
        forward_application(application, actor=cast.city_officer, at=NOON)


def test_taken_back_it_ends_at_once(cast, batch):
    application = on_desk(cast, batch, cast.east)
    taken = hand_over(cast.east_officer, cast.city_officer)
    taken.ended_at = timezone.now()
    taken.save()

    with pytest.raises(Refused, match="您不能执行"):
        forward_application(application, actor=cast.city_officer, at=NOON)


def test_the_stand_in_is_told_of_what_arrives(cast, application):
    stand_in = make_officer(cast.city)
    hand_over(cast.east_officer, stand_in)

    forward_application(application, actor=cast.sumu_officer, at=NOON)

    assert stand_in.notifications.filter(text__startswith="待审核").count() == 1
