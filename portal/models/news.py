"""Messages beyond the portal: how a person wants them, and each one on its way."""

from django.db import models
from django.db.models import Q

from portal.models.file import random_code
from portal.models.misc import Notification, OwnedQuerySet


class NewsChoice(models.Model):
    """Where one person's messages also go, how often, and when it is to be quiet."""

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", "随时发送"
        DAILY = "daily", "每天汇总一次"

    user = models.OneToOneField("portal.User", models.CASCADE, related_name="news_choice")
    email = models.EmailField("工作邮箱", blank=True)
    by_email = models.BooleanField("发到邮箱", default=False)
    by_gateway = models.BooleanField("发到政务微信或钉钉", default=False)
    pace = models.CharField("频次", max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)
    quiet_from = models.TimeField("免打扰自", null=True, blank=True)
    quiet_until = models.TimeField("免打扰至", null=True, blank=True)
    since = models.DateTimeField()  # messages older than the choice stay where they are
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息接收方式"
        constraints = [
            models.CheckConstraint(
                condition=Q(by_email=False) | ~Q(email=""), name="mail_goes_to_an_address"
            )
        ]

    def __str__(self):
        return f"{self.user.name}的消息接收方式"


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own."""
        return self.filter(notification__user=user) if user.is_active else self.none()


class Delivery(models.Model):
    """One message on one way out. `sending` that nobody ends becomes `unsure`, never sent again."""

    class Channel(models.TextChoices):
        EMAIL = "email", "邮箱"
        GATEWAY = "gateway", "政务微信或钉钉"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        UNSURE = "unsure", "未能确认"
        FAILED = "failed", "发送失败"
        DROPPED = "dropped", "不再发送"

    code = models.CharField(max_length=32, default=random_code, editable=False)
    bundle = models.CharField(max_length=32, blank=True, editable=False)  # sent together: the key
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField("方式", max_length=8, choices=Channel.choices)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField("发送时间")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField("送达时间", null=True)
    error = models.CharField("原因", max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息投递"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="a_message_goes_out_once_a_channel"
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="deliveries_due")]

    def __str__(self):
        return f"{self.get_channel_display()}：{self.notification}"
