"""An assessor's queue: what is left of each unit, which comes next, how long the rest will take."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from evaluations.models import Assignment, Indicator, InspectionRound, Score
from evaluations.rules.pace import RECENT, spoken, time_left

State = Assignment.State
RoundState = InspectionRound.State
DAY_ENDS = 17.5  # hour after which work goes on tomorrow


@dataclass(frozen=True)
class Turn:
    """One unit of the queue."""

    task: Assignment
    scored: int
    items: int

    @property
    def left(self):
        return max(0, self.items - self.scored) if self.task.state != State.SIGNED else 0

    @property
    def percent(self):
        if self.task.state == State.SIGNED:
            return 100
        return round(100 * self.scored / self.items) if self.items else 0

    @property
    def order(self):
        """The least finished first; among equals the earlier visit, then the name."""
        inspection = self.task.inspection
        day = inspection.visit_on or inspection.round.ends_on
        return self.percent, day, inspection.unit.name, self.task.pk


class Queue:
    """What one person has to score, in one round or in all that are being scored."""

    def __init__(self, user, *, round=None):
        self.user = user
        tasks = Assignment.objects.own(user).select_related(
            "inspection__round", "inspection__unit__region", "inspection__unit__category"
        )
        self.tasks = list(tasks.filter(inspection__round=round) if round else tasks)
        scored, sizes = self._scored(), self._sizes()
        self.turns = [
            Turn(task, scored.get(task.pk, 0), sizes.get(task.inspection.edition_id, 0))
            for task in self.tasks
        ]

    def _scored(self):
        rows = Score.objects.filter(
            sheet__assignment__in=[task.pk for task in self.tasks],
            sheet__is_current=True,
            value__isnull=False,
            indicator__kind__in=Indicator.BASE,
        )
        counted = rows.order_by().values_list("sheet__assignment")
        return dict(counted.annotate(n=Count("pk")))

    def _sizes(self):
        editions = {task.inspection.edition_id for task in self.tasks}
        rows = Indicator.objects.filter(edition__in=editions, kind__in=Indicator.BASE)
        return dict(rows.order_by().values_list("edition").annotate(n=Count("pk")))

    @property
    def waiting(self):
        """Units to be scored now, the least finished first."""
        found = [
            turn
            for turn in self.turns
            if turn.task.state in Assignment.UNSIGNED
            and turn.task.inspection.round.state == RoundState.SCORING
        ]
        return sorted(found, key=lambda turn: turn.order)

    @property
    def signed(self):
        """What has been signed, the latest first."""
        found = [turn for turn in self.turns if turn.task.state == State.SIGNED]
        return sorted(found, key=lambda turn: turn.task.state_changed_at, reverse=True)

    @property
    def preparing(self):
        """Units of rounds that are still being set up."""
        return [
            turn for turn in self.turns if turn.task.inspection.round.state == RoundState.PREPARING
        ]

    def next_after(self, pk):
        """The unit to go on with, other than the one just left."""
        return next((turn.task for turn in self.waiting if turn.task.pk != pk), None)

    @property
    def left(self):
        return sum(turn.left for turn in self.waiting)

    def pace_words(self, at):
        """还剩 32 项，照您现在的速度约 24 分钟，今天 15:20 前可完成."""
        if not self.waiting:
            return "都已签字。"
        if not self.left:
            return "各项都已打分，请逐家签字。"
        span, measured = time_left(self._moments(), self.left)
        how = "照您现在的速度" if measured else "按每项 45 秒估算"
        return f"还剩 {self.left} 项，{how}约需 {spoken(span)}{_done_by(at, span)}。"

    def _moments(self):
        rows = Score.objects.filter(sheet__assignment__assessor=self.user)
        return list(rows.order_by("-saved_at").values_list("saved_at", flat=True)[:RECENT])


def _done_by(at, span):
    """“，今天 15:20 前可完成”, where that is still within office hours."""
    end = timezone.localtime(at + span)
    end += timedelta(minutes=-end.minute % 10)
    same_day = end.date() == timezone.localtime(at).date()
    if not same_day or end.hour + end.minute / 60 > DAY_ENDS:
        return ""
    return f"，今天 {end:%H:%M} 前可完成"
