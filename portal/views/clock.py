"""日常处理: what the clock did, run by run."""

from portal.filters.clock import ClockRunFilter
from portal.lists import Column, ScopedList
from portal.models import ClockRun, User

R = User.Role


def _did(run):
    words = "，".join(f"{label} {count} 项" for label, count in run.counts.items())
    return words or "没有到期事项"


def _state(run):
    if run.failures:
        return "部分失败"
    return "完成" if run.finished_at else "未完成"


def _tone(run):
    return "t-ok" if run.finished_at and not run.failures else "t-bad"


def _took(run):
    if run.finished_at is None:
        return ""
    return f"{(run.finished_at - run.started_at).total_seconds():.1f} 秒"


class ClockRuns(ScopedList):
    queryset = ClockRun.objects.all()
    filterset_class = ClockRunFilter
    roles = User.REFERENCE_ROLES
    title = "日常处理"
    section = "jobs"
    count_word = "次"
    empty_hint = (
        "系统每天 6:00 结束到期的阶段和公示、登记到期称号、发送提醒；首次运行后在这里列出。"
    )
    columns = (
        Column("on", "办理日期", lambda run: run.on, kind="date", css="first"),
        Column("started_at", "开始时间", lambda run: run.started_at, kind="moment"),
        Column("took", "用时", _took, css="num"),
        Column("state", "状态", _state, kind="tag", tone=_tone),
        Column("did", "办理事项", _did, width=40),
        Column("failures", "失败", lambda run: "；".join(run.failures), width=30),
    )
