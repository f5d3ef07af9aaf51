"""One move of many titles by one person, with a constant number of statements."""

from django.db import transaction
from django.db.models import F

from portal.audit import line_of, record_all
from portal.errors import Refused
from units.lifecycles import DESIGNATION
from units.models import Designation, DesignationEvent

STEP = 500


@transaction.atomic
def move_designations(verb, titles, *, actor, at, on, note=""):
    """Move all of them, or refuse when somebody has just moved one."""
    step = DESIGNATION.steps[verb]
    told = [_line(step, each, actor, at, on, note) for each in titles]
    for start in range(0, len(titles), STEP):
        _move(step, titles[start : start + STEP], at)
    for title in titles:
        title.state = step.target
    DesignationEvent.objects.bulk_create(
        (_event(step, each, actor, at, on, note) for each in titles), batch_size=2000
    )
    record_all(told)


def _move(step, titles, at):
    rows = Designation.objects.filter(pk__in=[each.pk for each in titles], state__in=step.source)
    change = {"state": step.target, "state_changed_at": at, "moves": F("moves") + 1}
    if rows.update(**change) != len(titles):
        raise Refused("所选称号中有的刚刚被他人处理，没有改动任何一个；请刷新后重试。")


def _event(step, title, actor, at, on, note):
    return DesignationEvent(
        designation=title,
        verb=step.verb,
        label=step.label,
        happened_on=on,
        state=step.target,
        note=note[:300],
        recorded_at=at,
        recorded_by=actor,
    )


def _line(step, title, actor, at, on, note):
    return line_of(
        actor=actor,
        action=f"designation.{step.verb}",
        target=title,
        at=at,
        before={"state": title.state},
        after={"state": step.target, "生效日期": on},
        note=note,
    )
