"""What evaluations settle down onto this floor: figures that pages here only show and judge by."""

from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from units.lifecycles import REVERIFICATION
from units.models import Application, Reverification, SelfCheckMark
from units.operations.telling import tell_office

SETTLE = "application.settle"
SETTLED = ("total", "pass_line", "vetoed", "short", "sheet_id", "method")


@transaction.atomic
def settle_reverification(
    reverification, *, total, pass_line, vetoed, short, sheet_id, at, method="现场复验"
):
    """Put an inspection's figures onto the turn it was for; again after a correction."""
    row = Reverification.objects.for_display().select_for_update(of=("self",))
    row = row.get(pk=reverification.pk)
    values = {"total": total, "pass_line": pass_line, "vetoed": vetoed, "short": short}
    values |= {"sheet_id": sheet_id, "method": method}
    if row.state == Reverification.State.INSPECTED:
        _settle_again(row, values, at)
    elif row.state == Reverification.State.APPLIED:
        REVERIFICATION.perform("inspect", row, actor=None, at=at, told={"得分": str(total)})
        text = f"“{row.designation.unit}”复验测评结束，请作出结论。"
        url = row.get_absolute_url()
        tell_office(row.designation, text, url=url, at=at, signing=True)
    else:
        raise Refused(f"“{row}”现在是“{row.get_state_display()}”，不能写入复验得分，没有改动。")
    Reverification.objects.filter(pk=row.pk).update(**values, settled_at=at)
    return row


def _settle_again(row, values, at):
    before = {name: getattr(row, name) for name in SETTLED}
    if before != values:
        told = {"before": _plain(before), "after": _plain(values)}
        record(actor=None, action="reverification.settle", target=row, at=at, **told)


def _plain(values):
    return {name: str(value) for name, value in values.items() if value is not None}


@transaction.atomic
def mark_self_checks(marks, *, at):
    """Keep how units' annual self-checks went; `marks` are unsaved SelfCheckMark rows.

    Without an audit line: the act was handing in, or the end of the round.
    """
    for each in marks:
        each.recorded_at = at
    SelfCheckMark.objects.bulk_create(
        marks,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["unit", "year"],
        update_fields=["state", "due_on", "handed_in_on", "recorded_at"],
    )
    return len(marks)


def unmark_missing(units, year):
    """Take back that these were missing in a year: they have more time."""
    marks = SelfCheckMark.objects.filter(unit__in=units, year=year)
    marks.filter(state=SelfCheckMark.State.MISSING).delete()


@transaction.atomic
def settle_application(application, *, total, apply_line, pass_line, vetoed, short, sheet_id, at):
    """Put the figures of the 验收 onto an application that has not been decided about."""
    values = {
        "total": total,
        "apply_line": apply_line,
        "pass_line": pass_line,
        "vetoed": vetoed,
        "short": short,
        "sheet_id": sheet_id,
    }
    return _put(application, values, at, (Application.State.ACCEPTED,), settled_at=at)


@transaction.atomic
def settle_first(application, *, score, on, leader, at):
    """Put what 初验 gave onto an application, with its day and who led it (a post, no person)."""
    values = {"first_score": score, "first_on": on, "first_leader": leader[:40]}
    open_to = (Application.State.REVIEWING, Application.State.ACCEPTED)
    return _put(application, values, at, open_to)


@transaction.atomic
def link_self_check(application, *, self_check_id, self_score, actor, at):
    """Tie the unit's handed-in self-check to its application while the unit still writes it."""
    values = {"self_check_id": self_check_id, "self_score": self_score}
    states = tuple(Application.OPEN)
    return _put(application, values, at, states, actor=actor, action="application.link_self_check")


def _put(application, values, at, states, *, actor=None, action=SETTLE, **more):
    """Write what is new, in these states only; says whether anything was."""
    rows = Application.objects.select_for_update().filter(pk=application.pk, state__in=states)
    row = rows.first()
    if row is None or all(getattr(row, name) == value for name, value in values.items()):
        return False
    before = {name: getattr(row, name) for name in values}
    Application.objects.filter(pk=row.pk).update(**values, **more)
    told = {"before": _plain(before), "after": _plain(values)}
    record(actor=actor, action=action, target=row, at=at, **told)
    return True
