"""审计记录: the log for one role, found by filters, told in words; taking it leaves a trace."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import audit_labels, files, tasks
from portal.audit import record
from portal.models import AuditEvent, Job, User
from portal.sealing import seal_all
from tests.factories import NOON, make_user

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def browser(client, cast):
    client.force_login(make_user(User.Role.AUDIT_ADMIN, cast.city, username="shenji"))
    return client


def line(cast, at=NOON, action="unit.rename", note="", actor=None, **changes):
    before, after = changes.get("before", {}), changes.get("after", {})
    return record(
        actor=actor or cast.city_officer,
        action=action,
        target=cast.one,
        at=at,
        before=before,
        after=after,
        note=note,
    )


def listed(browser, **query):
    """Keys of the lines on the page, in its order."""
    response = browser.get(reverse("portal:audit"), query)
    return [event.pk for event in response.context["rows"]]


def test_lines_are_listed_newest_first_with_what_changed(browser, cast):
    first = line(
        cast, before={"名称": "示例旧名"}, after={"名称": "示例新名"}, note="内发〔2026〕1 号"
    )
    second = line(cast, action="unit.close")

    text = browser.get(reverse("portal:audit")).content.decode()

    assert listed(browser) == [second.pk, first.pk]
    assert "内发〔2026〕1 号；名称：示例旧名 → 示例新名" in text
    assert "2026-11-22 12:00:00" in text
    assert f"{cast.city_officer.username}（审核人员）" in text


def test_filters_find_by_person_act_object_and_day(browser, cast):
    last_second = datetime(2026, 11, 21, 23, 59, 59, tzinfo=BEIJING)
    early = line(cast, at=last_second, action="unit.close", note="甲")
    late = line(cast, actor=cast.east_officer, note="乙")

    assert listed(browser, actor=cast.east_officer.username) == [late.pk]
    assert listed(browser, action="unit.close") == [early.pk]
    assert listed(browser, q="甲") == [early.pk]
    assert listed(browser, q=cast.one.name) == [late.pk, early.pk]
    assert listed(browser, since="2026-11-22") == [late.pk]
    assert listed(browser, until="2026年11月21日") == [early.pk]
    assert listed(browser, since="2026-11-21", until="2026-11-22") == [late.pk, early.pk]


def test_the_page_costs_the_same_for_one_line_and_for_many(browser, cast):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("portal:audit"))
        return len(queries)

    line(cast)
    browser.get(reverse("portal:audit"))
    one = cost()
    for _ in range(3):
        line(cast, before={"state": "active"}, after={"state": "revoked"})

    assert cost() == one


def test_a_line_tells_before_and_after_in_words(browser, cast):
    event = line(
        cast,
        before={"brand_feature": "", "b": ["甲", "乙"]},
        after={"brand_feature": "示例", "停用": True},
    )

    response = browser.get(reverse("portal:audit-event", args=[event.pk]))

    assert response.context["differences"] == [
        ("一进一特色", "—", "示例", True),
        ("b", "甲、乙", "—", False),
        ("停用", "—", "是", False),
    ]
    assert "单位" in response.content.decode()
    assert "待封存" in response.content.decode()


def test_a_code_that_has_words_is_shown_in_them(cast):
    event = record(
        actor=None,
        action="user.edit",
        target=cast.clerk,
        at=NOON,
        before={"role": "clerk"},
        after={"role": "officer"},
    )

    assert audit_labels.summary(event) == "角色：填报员 → 审核人员"


def test_a_code_told_under_its_label_is_shown_in_words(cast):
    event = line(cast, after={"角色": "clerk"})
    event.target_type = "portal.user"

    assert audit_labels.summary(event) == "角色：填报员"


def test_the_number_of_a_row_gives_way_to_its_name(cast):
    before = {"region": 1, "region_name": "东旗"}
    event = line(cast, before=before, after={"region": 2, "region_name": "西旗"})

    assert audit_labels.summary(event) == "地区：东旗 → 西旗"


def test_a_sealed_line_shows_its_place_and_the_list_the_end_of_the_chain(browser, cast):
    event = line(cast)
    seal_all(NOON)
    event.refresh_from_db()

    page = browser.get(reverse("portal:audit-event", args=[event.pk])).content.decode()
    whole = browser.get(reverse("portal:audit")).content.decode()

    assert f"第 {event.seq} 条" in page
    assert f"{event.seq}:{event.chain}" in whole


def test_lines_about_the_same_object_lead_to_one_another(browser, cast):
    first, second = line(cast), line(cast, action="unit.close")

    page = browser.get(reverse("portal:audit-event", args=[first.pk])).content.decode()

    assert reverse("portal:audit-event", args=[second.pk]) in page


def test_markup_in_a_line_is_shown_and_does_nothing(browser, cast):
    event = line(cast, note="<b>x</b>", after={"<i>": "<script>"})

    for address in (reverse("portal:audit"), reverse("portal:audit-event", args=[event.pk])):
        text = browser.get(address).content.decode()
        assert "<b>x</b>" not in text and "<script>" not in text.replace("<script src", "")
        assert "&lt;b&gt;x&lt;/b&gt;" in text


def export(browser, **query):
    browser.post(
        reverse("portal:audit-export") + "?" + "&".join(f"{k}={v}" for k, v in query.items())
    )
    job = Job.objects.get(name="portal.export_audit")
    tasks.export_audit(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_the_log_is_exported_as_filtered_and_that_is_itself_a_line(browser, cast):
    line(cast, action="unit.close", note="=1+1")
    line(cast)

    job = export(browser, action="unit.close")

    assert (job.state, job.message) == (Job.State.DONE, "共 1 行，可以下载。")
    content = files.path_of(job.result.sha256).read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == "筛选：动作：注销"
    assert rows[4][1:4] == (
        datetime(2026, 11, 22, 12),
        f"{cast.city_officer.username}（审核人员）",
        "注销",
    )
    taken = AuditEvent.objects.get(action="audit.export")
    assert (taken.actor.username, taken.after) == ("shenji", {"筛选": "动作：注销", "行数": 1})
    assert AuditEvent.objects.filter(action="audit.ask_export").exists()


def test_who_lost_the_role_meanwhile_gets_an_empty_sheet(browser, cast):
    line(cast)
    browser.post(reverse("portal:audit-export"))
    User.objects.filter(username="shenji").update(role=User.Role.OFFICER)
    job = Job.objects.get(name="portal.export_audit")

    tasks.export_audit(job_id=job.pk)

    job.refresh_from_db()
    assert job.message == "共 0 行，可以下载。"


@pytest.mark.parametrize("role", [r for r in User.Role if r != User.Role.AUDIT_ADMIN])
def test_nobody_else_has_the_log(client, cast, role):
    event = line(cast)
    client.force_login(make_user(role, cast.city))

    assert client.get(reverse("portal:audit")).status_code == 403
    assert client.get(reverse("portal:audit-event", args=[event.pk])).status_code == 403
    assert client.post(reverse("portal:audit-export")).status_code == 403
    assert not Job.objects.exists()
