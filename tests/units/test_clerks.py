"""Which clerk reports for which unit: the officers over the unit decide, the clerk sees no more."""

import re

import pytest
from django.urls import reverse

from portal.errors import Refused
from portal.models import AuditEvent, SignInCode, User
from tests.factories import NOON, make_clerk, make_unit, make_user
from units.models import Unit
from units.operations.clerks import bind_clerk, reset_clerk_codes, unbind_clerk

R = User.Role


def bind(unit, user, actor):
    return bind_clerk(unit, username=user.username, actor=actor, at=NOON)


def test_naming_a_clerk_shows_them_the_unit_and_is_written_on_the_unit(cast):
    newcomer = make_user(R.CLERK, cast.east_sumu)

    bind(cast.one, newcomer, cast.sumu_officer)

    assert list(Unit.objects.visible_to(newcomer)) == [cast.one]
    entry = AuditEvent.objects.about(cast.one).get()
    assert (entry.action, entry.after) == ("unit.bind_clerk", {"clerk": newcomer.username})


def test_a_proposed_clerk_may_be_named_and_sees_nothing_until_granted(cast):
    newcomer = make_user(R.UNASSIGNED, cast.east, proposed_role=R.CLERK)

    bind(cast.one, newcomer, cast.east_officer)

    assert not Unit.objects.visible_to(newcomer).exists()


def test_taking_a_clerk_off_the_unit_takes_it_out_of_their_sight(cast):
    unbind_clerk(cast.one, cast.clerk, actor=cast.east_officer, at=NOON)

    assert not Unit.objects.visible_to(cast.clerk).exists()


def test_an_officer_beside_names_nobody(cast):
    newcomer = make_user(R.CLERK, cast.east)

    with pytest.raises(Refused, match="不在您的审核范围内"):
        bind(cast.one, newcomer, cast.west_officer)
    with pytest.raises(Refused, match="不在您的审核范围内"):
        unbind_clerk(cast.one, cast.clerk, actor=cast.west_officer, at=NOON)
    with pytest.raises(Refused, match="不在您的审核范围内"):
        reset_clerk_codes(cast.one, [cast.clerk], actor=cast.west_officer, at=NOON)


def test_clerks_of_other_regions_and_other_roles_cannot_be_named(cast):
    strangers = [cast.other_clerk, make_user(R.CLERK, cast.west), cast.city_officer]

    for stranger in strangers:
        with pytest.raises(Refused, match="没有可以指定的填报员账号"):
            bind(cast.one, stranger, cast.east_officer)


def test_codes_go_to_clerks_of_the_unit_only(cast):
    neighbour = make_clerk(make_unit(cast.east_sumu))

    with pytest.raises(Refused, match="有人不是"):
        reset_clerk_codes(cast.one, [neighbour], actor=cast.east_officer, at=NOON)
    assert not SignInCode.objects.exists()


def test_a_clerk_of_units_here_and_elsewhere_gets_codes_from_above_only(cast):
    cast.other.clerks.add(cast.clerk)

    with pytest.raises(Refused, match="还是其他地区单位的填报员"):
        reset_clerk_codes(cast.one, [cast.clerk], actor=cast.east_officer, at=NOON)
    assert not SignInCode.objects.exists()
    assert reset_clerk_codes(cast.one, [cast.clerk], actor=cast.city_officer, at=NOON)


def test_the_page_names_a_clerk_and_prints_their_slip(cast, client):
    newcomer = make_user(R.CLERK, cast.east_sumu, username="dongga-tianbao")
    client.force_login(cast.sumu_officer)
    page = reverse("units:clerks", args=[cast.one.pk])

    client.post(page, {"username": " DONGGA-tianbao"})
    slip = client.post(f"{page}codes/", {"user": newcomer.pk}).content.decode()
    everybody = client.post(f"{page}codes/").content.decode()

    assert len(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", slip)) == 1
    assert "示例东嘎查" in slip and "dongga-tianbao" in slip
    assert everybody.count("p-slipcode") == 2


def test_the_page_is_for_officers_over_the_unit(cast, client):
    page = reverse("units:clerks", args=[cast.one.pk])
    statuses = {}
    for name in ("west_officer", "clerk", "east_officer"):
        client.force_login(getattr(cast, name))
        statuses[name] = client.get(page).status_code

    assert statuses == {"west_officer": 404, "clerk": 403, "east_officer": 200}


def test_a_clerk_of_another_unit_is_not_taken_off_by_address(cast, client):
    client.force_login(cast.city_officer)

    answer = client.post(reverse("units:clerk-unbind", args=[cast.one.pk, cast.other_clerk.pk]))

    assert answer.status_code == 404
    assert cast.other.clerks.get() == cast.other_clerk
