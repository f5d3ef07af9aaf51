"""测评表: one assessor's scores of one unit. Signed is locked; a correction is a new version."""

from django.db import models
from django.db.models import Q

from evaluations.models.index import Indicator
from evaluations.models.inspection import Inspection
from portal.scoping import ScopedQuerySet


class AssignmentQuerySet(ScopedQuerySet):
    region_lookup = "inspection__unit__region"

    def visible_to(self, user):
        """An assessor's own; officers and auditors those of units in their care."""
        if user.is_active and user.role == user.Role.ASSESSOR:
            return self.filter(assessor=user)
        return super().visible_to(user)


class Assignment(models.Model):
    """An assessor is to score a unit."""

    class State(models.TextChoices):
        WAITING = "waiting", "未开始"
        SCORING = "scoring", "打分中"
        SIGNED = "signed", "已签字"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey("portal.User", models.PROTECT, related_name="assignments")
    is_extra = models.BooleanField("复核加派", default=False)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    first_opened_at = models.DateTimeField(null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评任务"
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "assessor"], name="an_assessor_scores_a_unit_once"
            )
        ]


class ScoreSheet(models.Model):
    """One version of one assessor's scores. Of the versions only the newest counts."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField("版本", default=1)
    is_current = models.BooleanField(default=True)
    reason = models.CharField("更正理由", max_length=300, blank=True)
    approved_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("建立时间")
    signed_at = models.DateTimeField("签字时间", null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "测评表"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="one_sheet_per_version"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(is_current=True), name="one_current_sheet"
            ),
        ]


class Score(models.Model):
    """One item's score, who gave it is the sheet's assessor; `version` settles screen and Excel."""

    class Source(models.TextChoices):
        SCREEN = "screen", "在线"
        WORKBOOK = "workbook", "Excel"

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="scores")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="scores")
    value = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True)
    raw = models.JSONField("原始值", default=dict)
    hit = models.BooleanField("触发否决", default=False)
    reason = models.CharField("扣分理由", max_length=300, blank=True)
    comment = models.CharField("评语", max_length=300, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.SCREEN)
    saved_at = models.DateTimeField("保存时间")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评分"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "indicator"], name="one_score_per_item_of_a_sheet"
            )
        ]
