"""申报: a unit's application in a batch, what it handed in, and what each tier said to it."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from portal.models import Region, User
from portal.models.file import random_code
from portal.scoping import ScopedQuerySet
from units.models.batch import Batch, RecommendingBody
from units.models.designation import Designation
from units.models.registry import Category, Unit
from units.models.rule import HonourRule


class ApplicationQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"

    def visible_to(self, user):
        """A clerk's own; for offices and auditors the subtree, from submission on.

        Members of a line body also see what goes through their body, and a desk what lies on it
        though its unit was moved elsewhere meanwhile.
        """
        if user.is_active and user.role in user.SUBTREE_ROLES:
            handed_in = self.filter(submitted_at__isnull=False)
            inside = ScopedQuerySet.visible_to(handed_in, user)
            left_here = handed_in.filter(desk=user.region_id, desk__isnull=False)
            return inside | left_here | handed_in.filter(body__in=_lines_of(user))
        return super().visible_to(user)

    def on_desks(self, regions, bodies):
        """Those that wait on the desks of these regions, or of these line bodies.

        In a batch that is done with or called off nothing waits: nobody can act there any more.
        """
        held = Q(at_line_desk=False, desk__in=regions)
        if bodies:
            held |= Q(at_line_desk=True, body__in=bodies)
        return self.filter(held, state=Application.State.REVIEWING, batch__state=Batch.State.OPEN)

    def live(self):
        """Those still on their way or named: neither withdrawn nor turned down."""
        return self.exclude(state__in=Application.OVER)

    def under_way(self):
        """Those that somebody still has to do something about."""
        return self.filter(state__in=Application.UNDECIDED, batch__state=Batch.State.OPEN)

    def left_over(self):
        """Those about which nothing had been decided when their batch ended."""
        rows = self.filter(state__in=Application.UNDECIDED)
        return rows.exclude(batch__state=Batch.State.OPEN)

    def told_as(self, word):
        """Those of which the pages say this: a state, or that the batch ended before any other."""
        if word == Application.LEFT_OVER[0]:
            return self.left_over()
        rows = self.filter(state=word)
        return rows.under_way() if word in Application.UNDECIDED else rows

    def recommended(self):
        """Those that their body has passed on to the naming region."""
        return self.filter(recommended_at__isnull=False)

    def for_display(self):
        """With everything a page about one application asks for."""
        return self.select_related(
            "unit__region", "unit__category", "batch__kind", "batch__region", "category",
            "body__region", "desk", "rule__regulation",
        )  # fmt: skip


def _lines_of(user):
    """Keys of the bodies that an officer recommends for, or does today for a colleague."""
    bodies = RecommendingBody.objects.filter(is_active=True).order_by()
    if user.role != User.Role.OFFICER:
        return bodies.none().values("pk")
    taken = Delegation.objects.on(timezone.localdate()).filter(taker=user)
    own = Q(members=user) | Q(members__in=taken.values("giver"))
    return bodies.filter(own).values("pk")


class Application(models.Model):
    """One unit's application. `desk` is the region that holds the file; level is not a state.

    Figures from `total` to `sheet_id` are settled by evaluations; nothing here computes them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEWING = "reviewing", "审核中"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "待审定"
        PROPOSED = "proposed", "拟命名"
        NAMED = "named", "已命名"
        PASSED_OVER = "passed_over", "未入选"
        STRUCK = "struck", "取消资格"
        REJECTED = "rejected", "不予推荐"
        WITHDRAWN = "withdrawn", "已撤回"

    OPEN = frozenset({State.DRAFT, State.RETURNED})  # the unit may write
    OVER = frozenset({State.PASSED_OVER, State.STRUCK, State.REJECTED, State.WITHDRAWN})
    UNDECIDED = frozenset(State) - OVER - {State.NAMED}
    LEFT_OVER = ("left_over", "随批次结束")  # what is told of these once the batch is over
    TOLD = [*State.choices, LEFT_OVER]

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications")
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", verbose_name="申报类别"
    )
    body = models.ForeignKey(
        RecommendingBody, models.PROTECT, related_name="applications", verbose_name="推荐单位"
    )
    rule = models.ForeignKey(HonourRule, models.PROTECT, related_name="applications")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    desk = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="desk_applications", verbose_name="经办地区"
    )
    at_line_desk = models.BooleanField(default=False, editable=False)  # held by the line body
    desk_since = models.DateTimeField("到达时间", null=True, editable=False)

    nature = models.CharField("单位性质", max_length=40, blank=True)
    rank_name = models.CharField("单位级别", max_length=40, blank=True)
    staff_count = models.PositiveIntegerField("职工（户）总数", null=True, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_post = models.CharField("联系人岗位", max_length=40, blank=True)
    contact_phone = models.CharField("工作电话", max_length=20, blank=True)
    summary = models.CharField("主要做法（一句话）", max_length=200, blank=True)
    deeds = models.TextField("事迹材料", blank=True, max_length=20000)
    pledged = models.BooleanField("承诺材料真实", default=False)

    submitted_at = models.DateTimeField("提交时间", null=True)
    submitted_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    receipt_no = models.CharField("回执编号", max_length=30, blank=True)
    receipt_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    recommended_at = models.DateTimeField("推荐时间", null=True)
    recommended_rank = models.PositiveIntegerField("推荐排序", null=True)

    self_check_id = models.BigIntegerField(null=True, editable=False)
    self_score = models.DecimalField("自评分", max_digits=7, decimal_places=2, null=True)
    first_score = models.DecimalField("初验分", max_digits=7, decimal_places=2, null=True)
    first_on = models.DateField("初验日期", null=True)
    first_leader = models.CharField("初验组长", max_length=40, blank=True)
    total = models.DecimalField("验收总分", max_digits=7, decimal_places=2, null=True)
    apply_line = models.DecimalField("申报线", max_digits=7, decimal_places=2, null=True)
    pass_line = models.DecimalField("合格线", max_digits=7, decimal_places=2, null=True)
    vetoed = models.BooleanField("一票否决", default=False)
    short = models.BooleanField("单项不达标", default=False)
    sheet_id = models.BigIntegerField(null=True, editable=False)  # the inspection it came from
    settled_at = models.DateTimeField("结分时间", null=True)

    reason = models.CharField("结果说明", max_length=300, blank=True)
    designation = models.OneToOneField(
        Designation, models.PROTECT, null=True, blank=True, related_name="application"
    )
    created_at = models.DateTimeField("建立时间")
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    edits = models.JSONField(default=dict, editable=False)  # section → its version, who and when
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "unit"],
                condition=~Q(state="withdrawn"),
                name="one_application_per_unit_and_batch",
            ),
            models.UniqueConstraint(
                fields=["receipt_no"],
                condition=~Q(receipt_no=""),
                name="one_application_per_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "body"], name="applications_of_a_batch"),
            models.Index(fields=["desk", "state"], name="applications_on_a_desk"),
        ]

    def __str__(self):
        return f"{self.unit.name}（{self.batch}）"

    def get_absolute_url(self):
        return reverse("units:application", args=[self.pk])

    @property
    def is_under_way(self):
        """Has somebody still to do something about it?"""
        return self.state in self.UNDECIDED and self.batch.state == Batch.State.OPEN

    @property
    def is_left_over(self):
        """Did its batch end before anything was decided about it?"""
        return self.state in self.UNDECIDED and not self.is_under_way

    @property
    def told(self):
        """Its state as people read it."""
        return self.LEFT_OVER[1] if self.is_left_over else self.get_state_display()

    @property
    def is_open(self):
        """May the unit still write in it?"""
        return self.state in self.OPEN and self.is_under_way


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those on applications in sight."""
        return self.filter(application__in=Application.objects.visible_to(user))


class Opinion(models.Model):
    """What one tier or body said to an application, and its stamped document."""

    class Kind(models.TextChoices):
        FORWARD = "forward", "同意上报"
        RECOMMEND = "recommend", "同意推荐"
        ACCEPT = "accept", "同意受理"
        RETURN = "return", "退回修改"
        REJECT = "reject", "不予推荐"
        APPROVAL = "approval", "报批意见"

    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions")
    kind = models.CharField("意见", max_length=10, choices=Kind.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="出具地区")
    body = models.ForeignKey(RecommendingBody, models.PROTECT, null=True, related_name="+")
    step = models.CharField("报批程序", max_length=60, blank=True)  # of the rule's approval route
    text = models.TextField("意见内容", blank=True, max_length=2000)
    remarks = models.JSONField("逐节意见", default=dict, blank=True)  # section → words
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField("时间")
    given_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    for_user = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name="受托自"
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["given_at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()}·{self.application.unit.name}"


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Offices only: those on applications in sight."""
        if not user.is_active or user.role not in user.SUBTREE_ROLES:
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))

    def awaited(self):
        """Not answered, about applications that are still under way."""
        under_way = Application.objects.under_way().order_by().values("pk")
        return self.filter(answer=Consultation.Answer.NONE, application__in=under_way)

    def overdue(self, on):
        """Still awaited though the last day has passed."""
        return self.awaited().filter(reply_by__lt=on)


class Consultation(models.Model):
    """征求意见: one body asked about one application, until when, and what it answered."""

    class Answer(models.TextChoices):
        NONE = "none", "未回复"
        AGREED = "agreed", "无不同意见"
        OBJECTED = "objected", "有不同意见"

    application = models.ForeignKey(Application, models.PROTECT, related_name="consultations")
    body_name = models.CharField("征求意见单位", max_length=60)
    asked_on = models.DateField("发函日期")
    reply_by = models.DateField("回复截止")
    answer = models.CharField("回复", max_length=10, choices=Answer.choices, default=Answer.NONE)
    replied_on = models.DateField("回复日期", null=True, blank=True)
    text = models.TextField("回复内容", blank=True, max_length=2000)
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["body_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "body_name"], name="a_body_is_asked_once"
            )
        ]

    def __str__(self):
        return f"{self.body_name}·{self.application.unit.name}"

    def is_overdue(self, on):
        """As the queryset's `overdue`, of one."""
        waits = self.answer == self.Answer.NONE and self.application.is_under_way
        return waits and self.reply_by < on


class DelegationQuerySet(ScopedQuerySet):
    region_lookup = "giver__region"

    def on(self, day):
        """Delegations that hold on that day, of officers who still sit where they gave it.

        Whoever moves on takes nothing along: neither the desk of the giver's new region, nor the
        old desk to where the taker sits now.
        """
        held = self.filter(starts_on__lte=day, ends_on__gt=day, ended_at=None)
        held = held.filter(giver__is_active=True, giver__role=User.Role.OFFICER)
        return held.filter(
            giver__region=F("region"), region__path__startswith=F("taker__region__path")
        )


class Delegation(models.Model):
    """An officer on leave hands the desk over to a colleague for a while; half-open.

    `region` is the one whose desk it was when it was handed over.
    """

    giver = models.ForeignKey("portal.User", models.PROTECT, related_name="delegations_given")
    taker = models.ForeignKey("portal.User", models.PROTECT, related_name="delegations_taken")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="经办地区")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期（不含）")
    reason = models.CharField("原因", max_length=100, blank=True)
    ended_at = models.DateTimeField("提前收回时间", null=True)
    created_at = models.DateTimeField("登记时间")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代办委托"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="a_delegation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="nobody_delegates_to_themselves"
            ),
        ]

    def __str__(self):
        return f"{self.giver.name}→{self.taker.name}"
