"""What falls due each day on this floor."""

from evaluations.operations.marking import mark_overdue
from portal import clock
from portal.clock import Effect


@clock.duty("self-checks.overdue", "自查逾期登记", position=50)
def note_overdue(on, at):
    """Units whose annual self-check is overdue: their titles show it, until it comes in."""
    for check in mark_overdue(at=at):
        yield Effect(check.unit.name, f"“{check.round}”到期没有提交，记为未报。")
