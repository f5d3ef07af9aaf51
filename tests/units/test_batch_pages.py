"""Pages of a batch that is run here: planned, laid, given its places, opened, its stages moved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_batch,
    make_body,
    make_category,
    make_issuing_body,
    make_kind,
    make_rule,
    make_running_batch,
    make_submitted,
)
from units.batch_panels import batches
from units.forms.batches import filled_stages
from units.models import Batch
from units.readiness import laid

DAY = timedelta(days=1)


def url(name, batch, *more):
    return reverse(f"units:{name}", args=[batch.pk, *more])


def running(cast, **fields):
    """A batch whose applying and reviewing are on right now."""
    batch = make_running_batch(cast.city, **fields)
    start = timezone.now()
    for days, each in enumerate(batch.stages.all()):
        begun = each.kind in ("applying", "reviewing")
        each.starts_at = start - DAY if begun else start + (days * 10) * DAY
        each.ends_at = start + (days * 10 + 9) * DAY
        each.save()
    return batch


def test_a_batch_is_planned_on_its_page(office, cast):
    make_rule(region=cast.city)
    page = office.get(reverse("units:batch-plan"))
    assert page.context["form"].initial["number"] == 1
    sent = {"kind": make_kind().pk, "number": 7, "year": 2026, "starts_on": "2027-03-01"}

    answer = office.post(reverse("units:batch-plan"), sent)

    batch = Batch.objects.get()
    assert answer.url == batch.get_absolute_url()
    assert str(batch) == "盟市级第七批"


def test_a_township_is_led_back_with_a_sentence(client, cast):
    client.force_login(cast.sumu_officer)

    page = client.get(reverse("units:batch-plan"), follow=True).content.decode()

    assert "自治区、市、旗县三级" in page


def test_the_page_of_a_plan_lists_what_is_missing_with_the_way_there(office, planned):
    page = office.get(planned.get_absolute_url()).content.decode()

    for name in ("batch-papers", "batch-quotas"):
        assert url(name, planned) in page
    assert "不能启动" in page
    assert url("batch-open", planned) not in page


def test_a_plan_is_filled_in_and_opened_page_by_page(office, cast, planned):
    body, issuer = make_body(cast.east), make_issuing_body(cast.city)
    form = office.get(url("batch-papers", planned)).context["form"]
    papers = {
        **form.initial,
        "approval_no": "示例1号",
        "notice_text": "示例通知",
        "consulted": "示例局",
    }
    office.post(url("batch-papers", planned), {**papers, f"issuer_{issuer.pk}": "1"})
    planned.refresh_from_db()
    places = {"places": "3", f"q_{body.pk}_0": "4", "version": planned.version, "act": "save"}
    office.post(url("batch-quotas", planned), places)

    office.post(url("batch-open", planned))

    planned.refresh_from_db()
    assert planned.state == Batch.State.OPEN
    assert (planned.places, planned.consulted) == (3, ["示例局"])


def test_deeds_of_a_category_get_a_length_of_their_own(office, planned):
    school = make_category("学校")
    form = office.get(url("batch-papers", planned)).context["form"]
    papers = {**form.initial, "deeds_by_category": "学校 1500-2500\n医院：9－8"}

    answer = office.post(url("batch-papers", planned), papers).content.decode()
    assert "没有“医院”这一类别。" in answer
    papers["deeds_by_category"] = "学校：1500－2500 字"
    office.post(url("batch-papers", planned), papers)

    planned.refresh_from_db()
    assert planned.words_asked(school) == (1500, 2500)
    page = office.get(planned.get_absolute_url()).content.decode()
    assert "1500 至 2500 字" in page
    form = office.get(url("batch-papers", planned)).context["form"]
    assert "学校 1500-2500" in str(form["deeds_by_category"])


def test_the_letter_s_wording_is_the_batch_s(office, planned):
    form = office.get(url("batch-papers", planned)).context["form"]
    assert "{回复截止}" in str(form["letter_text"])
    papers = {**form.initial, "letter_text": "请{单位}于{期限}前回复。"}

    answer = office.post(url("batch-papers", planned), papers).content.decode()
    assert "{期限}不能用" in answer
    office.post(url("batch-papers", planned), papers | {"letter_text": "请{单位}回复{家数}家。"})

    planned.refresh_from_db()
    assert planned.letter_text == "请{单位}回复{家数}家。"


def test_an_open_batch_tells_where_it_stands_and_what_is_next(client, cast):
    batch = running(cast)

    for person in (cast.city_officer, cast.east_officer, cast.clerk):
        client.force_login(person)
        page = client.get(batch.get_absolute_url())
        assert "申报：" in page.context["stands"]
        assert "下一步：测评验收" in page.context["stands"]
        assert 'aria-current="step"' in page.content.decode()


def test_only_the_naming_office_has_buttons(client, cast):
    batch = running(cast)
    client.force_login(cast.city_officer)
    assert (
        url("stage-close", batch, "applying")
        in client.get(batch.get_absolute_url()).content.decode()
    )

    client.force_login(cast.east_officer)
    page = client.get(batch.get_absolute_url()).content.decode()

    assert "stages/" not in page
    assert client.get(url("stage-close", batch, "applying")).status_code == 404


def test_a_stage_is_closed_and_extended_with_a_reason(office, cast):
    batch = running(cast)
    review = batch.stages.get(kind="reviewing")
    until = timezone.localdate(review.ends_at) + 3 * DAY

    office.post(url("stage-close", batch, "applying"), {"reason": "各地已报齐"})
    office.post(
        url("stage-extend", batch, "reviewing"),
        {"ends_on": until.isoformat(), "clock": "24:00", "reason": "材料多"},
    )

    page = office.get(batch.get_absolute_url()).content.decode()
    assert "提前结束：各地已报齐" in page
    assert "申报：各地已报齐</td>" in page  # 操作记录 names the stage
    review.refresh_from_db()
    assert timezone.localdate(review.ends_at) == until + DAY
    assert timezone.localtime(review.ends_at).hour == 0


def test_a_stage_is_not_closed_without_a_reason(office, cast):
    batch = running(cast)

    page = office.post(url("stage-close", batch, "applying"), {"reason": ""})

    assert "请填写原因" in page.content.decode()
    assert batch.stages.get(kind="applying").closed_at is None


def test_a_forged_stage_in_the_address_is_no_page(office, cast):
    batch = running(cast)

    assert office.get(f"/units/batches/{batch.pk}/stages/naming/close/").status_code == 404
    assert office.get(f"/units/batches/{batch.pk}/stages/applying/delete/").status_code == 404


def test_a_batch_is_cancelled_on_its_page(office, cast):
    batch = running(cast)

    office.post(url("batch-cancel", batch), {"reason": "上级要求"})

    batch.refresh_from_db()
    assert batch.state == Batch.State.CANCELLED


# --- timetable


def sent_stages(batch, **changes):
    filled = filled_stages(laid(batch.stages.all()), batch.version) | changes
    return {name: ("on" if value is True else value) for name, value in filled.items()}


def test_the_timetable_is_changed_by_hand(office, planned):
    last = planned.stages.get(kind="deciding").ends_at + 20 * DAY
    day = timezone.localdate(last)

    office.post(
        url("batch-timetable", planned), sent_stages(planned, ends_deciding=day, act="save")
    )

    assert timezone.localdate(planned.stages.get(kind="deciding").ends_at) == day + DAY


def test_clashes_are_checked_before_anything_is_saved(office, planned):
    was = planned.stages.get(kind="notice").ends_at
    first = timezone.localdate(planned.stages.get(kind="notice").starts_at)

    page = office.post(
        url("batch-timetable", planned), sent_stages(planned, ends_notice=first, act="check")
    )

    assert "公示只有 1 个工作日" in page.content.decode()
    assert planned.stages.get(kind="notice").ends_at == was


def test_the_planner_lays_all_stages_again_from_a_new_first_day(office, planned):
    page = office.post(
        url("batch-timetable", planned),
        sent_stages(planned, starts_applying="2027-06-07", act="lay"),
    )

    form = page.context["form"]
    assert form.is_valid()
    assert str(form.laid[0].first) == "2027-06-07"
    assert "还没有保存" in page.content.decode()
    assert "放假安排尚未公布" in page.content.decode()


@pytest.mark.parametrize("clock", ["25:00", "24:30", "下班"])
def test_an_hour_that_cannot_be_is_said(office, planned, clock):
    page = office.post(
        url("batch-timetable", planned), sent_stages(planned, clock_applying=clock, act="save")
    )

    assert "请写成 17:30 或 24:00 的样子" in page.content.decode()


# --- documents


def test_documents_are_listed_row_by_row(office, planned):
    sent = {"r-TOTAL_FORMS": "2", "r-INITIAL_FORMS": "0", "version": planned.version}
    row = {"name": "工作总结", "kind": "document", "least": 1, "most": 2, "largest_mb": 20}
    sent |= {f"r-0-{name}": value for name, value in row.items()}
    sent |= {f"r-1-{name}": value for name, value in row.items()} | {"r-1-name": ""}

    office.post(url("batch-requirements", planned), sent)

    asked = planned.requirements.get()
    assert (asked.name, asked.most, asked.is_required) == ("工作总结", 2, False)


def test_a_document_asked_for_less_than_its_least_is_said(office, planned):
    sent = {"r-TOTAL_FORMS": "1", "r-INITIAL_FORMS": "0", "version": planned.version}
    row = {"name": "照片", "kind": "photo", "least": 5, "most": 2, "largest_mb": 20}
    before = list(planned.requirements.values_list("name", flat=True))

    page = office.post(
        url("batch-requirements", planned), sent | {f"r-0-{k}": v for k, v in row.items()}
    )

    assert "不能少于最少份数" in page.content.decode()
    assert list(planned.requirements.values_list("name", flat=True)) == before


# --- one page for both


def test_a_batch_entered_from_a_list_keeps_its_page(office, cast):
    batch = make_batch("第五批", region=cast.city, year=2024)

    page = office.get(batch.get_absolute_url()).content.decode()

    assert "辖区内没有这一批的称号" in page
    assert url("batch-correct", batch) in page
    assert "进程" not in page


def test_a_batch_run_here_is_not_corrected_as_an_entry(office, cast):
    batch = running(cast)
    sent = {"level": "city", "kind": batch.kind_id, "name": "改名", "version": batch.version}

    page = office.post(url("batch-correct", batch), sent).content.decode()

    assert "在本门户办理" in page
    batch.refresh_from_db()
    assert batch.name == "第七批"


def test_applications_in_sight_are_counted(client, cast):
    batch = running(cast)
    make_submitted(cast.one, batch, cast.east)
    make_submitted(cast.other, batch, cast.west)

    for person, number in ((cast.city_officer, 2), (cast.east_officer, 1)):
        client.force_login(person)
        progress = client.get(batch.get_absolute_url()).context["progress"]
        assert [(label, n) for label, _, n in progress] == [("审核中", number)]


# --- the home page


def test_the_home_page_says_what_runs_and_until_when(client, cast):
    batch = running(cast)
    make_running_batch(cast.city, "第八批", state=Batch.State.DRAFT)

    for person, number in ((cast.city_officer, 2), (cast.east_officer, 1)):
        shown = batches(person, timezone.localdate())["batches"]
        assert len(shown) == number
        assert next(each for each in shown if each["batch"] == batch)["stands"].startswith("申报：")

    client.force_login(cast.east_officer)
    assert "批次进程" in client.get("/").content.decode()


def test_an_office_without_batches_is_told_nothing(cast):
    assert batches(cast.city_officer, timezone.localdate()) is None
    assert batches(cast.clerk, timezone.localdate()) is None


def test_the_panel_asks_the_same_for_one_batch_and_three(cast):
    running(cast)
    batches(cast.city_officer, timezone.localdate())
    with CaptureQueriesContext(connection) as one:
        batches(cast.city_officer, timezone.localdate())
    for name in ("第八批", "第九批"):
        running(cast, name=name)

    with CaptureQueriesContext(connection) as three:
        batches(cast.city_officer, timezone.localdate())

    assert len(three) == len(one)
