"""自查: a round asks, a unit answers item by item; what was handed in is kept by its digest."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from evaluations.models.index import IndexEdition, Indicator
from portal.models import Region, StoredFile
from portal.models.file import random_code
from portal.scoping import ScopedQuerySet
from units.models import Unit


def is_helper(user):
    """Is this an officer of a 苏木 or 嘎查, who may fill in for its units (代填)?"""
    return user.role == user.Role.OFFICER and user.region is not None and user.region.is_local


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

    def get_absolute_url(self):
        return reverse("evaluations:self-check-round", args=[self.pk])


class SelfCheckQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"

    def open(self):
        """Checks that wait for their unit, in rounds that are not over."""
        return self.filter(state__in=SelfCheck.OPEN, round__closed_at=None)

    def with_manned(self):
        """Each row says whether somebody has an account to be called through."""
        clerks = Unit.clerks.through.objects.filter(unit=OuterRef("unit"), user__is_active=True)
        return self.annotate(manned=Exists(clerks))

    def with_late(self, at):
        """Each row says whether it should have been handed in by now."""
        own = Coalesce("extended_to", "round__due_at")
        due = Case(When(round__due_at__gt=own, then="round__due_at"), default=own)
        late = Q(state__in=SelfCheck.OPEN, own_due__lte=at)
        return self.annotate(own_due=due).annotate(
            late=Case(When(late, then=Value(True)), default=Value(False))
        )

    def for_filling(self):
        """With everything a page of the form asks for."""
        return self.select_related("round__region", "edition", "unit__region", "unit__category")


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
    remarks = models.JSONField("逐项意见", default=dict, blank=True)  # item code → words
    extended_to = models.DateTimeField("补报截止", null=True, blank=True)
    on_behalf = models.BooleanField("代填", default=False)
    is_sealed = models.BooleanField("已封存", default=False, editable=False)  # read by the guards
    urged_at = models.DateTimeField("催办时间", null=True)

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

    def get_absolute_url(self):
        return reverse("evaluations:self-check", args=[self.pk])

    @property
    def due_at(self):
        """Until when this unit may hand in: the round's moment, or a later one of its own."""
        return max(self.round.due_at, self.extended_to or self.round.due_at)


class AnswerQuerySet(models.QuerySet):
    def handed_in(self):
        """Of self-checks that stand submitted; after a return they are drafts again."""
        return self.filter(check_form__state=SelfCheck.State.SUBMITTED)


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
    carried_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="带入自"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查填报"
        constraints = [
            models.UniqueConstraint(
                fields=["check_form", "indicator"], name="one_answer_per_item_of_a_self_check"
            )
        ]


class ReceiptQuerySet(ScopedQuerySet):
    region_lookup = "check_form__unit__region"
    clerk_lookup = "check_form__unit__clerks"


class Receipt(models.Model):
    """回执: what was handed in at one moment, word for word, and the digest that proves it."""

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    number = models.CharField("回执编号", max_length=30, unique=True)
    check_form = models.ForeignKey(SelfCheck, models.PROTECT, related_name="receipts")
    handed_in_at = models.DateTimeField("提交时间")
    handed_in_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    on_behalf = models.BooleanField("代填", default=False)
    total = models.DecimalField("自评总分", max_digits=7, decimal_places=2)
    items = models.PositiveSmallIntegerField("已填要点")
    files = models.PositiveSmallIntegerField("佐证材料")
    content = models.TextField("提交内容")
    sha256 = models.CharField("SHA-256", max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查回执"
        ordering = ["-pk"]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("evaluations:self-check-receipt", args=[self.code])
