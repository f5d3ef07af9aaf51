"""Where a batch stands: its stages read against a moment. Nothing here writes."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.utils import timezone

from portal.times import day_words
from units.models import BatchStage

Kind = BatchStage.Kind


@dataclass(frozen=True)
class Timetable:
    """The stages of one batch as of one moment."""

    stages: tuple
    at: object

    @classmethod
    def of(cls, batch, at):
        """Reads the stages of a batch, from its prefetched rows if there are any."""
        return cls(tuple(batch.stages.all()), at)

    def __getitem__(self, kind):
        """The stage of a kind, or None where the batch has none."""
        return next((each for each in self.stages if each.kind == kind), None)

    @property
    def current(self):
        """The first stage that is not over; None when all are, or none has been laid."""
        return next((each for each in self.stages if not each.is_over(self.at)), None)

    def is_on(self, kind):
        """Is this stage begun and not over?"""
        stage = self[kind]
        return stage is not None and stage.is_on(self.at)

    def why_not(self, kind):
        """A sentence why what belongs to this stage can't be done now; empty if it can."""
        stage = self[kind]
        if stage is None:
            return "本批次没有安排这一阶段。"
        name = stage.get_kind_display()
        if self.at < stage.starts_at:
            return f"{name}尚未开始，{moment(stage.starts_at)}开始。"
        if stage.was_closed(self.at):
            why = f"结束：{stage.close_reason.rstrip('。')}" if stage.close_reason else "截止"
            return f"{name}已于 {end(stage.closed_at)}{why}。"
        if stage.is_over(self.at):
            return f"{name}已于 {end(stage.ends_at)}截止。"
        return ""


def moment(at):
    """2026 年 11 月 22 日 18:00, with a space after it."""
    local = timezone.localtime(at)
    return f"{local.year} 年 {local.month} 月 {local.day} 日 {local:%H:%M} "


def end(at):
    """The same of something that ends then: the end of a day is its 24:00."""
    local = timezone.localtime(at)
    if local.time() != time(0):
        return moment(at)
    day = local.date() - timedelta(days=1)
    return f"{day_words(day)} 24:00 "
