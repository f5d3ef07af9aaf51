"""名单导入 on its pages: bring, map, decide, apply, take back; a list is its owner's alone."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Job, StoredFile
from tests import factories as make
from units import tasks
from units.models import Designation, ImportJob, Unit
from units.operations import import_decisions as decisions
from units.operations import imports
from units.operations.import_source import from_file

HEAD = "单位名称\t地区\t级别\t称号\t批次\t年份\n"
GOOD = "东苏木示例小学\t东旗\t盟市级\t示范单位\t第三批\t2024\n"
BLANK_LEVEL = "西旗示例医院\t呼伦贝尔市\t\t示范单位\t第三批\t2024\n"
NEAR = "示例巴音小学\t东旗\t盟市级\t示范单位\t第三批\t2024\n"


@pytest.fixture
def office(cast, client):
    """A city officer signed in, and what a list needs."""
    make.make_kind("示范单位")
    make.make_category("学校", code="unit_school")
    client.force_login(cast.city_officer)
    cast.client = client
    return cast


def url(name, *args):
    return reverse(f"units:{name}", args=args)


def text_of(response):
    return response.content.decode()


def workbook(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line.strip("\n").split("\t"))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def upload(client, content, name="名单.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(url("import-new"), {"file": file}, follow=True)


def listed(user, text):
    return make.make_import(user, text)


def press(client, job, row, act, **cells):
    return client.post(url("import-row", job.pk, row.pk), {"act": act, **cells}, follow=True)


def test_a_workbook_goes_from_the_file_to_the_register(office):
    client = office.client
    page = upload(client, workbook("某某名单", HEAD, GOOD))
    job = ImportJob.objects.get()
    assert "表头上方写着：某某名单" in text_of(page)
    assert f'value="{job.mapping["heading_row"]}"' in text_of(page)

    columns = {f"column-{number}": name for name, number in job.mapping["columns"].items()}
    result = client.post(url("import-mapping", job.pk), columns, follow=True)
    assert "将在东旗东苏木新增单位并登记称号" in text_of(result)
    assert not Unit.objects.filter(name="东苏木示例小学").exists()

    done = client.post(url("import-apply", job.pk), follow=True)
    school = Unit.objects.get(name="东苏木示例小学")
    assert "已写入名册" in text_of(done)
    assert "已在东旗东苏木新增单位并登记称号" in text_of(done)
    assert school.get_absolute_url() in text_of(done)

    back = client.post(url("import-undo", job.pk), follow=True)
    assert "已撤回" in text_of(back)
    assert not Designation.objects.exists()


def test_a_list_is_read_before_the_transaction_and_taken_in_once(office, monkeypatch):
    outside, depths = len(connection.savepoint_ids), []

    def read(*args, **kwargs):
        depths.append(len(connection.savepoint_ids))
        return from_file(*args, **kwargs)

    monkeypatch.setattr("units.views.imports.from_file", read)
    content = workbook(HEAD, GOOD)
    answers = [
        office.client.post(
            url("import-new"),
            {"file": SimpleUploadedFile("名单.xlsx", content), "form_key": "one"},
        )
        for _ in range(2)
    ]

    assert set(depths) == {outside}
    assert {answer["Location"] for answer in answers} == {
        url("import-mapping", ImportJob.objects.get().pk)
    }


def test_a_list_copied_from_a_web_page_is_read(office):
    head = "<tr><th>单位名称</th><th>地区</th></tr>"
    table = f"<table>{head}<tr><td>示例小学</td><td>东旗</td></tr></table>"

    page = office.client.post(url("import-new"), {"text": table}, follow=True)

    assert "示例小学" in text_of(page)
    assert ImportJob.objects.get().mapping["columns"] == {"unit_name": 1, "region": 2}


@pytest.mark.parametrize("name", ["名单.xls", "名单.et"])
def test_old_formats_are_told_what_to_do(office, name):
    page = upload(office.client, b"\xd0\xcf\x11\xe0", name)

    assert "另存为 .xlsx" in text_of(page)
    assert not ImportJob.objects.exists() and not StoredFile.objects.exists()


def test_the_whole_list_may_say_what_rows_do_not(office):
    office.client.post(url("import-new"), {"text": "名称\t旗县\n示例小学\t东旗\n"})
    job = ImportJob.objects.get()
    words = {"column-1": "unit_name", "column-2": "region", "level": "盟市级"}

    office.client.post(
        url("import-mapping", job.pk), words | {"kind": "示范单位", "year": "2024"}, follow=True
    )

    assert job.rows.get().verdict == "new"


def test_two_columns_for_one_thing_are_not_taken(office):
    office.client.post(url("import-new"), {"text": "名称\t旗县\n示例小学\t东旗\n"})
    job = ImportJob.objects.get()

    page = office.client.post(
        url("import-mapping", job.pk), {"column-1": "unit_name", "column-2": "unit_name"}
    )

    assert "有两列都对应“单位名称”" in text_of(page)


def test_a_candidate_is_chosen_with_one_press(office):
    unit = make.make_unit(office.east, "示例巴彦小学")
    job = listed(office.city_officer, HEAD + NEAR)
    row = job.rows.get()
    page = office.client.get(url("import", job.pk))
    assert f'value="unit:{unit.pk}"' in text_of(page)

    press(office.client, job, row, f"unit:{unit.pk}")

    row.refresh_from_db()
    assert (row.verdict, row.unit) == ("match", unit)


def test_a_doubt_may_be_a_new_unit_after_all(office):
    make.make_unit(office.east, "示例巴彦小学")
    job = listed(office.city_officer, HEAD + NEAR)

    press(office.client, job, job.rows.get(), "new")

    assert job.rows.get().verdict == "new"


def test_a_cell_is_mended_on_the_spot(office):
    job = listed(office.city_officer, HEAD + BLANK_LEVEL)
    assert 'name="cell-level"' in text_of(office.client.get(url("import", job.pk)))

    press(office.client, job, job.rows.get(), "edit", **{"cell-level": "省级"})

    assert job.rows.get().verdict == "new"
    press(office.client, job, job.rows.get(), "clear")
    assert job.rows.get().reason_code == "level_blank"


def test_all_cells_of_a_row_and_its_place_are_mended_on_a_page(office):
    job = listed(office.city_officer, HEAD + GOOD.replace("东旗", "某某旗") + BLANK_LEVEL)
    row = job.rows.first()
    address = url("import-row", job.pk, row.pk)
    said = {"unit_name": "示例小学", "level": "盟市级", "kind": "示范单位", "year": "2024"}

    assert "某某旗" in text_of(office.client.get(address))
    answer = office.client.post(address, said | {"place": office.east_sumu.pk})

    row.refresh_from_db()
    assert (row.verdict, row.place) == ("new", office.east_sumu)
    assert answer["Location"].endswith(f"#row-{job.rows.last().pk}")  # the next that waits


def test_rows_are_put_off_together_and_taken_back(office):
    job = listed(office.city_officer, HEAD + GOOD + BLANK_LEVEL)

    page = office.client.post(url("import-bulk", job.pk), {"act": "aside-doubt"}, follow=True)
    assert "已暂缓 1 行疑似。" in text_of(page)
    assert "应用（" not in text_of(page)

    office.client.post(url("import-bulk", job.pk), {"act": "restore"})
    page = office.client.get(url("import", job.pk))
    assert "应用（1 行待处理）" in text_of(page)


def test_applying_while_rows_wait_says_why_not(office):
    job = listed(office.city_officer, HEAD + GOOD + BLANK_LEVEL)

    page = office.client.post(url("import-apply", job.pk), follow=True)

    assert "还有 1 行待处理，没有写入任何内容" in text_of(page)
    assert not Designation.objects.exists()


def test_tabs_and_search_narrow_the_rows(office):
    job = listed(office.city_officer, HEAD + GOOD + BLANK_LEVEL)

    doubts = text_of(office.client.get(url("import", job.pk), {"verdict": "doubt"}))
    named = text_of(office.client.get(url("import", job.pk), {"q": "小學"}))

    assert "示例医院" in doubts and "示例小学" not in doubts
    assert "示例小学" in named and "示例医院" not in named


def test_the_workbook_comes_back_with_the_cells_marked(office):
    upload(office.client, workbook(HEAD, GOOD, BLANK_LEVEL))
    job = ImportJob.objects.get()
    imports.check_import(job, actor=office.city_officer, at=make.NOON)

    answer = office.client.get(url("import-faults", job.pk))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert "没有写级别" in sheet["C3"].comment.text
    assert sheet["A2"].comment is None
    assert (sheet["A3"].value, sheet.max_row) == ("西旗示例医院", 3)


def test_a_mended_copy_sent_again_adds_only_what_was_missing(office):
    job = listed(office.city_officer, HEAD + GOOD + BLANK_LEVEL)
    decisions.set_aside_waiting(job, actor=office.city_officer, at=make.NOON)
    office.client.post(url("import-apply", job.pk))

    mended = listed(office.city_officer, HEAD + GOOD + BLANK_LEVEL.replace("\t\t", "\t省级\t"))

    codes = list(mended.rows.values_list("reason_code", flat=True))
    assert codes == ["unchanged", "unit_new"]


@pytest.mark.parametrize("name", ["import", "import-mapping", "import-faults"])
def test_another_officers_list_is_not_found(office, name):
    job = listed(office.east_officer, HEAD + GOOD.replace("盟市级", "旗县级"))

    assert office.client.get(url(name, job.pk)).status_code == 404


def test_long_lists_are_checked_and_applied_by_the_worker(office, monkeypatch):
    monkeypatch.setattr(imports, "LARGE", 0)
    job = ImportJob.objects.get(pk=listed(office.city_officer, HEAD + GOOD).pk)
    who = {"actor": office.city_officer, "at": make.NOON}

    imports.start_check(job, **who)
    assert "进度" in text_of(office.client.get(url("import", job.pk)))
    tasks.check_import(job_id=Job.objects.get().pk)
    job.refresh_from_db()
    assert (job.state, job.rows.get().verdict) == ("checked", "new")

    office.client.post(url("import-apply", job.pk))
    tasks.apply_import(job_id=Job.objects.order_by("-pk").first().pk)
    assert Unit.objects.filter(name="东苏木示例小学").exists()


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pages_ask_as_often_at_three_rows_as_at_one(office):
    one = listed(office.city_officer, HEAD + BLANK_LEVEL)
    more = "".join(BLANK_LEVEL.replace("医院", f"医院{number}") for number in "甲乙丙")
    three = listed(office.city_officer, HEAD + more)
    lists = queries(office.client, url("imports"))

    assert queries(office.client, url("import", one.pk)) == queries(
        office.client, url("import", three.pk)
    )
    listed(office.city_officer, HEAD + GOOD)
    assert queries(office.client, url("imports")) == lists
