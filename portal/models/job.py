"""The outbox of background work. A row is the truth; Redis only rings the bell."""

from django.db import models
from django.urls import reverse


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own jobs."""
        return self.filter(requested_by=user) if user.is_active else self.none()


class Job(models.Model):
    """One piece of background work, written in the same transaction as the act that asks for it."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    OPEN = frozenset({State.WAITING, State.RUNNING})

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField("任务", max_length=80)
    label = models.CharField("名称", max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField("开始时间")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)  # grows with each claim; a stale worker's is old
    sent_at = models.DateTimeField(null=True)  # last ring through the broker, server mode only
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    cancel_asked = models.BooleanField(default=False)
    message = models.CharField("结果", max_length=300, blank=True)
    result = models.ForeignKey("portal.StoredFile", models.SET_NULL, null=True, related_name="+")
    result_url = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="jobs", verbose_name="发起人"
    )
    created_at = models.DateTimeField("提交时间")
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "run_at"], name="jobs_to_claim")]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("portal:job", args=[self.pk])

    @property
    def is_open(self):
        """Waiting or being done: worth asking again."""
        return self.state in self.OPEN

    @property
    def extent(self):
        """How far it is, in words; nothing while that is not known."""
        if not self.total or self.state == self.State.DONE:
            return f"{self.done:,}" if self.done else ""
        return f"{self.done:,} / {self.total:,}（{100 * self.done // self.total}%）"

    @property
    def outcome(self):
        """What a line of a list says of it: what came of it, or how far it is."""
        waits = "等待开始" if self.state == self.State.WAITING else "正在准备"
        return self.message or self.extent or (waits if self.is_open else "")


class Heartbeat(models.Model):
    """When a worker process last showed that it lives."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField(db_index=True)


class ScheduleSlot(models.Model):
    """A tick of a schedule that has been taken, so that two clocks make it happen once."""

    name = models.CharField(max_length=80)
    slot = models.CharField(max_length=40)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "slot"], name="a_schedule_ticks_once_a_slot")
        ]
