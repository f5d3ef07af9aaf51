"""A unit hears of its title's end at each mark of the rule, once, also after an outage."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import Notification
from tests.factories import NOON, TODAY, make_clerk, make_designation, make_rule, make_unit
from units.operations.title_reminders import remind_of_ends

LAST_DAY = TODAY + timedelta(days=30)


@pytest.fixture
def title(cast):
    rule = make_rule(reminder_days=[90, 30, 7])
    return make_designation(cast.one, rule=rule, ends_on=LAST_DAY + timedelta(days=1))


def run(on):
    return [(each.target, each.text) for each in remind_of_ends(on, NOON)]


def heard(user):
    return [each.text for each in Notification.objects.filter(user=user).order_by("pk")]


def test_thirty_days_before_the_last_day_its_clerk_and_its_county_hear_of_it(cast, title):
    [(name, words)] = run(TODAY)

    assert name == cast.one.name and heard(cast.clerk)[0].startswith(words)
    assert Notification.objects.get(user=cast.clerk).url == title.get_absolute_url()
    assert "还有 30 天到期" in heard(cast.clerk)[0]
    assert f"最后有效日 {LAST_DAY}" in heard(cast.clerk)[0]
    assert "由呼伦贝尔市列入复验" in heard(cast.clerk)[0]
    assert "东旗有 1 个称号临近到期" in heard(cast.east_officer)[0]
    assert heard(cast.west_officer) == heard(cast.city_officer) == []


def test_each_mark_is_told_once(title, cast):
    for day in range(31):
        run(TODAY + timedelta(days=day))
        run(TODAY + timedelta(days=day))

    assert [text.partition("还有 ")[2][:2].strip() for text in heard(cast.clerk)] == ["30", "7"]


def test_after_an_outage_only_the_latest_mark_is_made_up_for(title, cast):
    run(LAST_DAY - timedelta(days=3))

    assert ["还有 3 天到期" in text for text in heard(cast.clerk)] == [True]


def test_a_title_whose_term_is_over_is_not_spoken_of(title):
    assert run(LAST_DAY + timedelta(days=1)) == []


def test_statements_do_not_grow_with_titles(cast, title, django_assert_num_queries):

    with CaptureQueriesContext(connection) as one:
        run(TODAY)
    for _ in range(3):
        unit = make_unit(cast.east_sumu)
        make_clerk(unit)
        make_designation(unit, rule=title.rule, ends_on=title.ends_on)
    with django_assert_num_queries(len(one)):
        run(TODAY)
