"""我的任务 and 消息: one's own, up to date, with the acts that are possible now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, Job, Notification
from tests.factories import make_file, make_job, make_notification

S = Job.State


@pytest.fixture
def browser(client, cast):
    client.force_login(cast.clerk)
    return client


def page(browser, job):
    return browser.get(reverse("portal:job", args=[job.pk])).content.decode()


def test_a_running_job_shows_how_far_it_is_and_asks_again(browser, cast):
    text = page(browser, make_job(cast.clerk, state=S.RUNNING, done=320, total=1000))

    assert "320 / 1,000（32%）" in text
    assert 'hx-trigger="every 2s"' in text
    assert "取消任务" in text


def test_a_finished_job_stops_asking_and_offers_its_file(browser, cast):
    stored = make_file(cast.clerk)
    job = make_job(
        cast.clerk, state=S.DONE, result=stored, message="导出 3 条。", finished_at=timezone.now()
    )

    response = browser.get(reverse("portal:job-status", args=[job.pk]))

    text = response.content.decode()
    assert "hx-trigger" not in text
    assert reverse("portal:file", args=[stored.code]) in text
    assert "导出 3 条。" in text
    assert "<html" not in text


def test_a_job_that_waits_while_no_worker_lives_says_so(browser, cast):
    assert "后台服务暂时没有运行" in page(browser, make_job(cast.clerk))


def test_cancelling_is_an_act_with_its_line(browser, cast):
    job = make_job(cast.clerk)

    response = browser.post(reverse("portal:job-cancel", args=[job.pk]), follow=True)

    job.refresh_from_db()
    assert job.state == S.CANCELLED
    assert "重新开始" in response.content.decode()
    assert AuditEvent.objects.about(job).get().action == "job.cancel"


def test_beginning_again_keeps_nothing_of_the_failure(browser, cast):
    job = make_job(cast.clerk, state=S.FAILED, message="坏了。", attempts=5, cancel_asked=True)

    browser.post(reverse("portal:job-retry", args=[job.pk]))

    job.refresh_from_db()
    assert (job.state, job.message, job.attempts, job.cancel_asked) == (S.WAITING, "", 0, False)


def test_too_late_is_said_and_changes_nothing(browser, cast):
    job = make_job(cast.clerk, state=S.DONE)

    response = browser.post(reverse("portal:job-cancel", args=[job.pk]), follow=True)

    assert "已经结束，没有取消任何内容。" in response.content.decode()
    assert not AuditEvent.objects.exists()


def test_somebody_elses_job_is_404(browser, cast):
    job = make_job(cast.other_clerk)

    for name in ("job", "job-status"):
        assert browser.get(reverse(f"portal:{name}", args=[job.pk])).status_code == 404
    for name in ("job-cancel", "job-retry"):
        assert browser.post(reverse(f"portal:{name}", args=[job.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "make"), [("portal:jobs", make_job), ("portal:messages", make_notification)]
)
def test_a_list_asks_no_more_for_three_rows_than_for_one(browser, cast, name, make):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            make(cast.clerk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(reverse(name))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_list_shows_ones_own_and_filters_by_state(browser, cast):
    make_job(cast.clerk, label="示例导出", state=S.FAILED)
    make_job(cast.clerk, label="示例导入")
    make_job(cast.other_clerk, label="别人的任务")

    everything = browser.get(reverse("portal:jobs")).content.decode()
    failed = browser.get(reverse("portal:jobs"), {"state": "failed"}).content.decode()

    assert "示例导出" in everything and "示例导入" in everything
    assert "别人的任务" not in everything
    assert "示例导出" in failed and "示例导入" not in failed


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": S.WAITING}, "等待开始"),
        ({"state": S.RUNNING}, "正在准备"),
        ({"state": S.RUNNING, "done": 5}, "5"),
        ({"state": S.RUNNING, "done": 1, "total": 3}, "1 / 3（33%）"),
        ({"state": S.DONE, "done": 1500, "total": 1500}, "1,500"),
        ({"state": S.DONE, "done": 3, "total": 3, "message": "导出 3 行。"}, "导出 3 行。"),
        ({"state": S.CANCELLED}, ""),
    ],
)
def test_a_line_of_the_list_says_how_far_or_what_came_of_it(fields, words):
    assert Job(**fields).outcome == words


def test_unread_messages_are_counted_in_the_top_bar(browser, cast):
    make_notification(cast.clerk)
    make_notification(cast.clerk, read_at=timezone.now())
    make_notification(cast.other_clerk)

    text = browser.get(reverse("portal:messages")).content.decode()

    assert "消息，1 条未读" in text
    assert '<sup aria-hidden="true">1</sup>' in text


def test_opening_a_message_marks_it_and_leads_to_the_work(browser, cast):
    line = make_notification(cast.clerk, url="/jobs/7/")
    other = make_notification(cast.clerk)

    response = browser.post(reverse("portal:message-open", args=[line.pk]))

    assert response.headers["Location"] == "/jobs/7/"
    assert Notification.objects.get(pk=line.pk).read_at is not None
    assert Notification.objects.get(pk=other.pk).read_at is None


def test_marking_all_read_touches_ones_own_only(browser, cast):
    make_notification(cast.clerk)
    foreign = make_notification(cast.other_clerk)

    browser.post(reverse("portal:messages-read"))

    assert not cast.clerk.notifications.filter(read_at=None).exists()
    foreign.refresh_from_db()
    assert foreign.read_at is None
