"""撤销 and 退出, what follows from them, and how a unit keeps up its annual self-check."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.scoping import ScopedQuerySet
from units.models.decision import NamingDecision
from units.models.designation import Designation
from units.models.registry import Unit


class ExitRequestQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"


class ExitRequest(models.Model):
    """主动退出 asked for by the unit; the office decides."""

    class State(models.TextChoices):
        ASKED = "asked", "待办理"
        ACCEPTED = "accepted", "已同意"
        REFUSED = "refused", "未同意"
        TAKEN_BACK = "taken_back", "已撤回"
        ENDED = "ended", "已终止"

    designation = models.ForeignKey(
        Designation, models.PROTECT, related_name="exit_requests", verbose_name="称号"
    )
    reason = models.CharField("退出理由", max_length=500)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.ASKED)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    answer = models.CharField("办理意见", max_length=500, blank=True)

    objects = ExitRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退出申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["designation"],
                condition=Q(state="asked"),
                name="one_exit_asked_for_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.designation.unit.name}退出申请"

    def get_absolute_url(self):
        return reverse("units:exit-request", args=[self.pk])


class ExitCaseQuerySet(ScopedQuerySet):
    region_lookup = "designation__unit__region"
    clerk_lookup = "designation__unit__clerks"

    def plaque_missing(self):
        """Those whose plaque is to come back and hasn't."""
        return self.filter(plaque_due_on__isnull=False, plaque_returned_on=None)

    def banning(self, on):
        """Those that keep their unit from applying on that day."""
        return self.filter(reapply_from__gt=on)


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

    FRAUD = frozenset({Ground.FRAUD})  # grounds with the longer ban
    UNASKED = frozenset({Ground.VOLUNTARY, Ground.DISSOLVED})  # ends without blame

    designation = models.OneToOneField(
        Designation, models.PROTECT, related_name="exit_case", verbose_name="称号"
    )
    decision = models.ForeignKey(
        NamingDecision, models.PROTECT, null=True, related_name="exit_cases", verbose_name="决定"
    )
    ground = models.CharField("事由", max_length=12, choices=Ground.choices)
    happened_on = models.DateField("生效日期")
    reapply_from = models.DateField("可重新申报之日", null=True)
    plaque_due_on = models.DateField("牌匾收回期限", null=True)
    plaque_returned_on = models.DateField("牌匾收回日期", null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExitCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "撤销与退出"
        ordering = ["-happened_on", "-pk"]

    def __str__(self):
        return f"{self.designation.unit.name}{self.get_ground_display()}"

    def get_absolute_url(self):
        return self.designation.get_absolute_url()

    @property
    def is_revocation(self):
        return self.ground not in self.UNASKED


class SelfCheckMarkQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"


class SelfCheckMark(models.Model):
    """How a unit's annual self-check of a year went; evaluations tells, pages of titles show it."""

    class State(models.TextChoices):
        ON_TIME = "on_time", "按时"
        LATE = "late", "迟报"
        MISSING = "missing", "未报"

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="self_check_marks", verbose_name="单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("情况", max_length=8, choices=State.choices)
    due_on = models.DateField("截止日期", null=True)
    handed_in_on = models.DateField("提交日期", null=True)
    recorded_at = models.DateTimeField()

    objects = SelfCheckMarkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度自查情况"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"], name="one_self_check_mark_per_unit_and_year"
            )
        ]

    def __str__(self):
        return f"{self.year} 年度自查{self.get_state_display()}"
