"""The outbox: a job stands or falls with its act, is done once, and ends in sight."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portal import jobs
from portal.errors import Refused
from portal.jobs.worker import run_job
from portal.models import Job, Notification, Region
from portal.operations.jobs import cancel_job, retry_job
from tests.factories import make_job, make_region

S = Job.State
BODIES = {}


@shared_task(name="tests.scripted")
def scripted(*, job_id):
    """Does what the test says, so that every way of ending can be seen."""
    with jobs.running(job_id) as job:
        BODIES["now"](job)


@pytest.fixture
def run(monkeypatch):
    def run(job, body):
        monkeypatch.setitem(BODIES, "now", body)
        run_job(job)
        job.refresh_from_db()
        return job

    return run


def start(user, **fields):
    return jobs.start("tests.scripted", user=user, label="示例任务", **fields)


def test_a_job_stands_or_falls_with_the_act_that_asks_for_it(cast):
    with pytest.raises(Refused), transaction.atomic():
        start(cast.clerk)
        raise Refused("不行。")

    assert not Job.objects.exists()


def test_the_same_key_gives_the_same_job(cast):
    first, again = start(cast.clerk, key="export-1"), start(cast.clerk, key="export-1")

    assert first == again
    assert start(cast.clerk) != start(cast.clerk)


def test_a_done_job_says_what_came_of_it_and_tells_its_owner(cast, run):
    def body(job):
        job.progress(2, 3)
        job.keep("单位名录.xlsx", b"content", "text/plain")
        job.finish("导出 3 条。")

    job = run(start(cast.clerk, payload={"q": "东"}), body)

    assert (job.state, job.message, job.done, job.total) == (S.DONE, "导出 3 条。", 3, 3)
    assert (job.result.name, job.result.owner) == ("单位名录.xlsx", cast.clerk)
    line = Notification.objects.get(user=cast.clerk)
    assert (line.text, line.url) == ("“示例任务”已完成。导出 3 条。", f"/jobs/{job.pk}/")


def test_of_many_asked_for_together_the_owner_hears_once_at_the_end(cast, run):
    order = {"together": "示例", "label": "3 个档案包", "url": "/awards/archives/"}
    first, second, third = (start(cast.clerk, payload=order) for _ in range(3))

    run(first, lambda job: None)
    run(second, refuse)
    assert not Notification.objects.exists()
    run(third, lambda job: None)

    line = Notification.objects.get(user=cast.clerk)
    assert line.text == "“3 个档案包”已办完：完成 2 个，没有完成 1 个。"
    assert line.url == "/awards/archives/"


def refuse(job):
    raise Refused("不行。")


def test_a_message_delivered_twice_finds_nothing_waiting(cast, run):
    job = run(start(cast.clerk), lambda job: None)

    with pytest.raises(jobs.Taken):
        scripted(job_id=job.pk)


def test_a_job_does_not_begin_before_its_time(cast):
    later = timezone.now() + timedelta(hours=1)
    job = start(cast.clerk, run_at=later)

    with pytest.raises(jobs.Taken):
        jobs.claim(job.pk, timezone.now())
    assert jobs.claimable(timezone.now()) == []
    assert jobs.claim(job.pk, later).attempts == 1


def test_of_two_claims_the_older_one_can_no_longer_do_anything(cast, run):
    def body(job):
        expired = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job.job.pk).update(lease_until=expired)
        jobs.claim(job.job.pk, timezone.now())
        with job.effects():
            make_region("不该留下的旗")

    job = run(start(cast.clerk), body)

    assert job.state == S.RUNNING
    assert job.fence == 2
    assert not Region.objects.filter(name="不该留下的旗").exists()


def test_effects_and_completion_commit_together(cast, run):
    def body(job):
        with job.effects():
            make_region("留下的旗")
            job.finish("建好了。", url="/regions/")

    job = run(start(cast.clerk), body)

    assert (job.state, job.message, job.result_url) == (S.DONE, "建好了。", "/regions/")
    assert Region.objects.filter(name="留下的旗").exists()


def test_a_refusal_is_shown_word_for_word_and_not_tried_again(cast, run):
    def body(job):
        raise Refused("“名单”表第 3 行缺少单位名称，没有导入任何一行。")

    job = run(start(cast.clerk), body)

    assert job.state == S.FAILED
    assert job.message == "“名单”表第 3 行缺少单位名称，没有导入任何一行。"
    assert Notification.objects.get(user=cast.clerk).text.startswith("“示例任务”没有完成。")


def test_an_unexpected_error_is_tried_five_times_and_then_ends_in_sight(cast, run, settings):
    settings.JOB_RETRY_SECONDS = 0
    job = start(cast.clerk)
    states = [run(job, lambda job: 1 / 0).state for _ in range(5)]

    assert states == [S.WAITING] * 4 + [S.FAILED]
    assert "处理时出错，已记录编号" in job.message
    assert Notification.objects.filter(user=cast.clerk).count() == 1


def test_the_wait_before_another_attempt_doubles(cast, run, settings):
    settings.JOB_RETRY_SECONDS = 10
    job = run(start(cast.clerk), lambda job: 1 / 0)

    wait = job.run_at - timezone.now()

    assert timedelta(seconds=8) < wait <= timedelta(seconds=10)


def test_a_job_that_silences_every_worker_ends_in_sight(cast):
    job = start(cast.clerk)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=S.RUNNING, attempts=5, lease_until=long_ago)

    jobs.sweep(timezone.now())

    job.refresh_from_db()
    assert job.state == S.FAILED
    assert "处理多次中断" in job.message
    assert Notification.objects.filter(user=cast.clerk).exists()


def test_a_running_job_stops_at_the_next_sign_of_progress(cast, run):
    def body(job):
        cancel_job(job.job, actor=cast.clerk, at=timezone.now())
        job.progress(1, 2)
        job.finish("不该到这里。")

    job = run(start(cast.clerk), body)

    assert (job.state, job.message) == (S.CANCELLED, "已取消，没有保存结果。")


def test_a_waiting_job_is_cancelled_at_once_and_can_begin_again(cast, run):
    job = start(cast.clerk)
    cancel_job(job, actor=cast.clerk, at=timezone.now())
    job.refresh_from_db()
    assert job.state == S.CANCELLED

    retry_job(job, actor=cast.clerk, at=timezone.now())

    assert run(job, lambda job: None).state == S.DONE


def test_what_is_over_cannot_be_cancelled_and_what_went_well_cannot_be_repeated(cast):
    job = make_job(cast.clerk, state=S.DONE)

    with pytest.raises(Refused, match="已经结束"):
        cancel_job(job, actor=cast.clerk, at=timezone.now())
    with pytest.raises(Refused, match="没有重新开始"):
        retry_job(job, actor=cast.clerk, at=timezone.now())


def test_progress_is_written_at_most_once_a_second(
    cast, run, django_assert_max_num_queries, monkeypatch
):
    still = SimpleNamespace(monotonic=lambda: 7.0)
    monkeypatch.setattr("portal.jobs.handle.time", still)  # all of it in one moment

    def body(job):
        with django_assert_max_num_queries(1):
            for done in range(1000):
                job.progress(done, 1000)

    assert run(start(cast.clerk), body).state == S.DONE


def test_a_worker_that_is_leaving_gives_the_job_back_uncounted(cast, run, monkeypatch):
    monkeypatch.setattr("portal.jobs.handle.leaving.is_set", lambda: True)

    job = run(start(cast.clerk), lambda job: job.progress(1, 2))

    assert (job.state, job.attempts) == (S.WAITING, 0)


def test_a_name_nobody_knows_ends_in_sight(cast, run):
    job = run(jobs.start("nobody.knows", user=cast.clerk, label="旧任务"), lambda job: None)

    assert job.state == S.FAILED
    assert "不认识" in job.message
    assert Notification.objects.filter(user=cast.clerk).exists()


def test_the_pulse_renews_the_lease_of_what_this_process_holds(cast, run):
    def body(job):
        soon = timezone.now() + timedelta(seconds=1)
        Job.objects.filter(pk=job.job.pk).update(lease_until=soon)
        jobs.pulse.beat("here:1", timezone.now())
        job.job.refresh_from_db()
        assert job.job.lease_until > soon

    assert run(start(cast.clerk), body).state == S.DONE
    assert timezone.now() - jobs.worker_seen_at() < timedelta(seconds=5)
