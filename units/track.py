"""Whose turn an application is, since when, until when, and the desks it has passed."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.times import Deadline, day_of, span
from units.desks import Desk, route_of
from units.models import Application, BatchStage, Opinion
from units.stages import Timetable

A, K = Application.State, BatchStage.Kind
PASSES = frozenset({Opinion.Kind.FORWARD, Opinion.Kind.RECOMMEND, Opinion.Kind.ACCEPT})
WAITS = {A.ACCEPTED: K.DELIBERATING, A.PROPOSED: K.DECIDING}
TASKS = {
    A.DRAFT: "填写并提交",
    A.RETURNED: "修改后再提交",
    A.REVIEWING: "审核",
    A.ACCEPTED: "测评和审定",
    A.PROPOSED: "公示和命名",
}


@dataclass(frozen=True)
class Stop:
    """One place on the way. `state` is done, now or later; `at` when it was passed or reached."""

    name: str
    state: str
    at: datetime | None = None
    said: str = ""  # 同意上报, 退回修改 …


@dataclass(frozen=True)
class Track:
    """What everybody sees of one application's way. `holder` is empty once it is over."""

    stops: list = field(default_factory=list)
    holder: str = ""
    task: str = ""
    since: datetime | None = None
    until: datetime | None = None
    at: datetime | None = None

    @classmethod
    def of(cls, application, at):
        """Reads the route, the opinions and the stages: three queries."""
        opinions = application.opinions.filter(kind__in=PASSES).select_related("body")
        stops = _stops(application, _current(application, opinions))
        return cls(
            stops=stops,
            holder=holder_of(application),
            task=TASKS.get(application.state, ""),
            since=since_of(application),
            until=until_of(application, Timetable.of(application.batch, at)),
            at=at,
        )

    @property
    def deadline(self):
        """Until when, seen from now; None where nothing is due."""
        return Deadline(self.until, self.at) if self.until and self.holder else None

    @property
    def waited(self):
        """3 天, 5 小时; empty once it is over."""
        return span(self.at - self.since) if self.since and self.holder else ""


class Turn:
    """Whose turn it is, in a line of a list: the stages are prefetched, nothing else is asked."""

    def __init__(self, application, at):
        self.holder, self.since = holder_of(application), since_of(application)
        until = until_of(application, Timetable.of(application.batch, at))
        self.deadline = Deadline(until, at) if until and self.holder else None

    @property
    def is_over(self):
        return self.deadline is not None and self.deadline.is_over

    @property
    def words(self):
        """11-20 起，12-22 前，还有 29 天."""
        told = [f"{day_of(self.since)} 起"] if self.since else []
        if self.deadline:
            told += [f"{day_of(self.deadline.due_at)} 前", self.deadline.words]
        return "，".join(told)


def holder_of(application):
    """Who has to act now: the unit, the desk, or the region that names; nobody once it is over."""
    if application.is_left_over:
        return ""
    if application.state in Application.OPEN:
        return application.unit.name
    if application.state == A.REVIEWING and application.desk_id:
        return Desk(application.desk, application.at_line_desk).holder(application)
    return application.batch.region.name if application.state in WAITS else ""


def since_of(application):
    """When it came to whoever has it."""
    if application.state == A.REVIEWING:
        return application.desk_since
    return application.state_changed_at or application.created_at


def until_of(application, timetable):
    """When whoever has it must be done; None where nothing is due or nothing was laid."""
    stage = timetable[_stage_kind(application, timetable)]
    if stage is None:
        return None
    return min(stage.ends_at, stage.closed_at or stage.ends_at)


def _stage_kind(application, timetable):
    if application.state in WAITS:
        return WAITS[application.state]
    is_draft = application.state == A.DRAFT
    return K.APPLYING if is_draft or timetable[K.REVIEWING] is None else K.REVIEWING


def _current(application, opinions):
    """{(region, is it the line's?): the last opinion that passed it on since it was handed in}."""
    since = application.submitted_at
    told = [each for each in opinions if since is None or each.given_at >= since]
    return {(each.region_id, _by_line(each)): each for each in told}


def _by_line(opinion):
    return opinion.body is not None and opinion.body.kind == opinion.body.Kind.LINE


def _stops(application, passed):
    handed_in = application.state not in Application.OPEN and application.submitted_at is not None
    own = Stop(
        application.unit.name,
        "done" if handed_in else "now",
        application.submitted_at if handed_in else since_of(application),
        "提交" if handed_in else application.get_state_display(),
    )
    desks = [_desk_stop(application, desk, passed) for desk in route_of(application)]
    if application.state in Application.OVER or application.is_left_over:
        return [*_without_gaps([replace(own, state="done"), *desks]), _last(application)]
    return _without_gaps([own, *desks, _last(application)])


def _without_gaps(stops):
    """A desk that was skipped (the unit was moved) lies behind all the same."""
    now = max((at for at, each in enumerate(stops) if each.state != "later"), default=0)
    early = [replace(each, state="done") if each.state == "later" else each for each in stops[:now]]
    return [*early, *stops[now:]]


def _desk_stop(application, desk, passed):
    name = desk.holder(application)
    here = (application.desk_id, application.at_line_desk) == (desk.region.pk, desk.is_line)
    if application.state == A.REVIEWING and here:
        since = application.desk_since
        over = application.is_left_over
        return Stop(name, "done", since, "没有审完") if over else Stop(name, "now", since, "审核中")
    opinion = passed.get((desk.region.pk, desk.is_line))
    if opinion is None or application.state in Application.OPEN:
        return Stop(name, "later")
    return Stop(name, "done", opinion.given_at, opinion.get_kind_display())


def _last(application):
    """Deliberation and what follows, or how it ended."""
    if application.is_left_over:
        return Stop("办理结束", "now", None, f"批次{application.batch.get_state_display()}")
    if application.state in WAITS:
        label = application.get_state_display()
        return Stop("审定命名", "now", application.state_changed_at, label)
    if application.state == A.NAMED:
        return Stop("审定命名", "done", application.state_changed_at, "已命名")
    if application.state in Application.OVER:
        label = application.get_state_display()
        return Stop("办理结束", "now", application.state_changed_at, label)
    return Stop("审定命名", "later")
