"""测评表: one assessor's scores of one unit. Signed is locked; a correction is a new version."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluations.models.index import Indicator
from evaluations.models.inspection import TEAM_ROLES, Inspection
from portal.scoping import ScopedQuerySet


class AssignmentQuerySet(ScopedQuerySet):
    region_lookup = "inspection__unit__region"

    def visible_to(self, user):
        """One's own; officers and auditors also those of units in their care."""
        if not user.is_active or user.role not in TEAM_ROLES:
            return super().visible_to(user)
        return super().visible_to(user) | self.own(user)

    def own(self, user):
        """What this person is to score or has scored, while they serve on teams."""
        if not user.is_active or user.role not in TEAM_ROLES:
            return self.none()
        return self.standing().filter(assessor=user)

    def standing(self):
        """Those that were not withdrawn: they count, and have to be signed."""
        return self.exclude(state=Assignment.State.WITHDRAWN)

    def unsigned(self):
        """Those still to be signed."""
        return self.filter(state__in=Assignment.UNSIGNED)


class Assignment(models.Model):
    """An assessor is to score a unit."""

    class State(models.TextChoices):
        WAITING = "waiting", "未开始"
        SCORING = "scoring", "打分中"
        SIGNED = "signed", "已签字"
        WITHDRAWN = "withdrawn", "已撤回"

    UNSIGNED = frozenset({State.WAITING, State.SCORING})

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey("portal.User", models.PROTECT, related_name="assignments")
    is_extra = models.BooleanField("复核加派", default=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
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

    def __str__(self):
        return f"{self.inspection.unit} {self.assessor.name}"

    def get_absolute_url(self):
        return reverse("evaluations:score-sheet", args=[self.pk])


class ScoreSheetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; of others what is signed, where scores are open to this person."""
        own = Q(assignment__in=Assignment.objects.own(user).values("pk"))
        opened = Inspection.objects.with_scores_open_to(user).values("pk")
        signed = Q(signed_at__isnull=False, assignment__inspection__in=opened)
        withdrawn = Q(assignment__state=Assignment.State.WITHDRAWN)
        return self.filter(own | (signed & ~withdrawn))

    def in_force(self):
        """The signed version of each assignment that counts."""
        counted = Assignment.State.SIGNED
        return self.filter(is_current=True, signed_at__isnull=False, assignment__state=counted)

    def writing(self):
        """Versions that may still be written: neither signed nor given up, the latest first."""
        return self.filter(signed_at=None, decided_at=None).order_by("-number")

    def corrections(self):
        """Versions after the first on which nobody has decided yet."""
        return self.filter(number__gt=1, decided_at=None)


class ScoreSheet(models.Model):
    """One version of one assessor's scores; the one in force is `is_current`.

    A correction is the next version: copied, changed, signed by the assessor, and in force once
    an officer who leads the round has approved it. Until then the version before it counts.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField("版本", default=1)
    is_current = models.BooleanField(default=True)
    reason = models.CharField("更正理由", max_length=300, blank=True)
    approved_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("核准时间", null=True)
    decision_note = models.CharField("核准意见", max_length=300, blank=True)
    created_at = models.DateTimeField("建立时间")
    signed_at = models.DateTimeField("签字时间", null=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评表"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="one_sheet_per_version"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(is_current=True), name="one_current_sheet"
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(number__gt=1, decided_at=None),
                name="one_open_correction",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="a_correction_has_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.assignment} 第 {self.number} 版"

    @property
    def is_correction(self):
        return self.number > 1

    @property
    def standing(self):
        """What has become of this version, in words."""
        if not self.signed_at:
            return "已放弃" if self.decided_at else "填写中"
        if self.is_current:
            return "有效"
        if self.is_correction and not self.decided_at:
            return "待核准"
        return "已被更正" if self.approved_by_id or not self.is_correction else "未核准"


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


class PhraseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own."""
        return self.filter(user=user) if user.is_active else self.none()


class Phrase(models.Model):
    """A reason an assessor uses again and again; offered first by the edition it was kept for."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="phrases")
    edition = models.ForeignKey(
        "evaluations.IndexEdition", models.CASCADE, null=True, blank=True, related_name="+"
    )
    text = models.CharField("常用语", max_length=60)
    created_at = models.DateTimeField("建立时间")

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "text"], name="a_phrase_is_kept_once")
        ]

    def __str__(self):
        return self.text
