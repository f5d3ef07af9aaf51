"""整改 with its items, their proof and the time asked for."""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from portal.scoping import ScopedQuerySet
from units.models.designation import Designation
from units.models.follow_up import Reverification
from units.models.rule import HonourRule


class RectificationQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"

    def open(self):
        """Those not closed out."""
        return self.filter(state__in=Rectification.OPEN)

    def blocking(self):
        """Those that block recommendation and commendation (条例第六十八条).

        One that failed goes on blocking as long as nobody has decided about its title.
        """
        undecided = Q(
            state=Rectification.State.FAILED,
            designation__state=Designation.State.RECTIFYING,
        )
        return self.filter(Q(state__in=Rectification.OPEN) | undecided)

    def overdue(self, on):
        """Still with the unit after the last day it was given."""
        return self.filter(state=Rectification.State.OPEN, due_on__lt=on)

    def by_deadline(self):
        """What is open first, the most urgent first; then what is over."""
        is_over = Case(When(state__in=Rectification.OPEN, then=Value(0)), default=Value(1))
        return self.order_by(is_over, "due_on", "pk")

    def for_display(self):
        """With everything a page about one asks for."""
        return self.select_related(
            "designation__unit__region", "designation__unit__category", "designation__kind",
            "designation__batch", "reverification__round", "rule", "ordered_by", "reported_by",
            "closed_by",
        )  # fmt: skip


class Rectification(models.Model):
    """整改: ordered for a title, with a deadline; closed out by someone other than the doer."""

    class Source(models.TextChoices):
        REVERIFICATION = "reverification", "复验"
        SPOT = "spot", "抽查"
        COMPLAINT = "complaint", "投诉举报"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = "open", "整改中"
        REPORTED = "reported", "待销号"
        CLOSED = "closed", "已销号"
        FAILED = "failed", "整改不到位"
        ENDED = "ended", "已终止"

    OPEN = frozenset({State.OPEN, State.REPORTED})

    designation = models.ForeignKey(
        Designation, models.PROTECT, related_name="rectifications", verbose_name="称号"
    )
    reverification = models.ForeignKey(
        Reverification, models.PROTECT, null=True, blank=True, related_name="rectifications"
    )
    rule = models.ForeignKey(HonourRule, models.PROTECT, null=True, related_name="+")
    source = models.CharField("来源", max_length=16, choices=Source.choices)
    ordered_on = models.DateField("下达日期")
    due_on = models.DateField("整改期限")  # the last day
    extensions = models.PositiveSmallIntegerField("已延期次数", default=0)
    document_no = models.CharField("通知文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    ordered_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    reported_at = models.DateTimeField("报送时间", null=True)
    reported_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    return_note = models.CharField("退回意见", max_length=500, blank=True)
    closed_on = models.DateField("销号日期", null=True)
    closed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField("核查意见", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_by=None)
                | Q(reported_by=None)
                | ~Q(closed_by=models.F("reported_by")),
                name="nobody_closes_out_their_own_work",
            ),
            models.UniqueConstraint(
                fields=["designation"],
                condition=Q(state__in=["open", "reported"]),
                name="one_open_rectification_per_title",
            ),
        ]

    def __str__(self):
        return f"{self.designation.unit.name}整改"

    def get_absolute_url(self):
        return reverse("units:rectification", args=[self.pk])


class RectificationItem(models.Model):
    """One finding: what is wrong, who mends it how, and the proof."""

    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField("序号")
    finding = models.CharField("问题", max_length=500)
    measure = models.CharField("整改措施", max_length=500, blank=True)
    responsible = models.CharField("责任单位和岗位", max_length=80, blank=True)
    outcome = models.CharField("整改结果", max_length=500, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    verified = models.BooleanField("已核实", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["rectification", "position"], name="one_item_per_number"
            )
        ]


class RectificationFile(models.Model):
    """Proof of one item."""

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="files")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "整改证明"
        ordering = ["pk"]


class RectificationExtensionQuerySet(ScopedQuerySet):
    region_lookup = "rectification__designation__unit__region"
    clerk_lookup = "rectification__designation__unit__clerks"


class RectificationExtension(models.Model):
    """More time, asked for by the unit, granted or refused by a signing officer."""

    class State(models.TextChoices):
        ASKED = "asked", "待批准"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"

    rectification = models.ForeignKey(
        Rectification, models.CASCADE, related_name="extension_requests", verbose_name="整改"
    )
    reason = models.CharField("延期理由", max_length=500)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    due_before = models.DateField("原期限", null=True)
    due_after = models.DateField("延至", null=True)
    answer = models.CharField("批复意见", max_length=500, blank=True)

    objects = RectificationExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改延期"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rectification"],
                condition=Q(state="asked"),
                name="one_extension_asked_for_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.rectification}延期"

    @property
    def designation(self):
        return self.rectification.designation
