"""Lists without a register of their own are taken away as they stand: rows in sight, audited."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.models import AuditEvent
from tests.factories import (
    NOON,
    TODAY,
    make_designation,
    make_running_batch,
    make_submitted,
    make_user,
)
from units.models import ExitCase, NamingDecision

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(cast):
    return make_user("auditor", cast.city)


def rows_of(response):
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return [[str(each or "") for each in row] for row in book.active.iter_rows(values_only=True)]


def taken(client, name, query=""):
    rows = rows_of(client.post(f"{reverse(name)}{query}"))
    head = next(number for number, row in enumerate(rows) if row[0] == "序号")
    return rows[:head], rows[head], rows[head + 1 :]


def test_applications_are_taken_away_as_filtered(client, cast, auditor):
    batch = make_running_batch(cast.city)
    for unit, desk in ((cast.one, cast.east), (cast.other, cast.west)):
        make_submitted(unit, batch, desk)
    client.force_login(auditor)

    _, head, rows = taken(client, "units:applications-export", "?state=reviewing&q=示例东")

    assert head[:6] == ["序号", "单位", "批次", "申报类别", "行政区划", "推荐单位"]
    assert [row[1] for row in rows] == [cast.one.name] and "<" not in "".join(rows[0])
    assert rows[0][6].startswith("东旗（")
    event = AuditEvent.objects.get(action="register.export")
    assert (event.after["表"], event.after["行数"]) == ("申报", 1)
    assert "示例东" in event.after["筛选"]


def test_decisions_and_ends_of_titles_are_taken_away(client, cast, auditor):
    batch = make_running_batch(cast.city)
    told = {"batch": batch, "region": cast.city, "created_at": NOON}
    told["created_by"] = cast.city_officer
    NamingDecision.objects.create(**told, kind="naming", title="示例决定", decided_on="2026-11-01")
    title = make_designation(cast.one)
    told = {"ground": "voluntary", "happened_on": TODAY, "recorded_at": NOON}
    ExitCase.objects.create(designation=title, recorded_by=cast.city_officer, **told)
    client.force_login(auditor)

    for name, word in (("decisions", "示例决定"), ("exits", cast.one.name)):
        _, _, rows = taken(client, f"units:{name}-export")
        assert [row[1] for row in rows] == [word]
        assert f"/{name}/export/" in client.get(reverse(f"units:{name}")).content.decode()
