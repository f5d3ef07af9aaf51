"""What the clock did: a row a run, and a mark for each effect that happens once."""

from django.db import models

from portal.scoping import ReferenceQuerySet


class ClockRun(models.Model):
    """One run: for which day, when, how much each duty did, and what failed."""

    on = models.DateField("日期")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True)
    counts = models.JSONField("办理数量", default=dict)  # label of the duty → number
    failures = models.JSONField("失败", default=dict)  # label of the duty → first line of the error

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日常处理"
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return f"{self.on} 日常处理"


class ClockMark(models.Model):
    """An effect of a duty that has happened; the row with the empty key is the duty's lock."""

    duty = models.CharField(max_length=40)
    key = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "key"], name="one_mark_per_duty_and_key")
        ]
