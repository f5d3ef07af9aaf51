"""命名决定: the document that makes titles; a wrong one is put right by another, never edited."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import ScopedQuerySet
from units.models.application import Application
from units.models.batch import Batch
from units.models.designation import Designation
from units.models.registry import Category, Unit
from units.models.rule import IssuingBody


class NamingDecisionQuerySet(ScopedQuerySet):
    """Seen within the region; from below what names or corrects, once it is applied.

    What ends a title tells facts of one unit, and a renewal lists the units of all places: those
    are read by the deciding office and those above it. Drafts are the office's alone.
    """

    region_lookup = "region"

    def visible_to(self, user):
        """As for every table; those beneath the deciding region see who was named."""
        if user.is_active and user.role in user.SUBTREE_ROLES and user.region_id:
            above = Q(region__in=user.region.ancestor_ids(), applied_at__isnull=False)
            kinds = (NamingDecision.Kind.NAMING, NamingDecision.Kind.CORRECTION)
            return super().visible_to(user) | self.filter(above, kind__in=kinds)
        return super().visible_to(user)


class NamingDecision(models.Model):
    """A decision: naming, correction of an earlier one, renewal, revocation or exit."""

    class Kind(models.TextChoices):
        NAMING = "naming", "命名"
        CORRECTION = "correction", "更正"
        RENEWAL = "renewal", "复验续期"
        REVOCATION = "revocation", "撤销"
        WITHDRAWAL = "withdrawal", "退出"

    class State(models.TextChoices):
        DRAFT = "draft", "拟稿"
        APPLIED = "applied", "已生效"
        DROPPED = "dropped", "已作废"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="decisions", verbose_name="决定地区"
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    title = models.CharField("标题", max_length=120)
    document_no = models.CharField("文号", max_length=60)
    decided_on = models.DateField("决定日期")
    text = models.TextField("正文", blank=True, max_length=10000)
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    applied_at = models.DateTimeField("生效登记时间", null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NamingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "命名决定"
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "document_no"],
                condition=~Q(state="dropped"),
                name="one_decision_per_region_and_number",
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(kind="naming") & ~Q(state="dropped"),
                name="one_naming_decision_per_batch",
            ),
        ]

    def __str__(self):
        return f"{self.title}（{self.document_no}）"

    def get_absolute_url(self):
        return reverse("units:decision", args=[self.pk])


class DecisionIssuer(models.Model):
    """A department under the decision, in the order of the seals, with its name as printed."""

    decision = models.ForeignKey(NamingDecision, models.CASCADE, related_name="issuers")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "决定签发部门"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "body"], name="a_body_signs_a_decision_once"
            )
        ]


class DecisionLine(models.Model):
    """What a decision does to one unit, as printed in its list."""

    class Effect(models.TextChoices):
        NAME = "name", "命名"
        VOID = "void", "取消命名"
        CORRECT = "correct", "更正名称"
        RENEW = "renew", "续期"
        REVOKE = "revoke", "撤销"
        WITHDRAW = "withdraw", "退出"

    CORRECTING = (Effect.VOID, Effect.CORRECT, Effect.NAME)  # what a correction may do

    decision = models.ForeignKey(NamingDecision, models.CASCADE, related_name="lines")
    effect = models.CharField("事项", max_length=10, choices=Effect.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="decision_lines")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="decision_lines"
    )
    designation = models.ForeignKey(
        Designation, models.PROTECT, null=True, blank=True, related_name="decision_lines"
    )
    position = models.PositiveIntegerField("序号")
    unit_name = models.CharField("单位名称", max_length=100)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    region_name = models.CharField("旗市区", max_length=80)
    title = models.CharField("称号全称", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "决定名单"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "position"], name="one_decision_line_per_number"
            ),
            models.UniqueConstraint(
                fields=["decision", "unit"], name="a_unit_stands_once_in_a_decision"
            ),
        ]
