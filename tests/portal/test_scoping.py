"""Whose rows: default nothing, then the subtree, then a clerk's own unit."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.errors import Refused
from portal.models import Region, User
from portal.scoping import keep_in_sight
from tests.factories import make_officer, make_region, make_unit, make_user
from units.models import Unit


def names(user):
    return set(Unit.objects.visible_to(user).values_list("name", flat=True))


def test_an_officer_sees_the_subtree_and_nothing_beside_it(cast):
    assert names(cast.city_officer) == {"示例东嘎查", "示例西社区"}
    assert names(cast.east_officer) == {"示例东嘎查"}
    assert names(cast.west_officer) == {"示例西社区"}


def test_a_clerk_sees_the_own_unit_only(cast):
    assert names(cast.clerk) == {"示例东嘎查"}


@pytest.mark.parametrize(
    "role", ["unassigned", "assessor", "system_admin", "security_admin", "audit_admin"]
)
def test_other_roles_see_no_units(cast, role):
    assert names(make_user(role, cast.city)) == set()


def test_nobody_and_those_who_left_see_nothing(cast):
    cast.city_officer.is_active = False

    assert names(AnonymousUser()) == set()
    assert names(cast.city_officer) == set()
    assert names(make_user(User.Role.OFFICER, None)) == set()


def test_an_entrusted_region_is_in_sight_of_the_one_that_looks_after_it(cast):
    district = make_region("代管区", cast.east, level=Region.Level.COUNTY)
    make_unit(district, "示例代管单位")
    Region.objects.filter(pk=district.pk).update(entrusted_to=cast.west)

    assert names(cast.west_officer) == {"示例西社区", "示例代管单位"}


def test_a_path_is_not_a_prefix_of_a_longer_number(cast):
    cousin = make_region("近号旗", cast.city)
    Region.objects.filter(pk=cousin.pk).update(path=cast.east.path[:-1] + "9/")
    make_unit(cousin, "示例近号单位")

    assert "示例近号单位" not in names(cast.east_officer)


def test_a_change_may_not_put_a_row_out_of_the_actors_sight(cast):
    cast.one.region = cast.west
    cast.one.save()

    with pytest.raises(Refused, match="所辖地区"):
        keep_in_sight(cast.one, cast.east_officer)
    keep_in_sight(cast.one, cast.city_officer)


def test_the_office_of_a_region_is_its_own_officers_who_still_serve(cast):
    make_officer(cast.east, is_active=False)
    make_user(User.Role.AUDITOR, region=cast.east)

    assert list(User.objects.office_of(cast.east)) == [cast.east_officer]
    assert list(User.objects.office_of(cast.east_sumu)) == [cast.sumu_officer]
