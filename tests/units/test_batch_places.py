"""名额: the matrix of bodies and categories, its sums, its faults."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_body, make_category
from tests.units.test_batch_pages import url
from units.forms.quotas import QuotaSheet, verdict
from units.models import Batch, Quota, RecommendingBody

VERDICTS = [
    (0, None, "还没有填写总名额"),
    (8, 10, "比总名额少 2 个"),
    (10, 10, "与总名额相等"),
    (12, 10, "差额推荐 2 个"),
]


@pytest.mark.parametrize(("given", "places", "words"), VERDICTS)
def test_the_sum_is_held_against_the_places_in_all(given, places, words):
    assert words in verdict(given, places)[1]


def test_sums_are_added_up_without_a_script(office, cast, planned):
    village, east, west = make_category(), make_body(cast.east), make_body(cast.west)
    sent = {f"q_{east.pk}_{village.pk}": "2", f"q_{west.pk}_{village.pk}": "3", "places": "9"}

    page = office.post(url("batch-quotas", planned), {**sent, "version": 1, "act": "check"})

    sheet = page.context["sheet"]
    assert (sheet.total, sheet.column_totals) == (5, [0, 5])
    assert "比总名额少 4 个" in page.content.decode()
    assert not Quota.objects.exists()


@pytest.mark.parametrize("word", ["三", "-1", "1.5", "99999"])
def test_a_cell_that_is_no_number_is_said_with_its_place(office, cast, planned, word):
    east = make_body(cast.east)
    sent = {f"q_{east.pk}_0": word, "places": "9", "version": 1, "act": "save"}

    page = office.post(url("batch-quotas", planned), sent).content.decode()

    assert "“东旗”的“不分类别”" in page
    assert f'value="{word}"' in page
    assert not Quota.objects.exists()


def test_columns_are_the_categories_the_kind_is_given_to(cast, planned):
    make_category("嘎查村")
    make_category("旗县", scope="area")
    type(planned.kind).objects.filter(pk=planned.kind_id).update(code="demo_unit")
    planned.refresh_from_db()

    assert QuotaSheet(planned).heads == ["不分类别", "嘎查村"]


def test_the_second_to_save_the_matrix_keeps_what_was_typed(office, cast, planned):
    east = make_body(cast.east)
    Batch.objects.filter(pk=planned.pk).update(version=5)
    sent = {f"q_{east.pk}_0": "4", "places": "9", "version": 1, "act": "save"}

    page = office.post(url("batch-quotas", planned), sent)

    assert "他人已修改过本批次" in page.content.decode()
    assert page.context["version"] == 5
    assert 'value="4"' in page.content.decode()


@pytest.mark.parametrize("name", ["batch-quotas", "batch"])
def test_a_page_asks_the_same_with_one_body_and_three(office, cast, planned, name):
    village = make_category()
    Quota.objects.create(batch=planned, body=make_body(cast.east), category=village, places=1)
    office.get(url(name, planned))
    with CaptureQueriesContext(connection) as one:
        office.get(url(name, planned))
    Quota.objects.create(batch=planned, body=make_body(cast.west), category=village, places=1)
    for word in ("示例铁路", "示例军分区"):
        body = RecommendingBody.objects.create(name=word, kind="line", region=cast.city)
        Quota.objects.create(batch=planned, body=body, places=2)

    with CaptureQueriesContext(connection) as three:
        office.get(url(name, planned))

    assert len(three) == len(one)
