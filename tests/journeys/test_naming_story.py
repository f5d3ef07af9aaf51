"""The naming cycle told by a browser: from a batch to certificates, 复验 and a revocation."""

from datetime import date, timedelta

import pytest

from tests.journeys import naming_applying as applying
from tests.journeys import naming_certifying as certifying
from tests.journeys import naming_deciding as deciding
from tests.journeys import naming_following as following
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
    certifying.issue(world)
    certifying.verify(world, world.units.first)
    titles_near_their_end(world)
    units_apply_again(world)
    one_mends_and_one_is_revoked(world)


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


def titles_near_their_end(world):
    """Half a year before, the clock marks the titles and tells their clerks; once."""
    ends_on = following.title_of(world.units.first).ends_on
    morning = f"{ends_on - timedelta(days=181)} 06:00"
    assert "还有 180 天到期" in world.run_clock(morning)
    world.clock.move_to(morning.replace("06:00", "09:00"))
    following.read_the_reminder(world)


def units_apply_again(world):
    world.clock.move_to("2030-01-07 09:00")
    following.call_round(world)
    following.apply_again(world)
    world.clock.move_to("2030-03-04 09:00")
    marks = {world.units.first: (35, 20), world.units.second: (20, 10)}
    serves = f"turns-{following.ReverificationRound.objects.get().pk}"
    inspect(world, Visit("reverification", "2030 年复验", serves, date(2030, 3, 15), marks))


def one_mends_and_one_is_revoked(world):
    units = world.units
    following.order_to_mend(world)
    world.clock.move_to("2030-04-01 09:00")
    following.mend(world)
    world.clock.move_to("2030-04-03 09:00")
    following.close_out(world)
    following.renew(world)
    certifying.reads(world, world.code, "证书有效", "2033-06-27", picture="verify-renewed")
    following.revoke(world)
    revoked = certifying.address_of(world, units.second)
    certifying.reads(world, revoked, "称号已撤销", picture="verify-revoked")
