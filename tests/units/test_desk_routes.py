"""The way an application takes: from which desk to which, who recommends, and by which line."""

import pytest

from portal.errors import Refused
from portal.models import User
from tests.factories import NOON, make_body, make_officer, make_running_batch
from tests.units.desks import fresh, give_places, hand_over, on_desk
from units.desks import next_desk, recommends, route_of
from units.models import Application, Opinion, RecommendingBody
from units.operations.desks import accept_application, forward_application

K = Opinion.Kind


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def application(cast, batch):
    """On the desk of the 苏木."""
    return on_desk(cast, batch, cast.east_sumu)


def test_a_line_body_recommends_straight_to_the_naming_region(cast, batch):
    line = RecommendingBody.objects.create(
        name="海拉尔铁路办事处", kind=RecommendingBody.Kind.LINE, region=cast.city
    )
    railwayman = make_officer(cast.west)
    line.members.add(railwayman)
    application = on_desk(cast, batch, cast.city, body=line, at_line_desk=True)

    assert [desk.is_line for desk in route_of(application)] == [True, False]
    with pytest.raises(Refused, match="您不能执行"):
        forward_application(application, actor=cast.city_officer, at=NOON)
    forward_application(application, actor=railwayman, at=NOON)

    application = fresh(application)
    assert (application.desk, application.at_line_desk) == (cast.city, False)
    assert application.opinions.get().kind == K.RECOMMEND


def test_a_member_of_the_line_sees_what_goes_through_it_wherever_it_lies(cast, batch):
    line = RecommendingBody.objects.create(
        name="军分区", kind=RecommendingBody.Kind.LINE, region=cast.city
    )
    member, stand_in = make_officer(cast.west), make_officer(cast.west)
    line.members.add(member)
    on_desk(cast, batch, cast.city, body=line, at_line_desk=True)

    assert Application.objects.visible_to(member).count() == 1
    assert Application.objects.visible_to(stand_in).count() == 0
    hand_over(member, stand_in)
    assert Application.objects.visible_to(stand_in).count() == 1
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert Application.objects.visible_to(stand_in).count() == 0


def test_a_unit_right_under_the_naming_region_is_accepted_within_the_quota(cast, batch):
    body = make_body(cast.city)
    give_places(batch, body, 1)
    one = on_desk(cast, batch, cast.city, region=cast.city, body=body)
    two = on_desk(cast, batch, cast.city, region=cast.city, body=body)

    accept_application(one, actor=cast.city_officer, at=NOON)
    with pytest.raises(Refused, match="名额 1 家，已推荐 1 家"):
        accept_application(two, actor=cast.city_officer, at=NOON)

    assert fresh(one).recommended_rank == 1


def test_from_a_desk_no_longer_on_its_way_it_goes_to_the_naming_region(cast, application):
    """The unit was transferred to another 旗 while its file lay here."""
    application.unit.region = cast.west
    application.unit.save()
    application = fresh(application)

    assert Application.objects.visible_to(cast.sumu_officer).get() == application
    assert next_desk(application).region == cast.city
    assert recommends(application)


def test_for_a_batch_of_the_autonomous_region_the_city_recommends(cast):
    batch, body = make_running_batch(cast.province, level="region"), make_body(cast.city)
    give_places(batch, body, 1)
    application = on_desk(cast, batch, cast.east_sumu, body=body)
    people = (cast.sumu_officer, cast.east_officer, cast.city_officer)
    for officer in people:
        forward_application(fresh(application), actor=officer, at=NOON)

    told = application.opinions.values_list("kind", "region__name")
    assert list(told) == [
        (K.FORWARD, "东苏木"),
        (K.FORWARD, "东旗"),
        (K.RECOMMEND, "呼伦贝尔市"),
    ]
    assert fresh(application).desk == cast.province
    assert fresh(application).recommended_rank == 1


def test_a_banner_with_a_second_line_recommends_straight_to_the_autonomous_region(cast):
    batch = make_running_batch(cast.province, level="region")
    body = make_body(cast.east, also_to=cast.province)
    application = on_desk(cast, batch, cast.east_sumu, body=body)

    desks = [desk.region for desk in route_of(application)]

    assert desks == [cast.east_sumu, cast.east, cast.province]
    application.desk = cast.east
    assert recommends(application)


def test_a_unit_moved_between_banners_still_passes_the_city_on_its_way_up(cast):
    batch = make_running_batch(cast.province, level="region")
    application = on_desk(cast, batch, cast.east, body=make_body(cast.city))
    application.unit.region = cast.west

    assert next_desk(application).region == cast.city
    assert not recommends(application)
