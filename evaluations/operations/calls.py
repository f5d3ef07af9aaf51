"""催办: messages to those who have not handed in yet, and to the officers who look after them."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from evaluations.access import officer_over_unit
from evaluations.models import SelfCheck
from evaluations.words import moment
from portal.audit import record
from portal.errors import Refused
from portal.models import Notification, User

PAUSE = timedelta(hours=24)  # between two calls to one unit
DAYS_BEFORE = (7, 3, 1)
LONGEST = 300


def call_clerks(checks, text, *, at):
    """Leave the clerks of these checks' units a line that leads to their form; says to how many."""
    manned = checks.filter(unit__clerks__is_active=True)
    lines = [
        Notification(
            user_id=user,
            text=text[:LONGEST],
            url=reverse("evaluations:self-check-fill", args=[check]),
            created_at=at,
        )
        for user, check in manned.order_by().values_list("unit__clerks", "pk").distinct()
    ]
    Notification.objects.bulk_create(lines, batch_size=500)
    return len(lines)


@dataclass(frozen=True)
class Called:
    """What became of a call: units told, left alone for now, and without anybody to tell."""

    told: int
    resting: int
    unmanned: int


@transaction.atomic
def urge(checks, *, round, region, actor, at):
    """Call the units among `checks` that have not handed in, each at most once in 24 hours."""
    waiting = list(checks.open().select_related("unit__region"))
    if not all(officer_over_unit(actor, each) for each in waiting):
        raise Refused("所选单位不全在您的审核范围内，没有催办。")
    if round.closed_at:
        raise Refused(f"“{round}”已经结束，没有催办。")
    if not waiting:
        raise Refused("所选范围内没有未提交的单位，不用催办。")
    called = _urge(waiting, round, at)
    told = {"units": called.told, "region": region.name}
    record(actor=actor, action="selfcheckround.urge", target=round, at=at, after=told)
    return called


def _urge(waiting, round, at):
    fresh = [each for each in waiting if not (each.urged_at and at - each.urged_at < PAUSE)]
    rows = SelfCheck.objects.filter(pk__in=[each.pk for each in fresh])
    manned = rows.filter(unit__clerks__is_active=True).order_by()
    keys = list(manned.values_list("pk", flat=True).distinct())
    reached = SelfCheck.objects.filter(pk__in=keys)
    call_clerks(reached, f"请尽快填报“{round}”，{left(round.due_at, at)}", at=at)
    reached.update(urged_at=at)
    return Called(len(keys), len(waiting) - len(fresh), len(fresh) - len(keys))


def left(due_at, at):
    """How much time there is, in words, with the date near."""
    days = (timezone.localdate(due_at) - timezone.localdate(at)).days
    if at >= due_at:
        return f"截止时间 {moment(due_at)} 已过。"
    return f"截止 {moment(due_at)}，{f'还有 {days} 天' if days else '今天截止'}。"


def due_on(checks, round, day):
    """Of the open checks of a round, those due on that day."""
    own = Q(extended_to__gt=round.due_at)
    if timezone.localdate(round.due_at) == day:
        return checks.filter(~own | Q(extended_to__date=day))
    return checks.filter(own, extended_to__date=day)


def remind(round, day, *, at):
    """The call of a schedule: to clerks of open checks due on `day`, and to their officers."""
    checks = due_on(round.checks.open(), round, day)
    days = (day - timezone.localdate(at)).days
    told = call_clerks(checks, f"“{round}”还没有提交，{_in_days(days, day)}", at=at)
    return told + _tell_officers(round, checks, days, day, at)


def _in_days(days, day):
    return f"{day} 截止，{f'还有 {days} 天' if days else '就在今天'}。"


def _tell_officers(round, checks, days, day, at):
    """Officers of the round's region and below hear how many of their units are behind."""
    waiting = Counter(checks.values_list("unit__region__path", flat=True))
    url = round.get_absolute_url()
    lines = []
    for officer in _officers(round):
        paths = tuple(officer.scope_paths)
        count = sum(n for path, n in waiting.items() if path.startswith(paths))
        if count:
            text = f"“{round}”辖区内还有 {count} 家没有提交，{_in_days(days, day)}"
            lines.append(Notification(user=officer, text=text, url=url, created_at=at))
    Notification.objects.bulk_create(lines, batch_size=500)
    return len(lines)


def _officers(round):
    below = User.objects.filter(region__path__startswith=round.region.path)
    return below.filter(role=User.Role.OFFICER, is_active=True).select_related("region")
