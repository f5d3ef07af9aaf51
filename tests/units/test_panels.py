"""The home page: figures of a region for its office, the own unit for a clerk."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import User
from tests.factories import make_batch, make_designation, make_user
from units.models import Designation

pytestmark = pytest.mark.django_db


def home(client, user):
    client.force_login(user)
    return client.get(reverse("portal:home"))


def ending_in(days, unit, **fields):
    day = timezone.localdate()
    term = {"starts_on": day - timedelta(days=900), "ends_on": day + timedelta(days=days)}
    return make_designation(unit, batch=make_batch(f"第{days}批"), **term, **fields)


def test_an_officer_counts_what_lies_in_the_own_region(client, cast):
    ending_in(900, cast.one)
    ending_in(30, cast.one)
    ending_in(-30, cast.one)
    ending_in(20, cast.other)
    ending_in(800, cast.one, state=Designation.State.REVERIFYING)

    panel = home(client, cast.east_officer).context["panels"][0]

    told = {name: panel[name] for name in ("units", "held", "due", "reverifying")}
    assert told == {"units": 1, "held": 3, "due": 1, "reverifying": 1}
    assert [each.title.unit for each in panel["next"]] == [cast.one]


def test_the_home_page_asks_the_same_at_one_title_and_three(client, cast):
    ending_in(30, cast.one)
    home(client, cast.city_officer)
    with CaptureQueriesContext(connection) as one:
        home(client, cast.city_officer)
    ending_in(40, cast.one)
    ending_in(50, cast.other)

    with CaptureQueriesContext(connection) as three:
        home(client, cast.city_officer)

    assert len(three) == len(one)


def test_a_clerk_finds_the_own_unit_and_no_figures(client, cast):
    ending_in(30, cast.one)

    text = home(client, cast.clerk).content.decode()

    assert "示例东嘎查" in text
    assert "即将到期" in text
    assert "在册单位" not in text


def test_an_administrator_sees_no_business_figures(client, cast):
    admin = make_user(User.Role.SYSTEM_ADMIN, cast.city)

    assert "在册单位" not in home(client, admin).content.decode()
