"""What nobody types by accident, on the pages of the register: never a fault, never a leak."""

from io import BytesIO

import docx
import pytest
from django.urls import reverse

from portal.models import RegionName
from tests import factories as make
from units.application_parts import BASICS, DEEDS
from units.approval_docx import approval_docx
from units.approval_form import approval_form
from units.models import Application, ImportJob, UnitName
from units.operations.applications import save_part

NAMED = "单位名称\t地区\t级别\t称号\t年份\n示例小学\t东旗\t\t示范单位\t2024\n"


@pytest.fixture
def row(cast, client):
    """A row of a list that waits for the city officer, who is signed in."""
    make.make_kind("示范单位")
    make.make_category("学校", code="unit_school")
    client.force_login(cast.city_officer)
    return make.make_import(cast.city_officer, NAMED).rows.get()


def press(client, row, **sent):
    return client.post(reverse("units:import-row", args=[row.job_id, row.pk]), sent)


@pytest.mark.parametrize("back", ["a\nb", "a\r\nSet-Cookie: x=1", "\0", "😀", "q=学校&page=2"])
def test_where_a_row_leads_back_to_is_one_line(client, row, back):
    answer = press(client, row, act="aside", back=back)

    assert answer.status_code == 302
    assert answer.url.isascii()
    assert answer.url.isprintable()
    assert answer.url.startswith(reverse("units:import", args=[row.job_id]))


@pytest.mark.parametrize("act", ["unit:" + "9" * 5000, "region:" + "9" * 20, "unit:²", "region:-1"])
def test_a_choice_that_is_no_key_is_not_taken_down(client, row, act):
    answer = press(client, row, act=act)

    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.choice == {}


def test_mended_cells_hold_no_nul(client, row):
    press(client, row, act="edit", **{"cell-unit_name": "示例\0中学"})

    row.refresh_from_db()
    assert row.edits["unit_name"] == "示例中学"
    assert ImportJob.objects.get().state == ImportJob.State.CHECKED


@pytest.mark.parametrize("user", ["²", "9" * 5000, "-1"])
def test_a_clerk_named_by_no_key_gets_no_code_and_nobody_else_does(client, cast, user):
    client.force_login(cast.east_officer)
    answer = client.post(reverse("units:clerk-codes", args=[cast.one.pk]), {"user": user})

    assert answer.status_code == 302
    assert not cast.clerk.codes.exists()


def test_a_unit_is_looked_up_by_any_text(client, cast):
    client.force_login(cast.east_officer)

    assert client.get(reverse("units:unit-options"), {"q": "\0"}).status_code == 200


@pytest.mark.parametrize("query", ["sheet=²", "row=²", "sheet=99", "row=0", "sheet=" + "9" * 3000])
def test_the_columns_of_a_list_are_shown_at_any_address(client, row, query):
    answer = client.get(f"{reverse('units:import-mapping', args=[row.job_id])}?{query}")

    assert answer.status_code == 200


def test_signs_that_become_many_letters_do_not_burst_a_column(cast):
    unit = make.make_unit(cast.east, "ﷺ" * 100)
    other = UnitName.objects.create(unit=unit, name="㍿" * 100, kind=UnitName.Kind.ALIAS)
    place = RegionName.objects.create(region=cast.east, name="ﷺ" * 60, kind=RegionName.Kind.ALIAS)

    assert len(unit.name_key) == len(other.name_key) == 100
    assert len(place.name_key) == len(place.name_initials) == 60


def test_signs_that_no_document_holds_are_not_kept_in_a_form(cast):
    batch = make.make_running_batch(cast.city)
    draft = make.make_application(cast.one, batch)
    sent = {"summary": "甲\x01乙\x0b\ufffe", "deeds": "第一段\x02\n第二段\t。"}

    for part in (BASICS, DEEDS):
        save_part(draft, part, version=0, values=sent, actor=cast.clerk, at=make.NOON)

    draft.refresh_from_db()
    assert (draft.summary, draft.deeds) == ("甲乙", "第一段\n第二段\t。")


def test_what_was_kept_of_old_still_comes_as_a_document(cast):
    row = make.make_application(cast.one, make.make_running_batch(cast.city))
    Application.objects.filter(pk=row.pk).update(deeds="旧\x02事迹", summary="做\x01法")
    row = Application.objects.for_display().get()

    content = approval_docx(approval_form(row, draft=True, on=make.TODAY))

    table = docx.Document(BytesIO(content)).tables[0]
    words = {cell.text for line in table.rows for cell in line.cells}
    assert {"旧事迹", "做法"} <= words
