"""The cast: two 旗 under one city, an officer at each tier, a clerk of one unit and of another."""

import os
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings

from portal.models import Region
from tests import factories as make
from tests.flushing import lift_guards_while_flushing


def pytest_collection_modifyitems(config, items):
    """Leave out what is about the other kind of installation; scripts/test runs both kinds."""
    other = "embedded" if os.environ.get("REDIS_URL") else "server"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def audit_log_of_ones_own(tmp_path_factory):
    """Each test process keeps the end of its audit chain to itself."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "AUDIT_HEAD_FILE", tmp_path_factory.mktemp("audit") / "head.json")
        lift_guards_while_flushing(patched)
        yield


@pytest.fixture
def noon():
    """The pages, too, read NOON from the clock: what the factories made for that day is on."""
    with time_machine.travel(make.NOON):
        yield


@pytest.fixture
def cast(db):
    province = make.make_region("内蒙古自治区", level=Region.Level.PROVINCE)
    city = make.make_region("呼伦贝尔市", province)
    east, west = make.make_region("东旗", city), make.make_region("西旗", city)
    east_sumu = make.make_region("东苏木", east)
    one, other = make.make_unit(east_sumu, "示例东嘎查"), make.make_unit(west, "示例西社区")
    return SimpleNamespace(
        province=province,
        city=city,
        east=east,
        west=west,
        east_sumu=east_sumu,
        one=one,
        other=other,
        province_officer=make.make_officer(province),
        city_officer=make.make_officer(city),
        east_officer=make.make_officer(east),
        west_officer=make.make_officer(west),
        sumu_officer=make.make_officer(east_sumu),
        clerk=make.make_clerk(one),
        other_clerk=make.make_clerk(other),
    )
