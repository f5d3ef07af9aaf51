"""What the tests of this floor share."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories as make
from units.operations.batch_plans import plan_batch


@pytest.fixture
def place(cast):
    """The cast with what a list needs: categories and a kind of title."""
    make.make_category("学校", code="unit_school")
    make.make_category("苏木乡镇", code="area_township", scope="area")
    cast.kind = make.make_kind("示范单位")
    return cast


@pytest.fixture
def leader(cast):
    """A signing officer of the naming city."""
    return make.make_officer(cast.city, may_sign=True)


@pytest.fixture
def pdf_text():
    """The words of a PDF, spaces taken out: lines break where the paper ends."""

    def read(content):
        command = ["pdftotext", "-layout", "-", "-"]
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        return "".join(done.stdout.decode().split())

    return read


@pytest.fixture
def planned(cast):
    """A batch of the city in preparation, laid from the next days on."""
    make.make_rule(region=cast.city)
    now = timezone.now()
    values = {"kind": make.make_kind(), "number": 7, "name": "", "year": 2026}
    start = timezone.localdate(now) + timedelta(days=5)
    return plan_batch(values, starts_on=start, actor=cast.city_officer, at=now)


@pytest.fixture
def office(client, cast):
    """The browser of an officer of the naming city."""
    client.force_login(cast.city_officer)
    return client
