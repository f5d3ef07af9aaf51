"""The top bar holds seven words; what is seldom used folds away under 更多."""

import pytest

from portal.desk import WIDEST, menu_for
from portal.models import User
from tests.factories import make_user


@pytest.mark.django_db
@pytest.mark.parametrize("role", User.Role.values)
def test_no_bar_is_wider_than_seven_words(cast, role):
    shown, _ = menu_for(make_user(role, cast.city))

    assert len(shown) <= WIDEST


def test_what_an_officer_seldom_needs_is_under_more(cast):
    shown, more = menu_for(cast.city_officer)

    assert "名册" in [each["label"] for each in shown]
    assert "基础数据" in [each["label"] for each in more]


def test_a_short_menu_hides_nothing(cast):
    assert menu_for(make_user(User.Role.SYSTEM_ADMIN, cast.city))[1] == []
