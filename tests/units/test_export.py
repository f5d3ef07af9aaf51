"""Excel out: what is on the page as filtered, typed, audited, and nobody else's rows."""

import io
import subprocess
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.models import AuditEvent, Job, Notification, Region
from tests import factories as make
from units import sheets
from units.models import Level
from units.tasks import export_register


def export(client, user, name="register", query="", **data):
    client.force_login(user)
    return client.post(reverse(f"units:{name}-export") + query, data or {"scope": "all"})


def opened(response):
    return load_workbook(io.BytesIO(response.getvalue())).active


def table(sheet):
    """The rows below the heading that begins with 序号, as dicts."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(number for number, row in enumerate(rows) if row[0] == "序号")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


@pytest.fixture
def titled(cast):
    batch = make.make_batch("第四批")
    fields = {"named_on": date(2024, 11, 8), "starts_on": date(2024, 11, 8)}
    return make.make_designation(cast.one, batch=batch, ends_on=date(2099, 1, 1), **fields)


def test_the_workbook_holds_the_page_as_filtered(client, cast, titled):
    rows = table(opened(export(client, cast.city_officer, query="?level=city&sort=-name")))

    assert [row["单位名称"] for row in rows] == ["示例东嘎查"]
    row = rows[0]
    assert (row["序号"], row["旗市区"], row["苏木乡镇街道"]) == (1, "东旗", "东苏木")
    assert (row["级别"], row["批次"], row["状态"]) == ("盟市级", "第四批", "有效")
    assert row["命名日期"] == datetime(2024, 11, 8)
    assert row["有效期至"] == datetime(2098, 12, 31)


def test_rows_come_in_the_order_of_the_page(client, cast):
    up = table(opened(export(client, cast.city_officer, query="?sort=name")))
    down = table(opened(export(client, cast.city_officer, query="?sort=-name")))

    assert [row["单位名称"] for row in up] == [row["单位名称"] for row in reversed(down)]


def test_the_head_says_what_was_asked_and_the_foot_by_whom(client, cast, titled):
    sheet = opened(export(client, cast.city_officer, query="?level=city&q=东"))
    head = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=6))

    assert "示范单位名册" in head
    assert "范围：呼伦贝尔市" in head
    assert "查找：东；级别：盟市级" in head
    assert cast.city_officer.name in sheet.oddFooter.left.text
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.paperSize, sheet.print_title_rows is not None) == (9, True)
    assert sheet.freeze_panes is not None


def test_nobody_takes_away_rows_of_others(client, cast):
    picked = {"scope": "picked", "pk": [cast.one.pk, cast.other.pk]}

    assert "示例西社区" not in str(table(opened(export(client, cast.east_officer))))
    rows = table(opened(export(client, cast.east_officer, **picked)))
    assert [row["单位名称"] for row in rows] == ["示例东嘎查"]


def test_ticked_rows_only_and_none_ticked_is_refused(client, cast):
    rows = table(opened(export(client, cast.city_officer, scope="picked", pk=cast.other.pk)))

    assert [row["单位名称"] for row in rows] == ["示例西社区"]
    refused = export(client, cast.city_officer, scope="picked")
    assert refused.url == reverse("units:register")


def test_an_export_is_audited_with_filter_and_number(client, cast, titled):
    export(client, cast.city_officer, query="?level=city")

    event = AuditEvent.objects.get(action="register.export")
    assert event.actor == cast.city_officer
    assert event.after == {"表": "示范单位名册", "筛选": "级别：盟市级", "行数": 1}


def test_titles_and_those_near_their_end_have_sheets_of_their_own(client, cast, titled):
    soon = timezone.localdate() + timedelta(days=31)
    make.make_designation(cast.other, level=Level.REGION, ends_on=soon)

    titles = table(opened(export(client, cast.city_officer, "designations")))
    near = table(opened(export(client, cast.city_officer, "expiry")))

    assert len(titles) == 2
    assert [(row["单位名称"], row["剩余天数"]) for row in near] == [("示例西社区", 30)]


def test_a_formula_in_a_name_stays_text(client, cast):
    make.make_unit(cast.east, '=HYPERLINK("http://example.org")')
    book = load_workbook(io.BytesIO(export(client, cast.east_officer).getvalue()))

    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


def test_a_large_list_is_written_in_the_background(client, cast, monkeypatch):
    monkeypatch.setattr("units.views.export.AT_ONCE", 1)
    response = export(client, cast.city_officer, query="?sort=-name")
    job = Job.objects.get(name="units.export_register")

    assert response.url == job.get_absolute_url()
    export_register(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 2, 2)
    assert job.result.name == "呼伦贝尔市示范单位名册.xlsx"
    assert Notification.objects.filter(user=cast.city_officer).count() == 1
    client.force_login(cast.city_officer)
    file = client.get(reverse("portal:file", args=[job.result.code]))
    rows = table(load_workbook(io.BytesIO(b"".join(file.streaming_content))).active)
    assert [row["单位名称"] for row in rows] == ["示例西社区", "示例东嘎查"]
    assert AuditEvent.objects.filter(action="register.export").count() == 1


def test_what_has_gone_out_of_sight_since_is_not_written(client, cast, monkeypatch):
    monkeypatch.setattr("units.views.export.AT_ONCE", 1)
    export(client, cast.city_officer)
    job = Job.objects.get(name="units.export_register")
    cast.city_officer.region = Region.objects.get(pk=cast.east.pk)
    cast.city_officer.save()

    export_register(job_id=job.pk)

    job.refresh_from_db()
    assert job.done == 1


def test_the_sheet_writes_any_length_with_steady_queries(cast, django_assert_max_num_queries):
    for number in range(30):
        make.make_designation(
            make.make_unit(cast.east_sumu), batch=make.make_batch(f"第{number}批")
        )

    with django_assert_max_num_queries(12):
        rows = sheets.Export("register", "", [], user=cast.city_officer).write(
            io.BytesIO(), at=timezone.now()
        )
    assert rows == 32


def test_libreoffice_opens_it_as_it_was_meant(client, cast, titled, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(export(client, cast.city_officer).getvalue())

    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
            tmp_path,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    text = (tmp_path / "名册.csv").read_text("utf-8")
    assert "示例东嘎查,嘎查村" in text
    assert "2098-12-31" in text
