"""自查: a round asks, a unit answers item by item; what was handed in is kept by its digest."""

from django.db import models
from django.db.models import Q

from evaluations.models.index import IndexEdition, Indicator
from portal.models import Region
from portal.scoping import ScopedQuerySet
from units.models import Unit


class SelfCheckRoundQuerySet(ScopedQuerySet):
    clerk_lookup = "checks__unit__clerks"

    def visible_to(self, user):
        """As for every table; a round of a region above is seen by those it asks."""
        if user.is_active and user.role in user.SUBTREE_ROLES and user.region_id:
            above = Q(region__in=user.region.ancestor_ids())
            return self.filter(above | Q(region__path__startswith=user.region.path))
        return super().visible_to(user).distinct()


class SelfCheckRound(models.Model):
    """One call for self-checks: opening, due date, whom it asks."""

    title = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="self_check_rounds", verbose_name="发起地区"
    )
    editions = models.ManyToManyField(IndexEdition, related_name="rounds", verbose_name="测评体系")
    opens_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    audience = models.JSONField("范围", default=dict)
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SelfCheckRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查轮次"
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("opens_at")), name="a_round_is_due_after_it_opens"
            )
        ]

    def __str__(self):
        return self.title


class SelfCheckQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"


class SelfCheck(models.Model):
    """One unit's answer to one round."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "未开始"
        FILLING = "filling", "填报中"
        SUBMITTED = "submitted", "已提交"
        RETURNED = "returned", "已退回"

    OPEN = frozenset({State.NOT_STARTED, State.FILLING, State.RETURNED})

    round = models.ForeignKey(SelfCheckRound, models.PROTECT, related_name="checks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="self_checks")
    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="self_checks")
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.NOT_STARTED
    )
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True)
    submitted_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    receipt_no = models.CharField("回执编号", max_length=30, blank=True)
    receipt_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    self_total = models.DecimalField("自评总分", max_digits=7, decimal_places=2, null=True)
    return_note = models.TextField("退回意见", blank=True)

    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_self_check_per_round"),
            models.UniqueConstraint(
                fields=["receipt_no"], condition=~Q(receipt_no=""), name="one_receipt_per_number"
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.round}"


class Answer(models.Model):
    """What the unit says to one item; `version` settles two tabs and two people."""

    check_form = models.ForeignKey(SelfCheck, models.CASCADE, related_name="answers")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="answers")
    value = models.JSONField("填报值", default=dict)
    claimed = models.DecimalField("自评分", max_digits=6, decimal_places=2, null=True)
    statement = models.TextField("说明", blank=True)
    saved_at = models.DateTimeField("保存时间")
    saved_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    on_behalf = models.BooleanField("代填", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "自查填报"
        constraints = [
            models.UniqueConstraint(
                fields=["check_form", "indicator"], name="one_answer_per_item_of_a_self_check"
            )
        ]
