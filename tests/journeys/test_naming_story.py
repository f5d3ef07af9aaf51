"""The naming cycle told by a browser: from a batch to certificates, 复验 and a revocation."""

from datetime import date

import pytest

from tests.journeys import naming_applying as applying
from tests.journeys import naming_deciding as deciding
from tests.journeys import naming_review as review
from tests.journeys.naming_inspecting import Visit, inspect
from tests.journeys.naming_opening import open_batch
from tests.journeys.naming_world import World, moved_clock

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(chromium, live_server, monkeypatch):
    with moved_clock(monkeypatch) as clock:
        told = World(chromium, live_server.url, clock)
        yield told
        told.close()


def test_from_opening_a_batch_to_the_end_of_a_title(world):
    open_batch(world)
    units_apply(world)
    offices_recommend(world)
    the_city_inspects(world)
    departments_decide(world)
    the_public_has_its_say(world)
    deciding.name(world)


def units_apply(world):
    world.clock.move_to("2027-03-03 10:00")
    applying.type_the_form(world)
    for key in ("second", "objected", "fourth", "other", "gone"):
        applying.hand_in(world, key)
    applying.withdraw(world)
    world.clock.move_to("2027-03-08 09:00")
    applying.return_with_remarks(world)
    applying.mend_and_hand_in_again(world)


def offices_recommend(world):
    world.clock.move_to("2027-03-10 09:00")
    review.pass_on_from_the_sumu(world)
    review.recommend_within_the_places(world)
    review.order_the_list(world)
    review.recommend_from_the_other_banner(world)
    review.accept_in_the_city(world)


def the_city_inspects(world):
    world.clock.move_to("2027-05-06 09:00")
    units = world.units
    marks = {
        units.first: (58, 35),
        units.second: (56, 34),
        units.objected: (58, 38),
        units.other: (52, 32),
    }
    serves = f"batch-{world.batch.pk}"
    inspect(world, Visit("acceptance", "第七批验收", serves, date(2027, 6, 4), marks))
    assert str(world.application(units.first).total) == "93.00"


def departments_decide(world):
    world.clock.move_to("2027-06-09 09:00")
    deciding.deliberate(world)
    world.clock.move_to("2027-06-10 09:00")
    deciding.sign_off(world)


def the_public_has_its_say(world):
    world.clock.move_to("2027-06-21 09:00")
    deciding.publish(world)
    deciding.object_in_public(world)
    world.clock.move_to("2027-06-23 09:00")
    deciding.uphold(world)
    assert "公示期满，已结束" in world.run_clock("2027-06-28 06:00")
    world.clock.move_to("2027-06-28 09:00")
