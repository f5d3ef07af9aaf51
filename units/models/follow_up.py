"""复验: rounds, and each title's turn in them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import ScopedQuerySet, below
from units.models.designation import Designation
from units.models.level import Level
from units.models.rule import HonourRule


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

    def awaiting_decision(self):
        """Passed, the rule asks for a new title, and no decision has made it yet."""
        makes_new = {"renews": True, "rule__renewal": HonourRule.Renewal.NEW_TITLE}
        held = {"designation__state__in": Designation.HOLDING}  # not revoked while it waited
        return self.filter(state=Reverification.State.PASSED, renewed=None, **makes_new, **held)

    def awaiting_paper(self):
        """Passed and lengthened as the rule says, and no document says so yet."""
        return self.filter(
            state=Reverification.State.PASSED,
            renews=True,
            renewed=models.F("designation"),
            document_no="",
        )

    def for_display(self):
        """With everything a page about one asks for."""
        return self.select_related(
            "round__region", "rule__regulation", "renewed", "applied_by", "concluded_by",
            "designation__unit__region", "designation__unit__category", "designation__kind",
            "designation__batch",
        )  # fmt: skip


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
        LAPSED = "lapsed", "逾期未申请"
        ENDED = "ended", "已终止"

    WITH_UNIT = frozenset({State.CALLED, State.RETURNED})  # the unit may write
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
    rule = models.ForeignKey(HonourRule, models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField("到期日（不含）", null=True)  # of the term it is about
    renews = models.BooleanField("期满复验", default=True)  # or a look after the unit changed
    statement = models.TextField("保持情况报告", blank=True, max_length=5000)
    pledges = models.JSONField("承诺", default=list)
    applied_at = models.DateTimeField("申请时间", null=True)
    applied_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    return_note = models.CharField("退回意见", max_length=500, blank=True)
    total = models.DecimalField("复验得分", max_digits=7, decimal_places=2, null=True)
    pass_line = models.DecimalField("合格线", max_digits=7, decimal_places=2, null=True)
    vetoed = models.BooleanField("一票否决", default=False)
    short = models.BooleanField("单项不达标", default=False)
    method = models.CharField("复验方式", max_length=40, blank=True)
    sheet_id = models.BigIntegerField(null=True, editable=False)
    settled_at = models.DateTimeField("结分时间", null=True)
    conclusion = models.CharField("结论说明", max_length=500, blank=True)
    concluded_on = models.DateField("结论日期", null=True)
    concluded_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    renewed = models.ForeignKey(
        Designation, models.PROTECT, null=True, blank=True, related_name="+"
    )  # the title that came of it: a new one, or the same with a longer term
    document_no = models.CharField("续期文号", max_length=60, blank=True)
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
