"""How a batch's timetable follows its notice: what ends, what moves. Nothing here writes."""

from dataclasses import dataclass, field

from units.models import Batch, BatchStage
from units.planning import MIDNIGHT, Kind, Laid, at_clock
from units.stages import Timetable

BEFORE = (Kind.INSPECTING, Kind.DELIBERATING)
DONE = "名单已审定，发布公示"


@dataclass(frozen=True)
class Move:
    """One stage, the fields that change with the notice, and the same in words."""

    stage: BatchStage
    words: str
    fields: dict = field(default_factory=dict)


def moved_by(batch, notice, at):
    """What publishing the notice now would change in the timetable of an open batch."""
    if batch.state != Batch.State.OPEN:
        return []
    stages = Timetable.of(batch, at)
    moves = [_ended(stage, at) for stage in map(stages.__getitem__, BEFORE) if stage]
    own, last = stages[Kind.NOTICE], stages[Kind.DECIDING]
    begins, ends = at_clock(notice.starts_on, MIDNIGHT), at_clock(notice.ends_on, MIDNIGHT)
    moves.append(own and _laid(own, begins, ends))
    if own and last and last.closed_at is None and last.starts_at < ends:
        moves.append(_laid(last, ends, last.ends_at + (ends - last.starts_at)))
    return [move for move in moves if move]


def _ended(stage, at):
    """What lies before the notice is over when it hangs out."""
    if stage.is_over(at):
        return None
    words = f"原定 {_span(stage.starts_at, stage.ends_at)}，随公示发布结束"
    return Move(stage, words, {"closed_at": at, "close_reason": DONE})


def _laid(stage, begins, ends):
    same = (stage.starts_at, stage.ends_at, stage.closed_at) == (begins, ends, None)
    if same:
        return None
    words = f"原定 {_span(stage.starts_at, stage.ends_at)}，改为 {_span(begins, ends)}"
    fields = {"starts_at": begins, "ends_at": ends}
    return Move(stage, words, {**fields, "closed_at": None, "closed_by": None, "close_reason": ""})


def _span(begins, ends):
    """From its first to its last day."""
    laid = Laid("", begins, ends)
    return f"{laid.first} 至 {laid.last}"
