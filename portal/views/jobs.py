"""我的任务: background work one has asked for, how far it is, and what came of it."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import jobs
from portal.errors import Refused
from portal.filters.jobs import JobFilter
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import Job, User
from portal.operations.jobs import cancel_job, retry_job

EVERYONE = tuple(User.Role.values)
SILENT = timedelta(seconds=30)  # after which the worker is thought to be away
TONES = {
    Job.State.WAITING: "t-off",
    Job.State.RUNNING: "t-doing",
    Job.State.DONE: "t-ok",
    Job.State.FAILED: "t-bad",
    Job.State.CANCELLED: "t-off",
}


def tone(job):
    """The colour of a job's state."""
    return TONES[job.state]


class JobList(ScopedList):
    queryset = Job.objects.order_by("-pk")
    filterset_class = JobFilter
    title = "我的任务"
    section = "jobs"
    count_word = "项"
    empty_hint = "导出大表、导入名单等需要等待的工作，提交后列在这里。"
    columns = (
        Column(
            "label",
            "任务",
            lambda job: job.label,
            css="first",
            url=lambda job: job.get_absolute_url(),
        ),
        Column("outcome", "进度与结果", lambda job: job.outcome, css="p-joboutcome"),
        Column("created_at", "提交时间", lambda job: job.created_at, "moment", sort="created_at"),
        Column("finished_at", "结束时间", lambda job: job.finished_at, "moment", css="hide-phone"),
        Column("state", "状态", lambda job: job.get_state_display(), "tag", tone=tone, css="state"),
    )


def own_job(request, pk):
    """One's own job, or 404."""
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("result"), pk=pk)


def context_of(job):
    """What page and partial need; the worker is asked after only while the job waits for it."""
    seen = jobs.worker_seen_at() if job.state == Job.State.WAITING else timezone.now()
    away = seen is None or seen < timezone.now() - SILENT
    return {"job": job, "tone": tone(job), "worker_away": away, "title": job.label}


@require_safe
@roles_only(*EVERYONE)
def job(request, pk):
    """One job with its progress, acts and result."""
    return render(request, "portal/job.html", context_of(own_job(request, pk)))


@require_safe
@roles_only(*EVERYONE)
def job_status(request, pk):
    """The part of the page that is asked for again while the job is open."""
    return render(request, "portal/_job.html", context_of(own_job(request, pk)))


@require_POST
@roles_only(*EVERYONE)
def job_cancel(request, pk):
    return act(request, own_job(request, pk), cancel_job, "已取消；正在处理的任务会在几秒内停下。")


@require_POST
@roles_only(*EVERYONE)
def job_retry(request, pk):
    return act(request, own_job(request, pk), retry_job, "已重新排队。")


def act(request, job, operation, said):
    """Do one thing with a job and return to its page."""
    try:
        operation(job, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(job)
