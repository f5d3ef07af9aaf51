"""The naming cycle told by a browser: from a batch to certificates, 复验 and a revocation."""

import pytest

from tests.journeys import naming_applying as applying
from tests.journeys import naming_review as review
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
