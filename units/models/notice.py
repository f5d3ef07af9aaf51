"""公示: what the public reads, for how long, and what it objects to."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models.file import random_code
from portal.scoping import ScopedQuerySet
from units.models.application import Application
from units.models.batch import Batch


class PublicNoticeQuerySet(ScopedQuerySet):
    region_lookup = "batch__region"

    def visible_to(self, user):
        """As for every table; those beneath the naming region see what has been published."""
        if user.is_active and user.role in user.SUBTREE_ROLES and user.region_id:
            above = Q(batch__region__in=user.region.ancestor_ids(), published_at__isnull=False)
            return super().visible_to(user) | self.filter(above)
        return super().visible_to(user)

    def published(self):
        """Those that anybody may read."""
        return self.filter(published_at__isnull=False)


class PublicNotice(models.Model):
    """One notice of one batch; its list is a snapshot, proved by `sha256`."""

    class State(models.TextChoices):
        DRAFT = "draft", "拟稿"
        OPEN = "open", "公示中"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已撤下"

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", max_length=5000)
    starts_on = models.DateField("公示开始")
    days = models.PositiveSmallIntegerField("公示天数")
    in_working_days = models.BooleanField("按工作日计", default=True)
    ends_on = models.DateField("公示结束（不含）")
    calendar_note = models.CharField("日历说明", max_length=200, blank=True)
    contact_office = models.CharField("受理部门", max_length=80)
    contact_phone = models.CharField("受理电话", max_length=40)
    contact_email = models.CharField("电子邮箱", max_length=80, blank=True)
    contact_address = models.CharField("通信地址", max_length=120, blank=True)
    sha256 = models.CharField("名单 SHA-256", max_length=64, blank=True)
    pdf = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True)
    closed_at = models.DateTimeField("结束登记时间", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")),
                name="a_notice_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(state__in=["draft", "open"]),
                name="one_running_notice_per_batch",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("units:notice", args=[self.pk])

    @property
    def last_day(self):
        """The last day on which the notice hangs out."""
        return self.ends_on - timedelta(days=1)

    def is_running(self, on):
        """Published, begun, and its days not over: read from dates, whatever the clock entered."""
        return self.state == self.State.OPEN and self.starts_on <= on < self.ends_on

    def standing(self, on):
        """What it is on a day, in words."""
        if self.state != self.State.OPEN or self.is_running(on):
            return self.get_state_display()
        return "即将开始" if on < self.starts_on else "公示期满"


class NoticeEntry(models.Model):
    """One line of the printed list, as printed; the unit may be renamed meanwhile."""

    notice = models.ForeignKey(PublicNotice, models.CASCADE, related_name="entries")
    application = models.ForeignKey(Application, models.PROTECT, related_name="notice_entries")
    position = models.PositiveIntegerField("序号")
    unit_name = models.CharField("单位名称", max_length=100)
    category_name = models.CharField("类别", max_length=40)
    region_name = models.CharField("旗市区", max_length=80)
    body_name = models.CharField("推荐单位", max_length=60)
    taken_off_at = models.DateTimeField("取消时间", null=True)
    taken_off_reason = models.CharField("取消原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示名单"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "application"], name="an_application_is_listed_once"
            ),
            models.UniqueConstraint(fields=["notice", "position"], name="one_line_per_number"),
        ]


class ObjectionQuerySet(ScopedQuerySet):
    region_lookup = "notice__batch__region"


class Objection(models.Model):
    """An objection to a notice, from the public or entered by the office; `code` finds it again.

    Of an anonymous person nothing is kept; of a named one what they gave to be answered.
    """

    class Source(models.TextChoices):
        ONLINE = "online", "网上提交"
        PHONE = "phone", "电话"
        LETTER = "letter", "来信"
        VISIT = "visit", "来访"

    class State(models.TextChoices):
        RECEIVED = "received", "待受理"
        HANDLING = "handling", "调查中"
        UPHELD = "upheld", "成立"
        DISMISSED = "dismissed", "不成立"

    OPEN = frozenset({State.RECEIVED, State.HANDLING})

    code = models.CharField("查询码", max_length=32, unique=True, default=random_code)
    form_key = models.CharField(max_length=32, unique=True, null=True, editable=False)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    entry = models.ForeignKey(
        NoticeEntry, models.PROTECT, null=True, blank=True, related_name="objections"
    )
    source = models.CharField("来源", max_length=8, choices=Source.choices)
    is_anonymous = models.BooleanField("匿名", default=True)
    name = models.CharField("署名", max_length=40, blank=True)
    contact = models.CharField("联系方式", max_length=60, blank=True)
    text = models.TextField("异议内容", max_length=3000)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("办结期限", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    findings = models.TextField("调查情况", blank=True, max_length=5000)
    answer = models.TextField("答复", blank=True, max_length=2000)  # what the public reads
    decided_at = models.DateTimeField("办结时间", null=True)
    decided_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["-received_at", "-pk"]

    def __str__(self):
        return f"{self.notice}的异议"

    def get_absolute_url(self):
        return reverse("units:objection", args=[self.pk])


class ObjectionFile(models.Model):
    """What came with an objection, or was found in handling it (`is_finding`)."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=120)
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    is_finding = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "异议附件"
