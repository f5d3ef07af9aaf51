"""What follows a title: 复验, 整改 with its items and 销号, 撤销 and 退出."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import ScopedQuerySet, below
from units.models.decision import NamingDecision
from units.models.designation import Designation
from units.models.level import Level


class ReverificationRoundQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """As for every table; rounds of a region above are seen by those beneath it."""
        if user.is_active and user.role in user.SUBTREE_ROLES and user.region_id:
            above = Q(region__in=user.region.ancestor_ids())
            return self.filter(above | below("region__path", user.scope_paths))
        return super().visible_to(user)


class ReverificationRound(models.Model):
    """A call for the titles of one level whose term ends in a period, end exclusive."""

    title = models.CharField("名称", max_length=80)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="reverification_rounds", verbose_name="组织地区"
    )
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    year = models.PositiveSmallIntegerField("年度")
    ends_from = models.DateField("到期自")
    ends_before = models.DateField("到期至（不含）")
    opens_on = models.DateField("开始日期")
    due_on = models.DateField("申请截止")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReverificationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复验轮次"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__gt=models.F("ends_from")),
                name="a_reverification_round_covers_a_period",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("units:reverification-round", args=[self.pk])


class ReverificationQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"

    def open(self):
        """Those without a result."""
        return self.filter(state__in=Reverification.OPEN)


class Reverification(models.Model):
    """One title's turn: asked, applied, inspected, and what came of it.

    `total` to `sheet_id` are settled by evaluations from an inspection of kind 复验.
    """

    class State(models.TextChoices):
        CALLED = "called", "待申请"
        APPLIED = "applied", "已申请"
        RETURNED = "returned", "已退回"
        INSPECTED = "inspected", "待结论"
        RECTIFYING = "rectifying", "整改中"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        DECLINED = "declined", "不再申请"

    OPEN = frozenset(
        {State.CALLED, State.APPLIED, State.RETURNED, State.INSPECTED, State.RECTIFYING}
    )

    round = models.ForeignKey(
        ReverificationRound, models.PROTECT, related_name="reverifications", verbose_name="轮次"
    )
    designation = models.ForeignKey(
        Designation, models.PROTECT, related_name="reverifications", verbose_name="称号"
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.CALLED)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    statement = models.TextField("保持情况报告", blank=True, max_length=5000)
    applied_at = models.DateTimeField("申请时间", null=True)
    applied_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    return_note = models.CharField("退回意见", max_length=500, blank=True)
    total = models.DecimalField("复验得分", max_digits=7, decimal_places=2, null=True)
    pass_line = models.DecimalField("合格线", max_digits=7, decimal_places=2, null=True)
    vetoed = models.BooleanField("一票否决", default=False)
    short = models.BooleanField("单项不达标", default=False)
    sheet_id = models.BigIntegerField(null=True, editable=False)
    settled_at = models.DateTimeField("结分时间", null=True)
    conclusion = models.CharField("结论说明", max_length=500, blank=True)
    concluded_on = models.DateField("结论日期", null=True)
    renewed = models.ForeignKey(
        Designation, models.PROTECT, null=True, blank=True, related_name="+"
    )  # the title that came of it: a new one, or the same with a longer term
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReverificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复验"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "designation"], name="a_title_has_one_turn_in_a_round"
            ),
            models.UniqueConstraint(
                fields=["designation"],
                condition=Q(state__in=["called", "applied", "returned", "inspected", "rectifying"]),
                name="one_open_reverification_per_title",
            ),
        ]

    def __str__(self):
        return f"{self.designation.unit.name}{self.round.title}"

    def get_absolute_url(self):
        return reverse("units:reverification", args=[self.pk])


class RectificationQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"

    def open(self):
        """Those not closed out: they block recommendation and commendation (条例第六十八条)."""
        return self.filter(state__in=Rectification.OPEN)


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

    OPEN = frozenset({State.OPEN, State.REPORTED})

    designation = models.ForeignKey(
        Designation, models.PROTECT, related_name="rectifications", verbose_name="称号"
    )
    reverification = models.ForeignKey(
        Reverification, models.PROTECT, null=True, blank=True, related_name="rectifications"
    )
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
    closed_on = models.DateField("销号日期", null=True)
    closed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
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
            )
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


class ExitCase(models.Model):
    """撤销 or 退出 of one title: ground, decision, and what follows with its dates."""

    class Ground(models.TextChoices):
        LEADERS = "leaders", "主要负责人严重违纪违法"
        DISUNITY = "disunity", "班子不团结造成恶劣影响"
        INCIDENT = "incident", "处置不力引发群体性事件"
        SECURITY = "security", "综合治理不达标"
        FRAUD = "fraud", "弄虚作假"
        HARM = "harm", "发生影响民族团结和社会稳定的严重问题"
        UNSTOPPED = "unstopped", "对单位内部的有害行为不予制止"
        UNMENDED = "unmended", "逾期未整改或整改不到位"
        DEVIATION = "deviation", "活动偏离主线或违规收费"
        FAILED = "failed", "复验不合格"
        VOLUNTARY = "voluntary", "主动退出"
        DISSOLVED = "dissolved", "单位撤并"

    designation = models.OneToOneField(
        Designation, models.PROTECT, related_name="exit_case", verbose_name="称号"
    )
    decision = models.ForeignKey(
        NamingDecision, models.PROTECT, related_name="exit_cases", verbose_name="决定"
    )
    ground = models.CharField("事由", max_length=12, choices=Ground.choices)
    happened_on = models.DateField("生效日期")
    reapply_from = models.DateField("可重新申报之日", null=True)
    plaque_due_on = models.DateField("牌匾收回期限", null=True)
    plaque_returned_on = models.DateField("牌匾收回日期", null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "撤销与退出"
