"""Moments and deadlines in words."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

SOON = timedelta(days=10)


def clock(at):
    """14:03 today; with the day before it on any other."""
    local = timezone.localtime(at)
    same_day = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if same_day else f"{local.month} 月 {local.day} 日 {local:%H:%M}"


def day_of(at, now=None):
    """11-22; with its year before it where that is not this year."""
    local = timezone.localtime(at)
    same_year = local.year == timezone.localtime(now).year
    return f"{local:%m-%d}" if same_year else f"{local:%Y-%m-%d}"


def moment(at):
    """11-22 17:30; with its year before it where that is not this year."""
    return f"{day_of(at)} {timezone.localtime(at):%H:%M}"


def until(at):
    """2026-11-22 17:30; the end of a day as 24:00 of that day."""
    local = timezone.localtime(at)
    if local.time() == time(0):
        return f"{local.date() - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def day_words(day):
    """2026 年 11 月 22 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


@dataclass(frozen=True)
class Deadline:
    """A moment something is due at, seen from now."""

    due_at: datetime
    now: datetime

    @property
    def is_over(self):
        return self.now >= self.due_at

    @property
    def is_near(self):
        return self.due_at - self.now < SOON

    @property
    def words(self):
        """还有 8 天 8 小时; 已过 4 天."""
        return f"{'已过' if self.is_over else '还有'} {span(abs(self.due_at - self.now))}"


def span(gap):
    """Days and hours up to ten days, then days; below an hour, minutes."""
    hours, days = gap.seconds // 3600, gap.days
    if days >= SOON.days or (days and not hours):
        return f"{days} 天"
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时" if hours else f"{max(gap.seconds // 60, 1)} 分钟"
