"""A self-check that is overdue shows on its unit's titles, before anybody ends the round."""

from datetime import timedelta

import pytest

from evaluations.duties import note_overdue
from evaluations.operations.rounds import extend_round
from tests.evaluations import factories as make
from tests.factories import NOON, TODAY, make_designation, make_officer, make_unit
from units.follow_up_columns import marks_behind
from units.models import SelfCheckMark

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def round(cast):
    edition = make.make_edition(cast.city)
    made = make.make_round(cast.city, edition, due_at=NOON - DAY, opens_at=NOON - 30 * DAY)
    make.make_check(cast.one, made)
    make.make_check(cast.other, made, extended_to=NOON + DAY)
    make.make_check(make_unit(cast.east_sumu), made, state="submitted")
    return made


def names(at=NOON):
    return [each.target for each in note_overdue(TODAY, at)]


def test_who_is_overdue_is_noted_once_and_shows_on_the_title(round, cast, client):
    title = make_designation(cast.one, ends_on=TODAY + timedelta(days=900))

    assert (names(), names()) == ([cast.one.name], [])
    assert names(NOON + 2 * DAY) == [cast.other.name]

    assert marks_behind([cast.one.pk]) == {cast.one.pk: f"{round.year} 未报"}
    client.force_login(make_officer(cast.city))
    assert f"{round.year} 未报" in client.get(title.get_absolute_url()).content.decode()


def test_one_unit_in_two_rounds_of_a_year_has_one_mark(round, cast):
    again = make.make_round(
        cast.city,
        round.editions.first(),
        title="再一轮",
        due_at=NOON - DAY,
        opens_at=NOON - 9 * DAY,
    )
    make.make_check(cast.one, again)

    assert names() == [cast.one.name]
    assert SelfCheckMark.objects.count() == 1


def test_more_time_for_all_takes_the_note_back(round, cast):
    names()
    later = NOON + 5 * DAY

    extend_round(
        round, due_at=later, version=round.version, note="示例", actor=cast.city_officer, at=NOON
    )

    assert not SelfCheckMark.objects.exists()
    assert sorted(names(later)) == sorted([cast.one.name, cast.other.name])
