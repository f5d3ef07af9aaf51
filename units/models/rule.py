"""评选条件: what one regulation asks for at one level. A new policy is a new row, not new code."""

from django.db import models
from django.db.models import F, Q

from portal.models import Region
from portal.scoping import ReferenceQuerySet, ScopedQuerySet, below
from units.models.level import Level
from units.models.registry import Category
from units.models.regulation import Regulation, TitleKind


class IssuingBodyQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Bodies of the person's own region and of those above and in its care."""
        if not user.is_active or user.role not in user.REFERENCE_ROLES or user.region_id is None:
            return self.none()
        above = Q(region=None) | Q(region__in=user.region.ancestor_ids())
        return self.filter(above | below("region__path", user.scope_paths))


class IssuingBody(models.Model):
    """A department that issues a decision, alone or with others; `signers` may sign for it.

    Without a region it is one of the whole country.
    """

    code = models.CharField("代码", max_length=40, unique=True, null=True, editable=False)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30, blank=True)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issuing_bodies",
        verbose_name="所属地区",
    )
    seal = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signers = models.ManyToManyField(
        "portal.User", blank=True, related_name="signs_for", verbose_name="签发人员"
    )
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IssuingBodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "命名部门"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"], name="one_issuing_body_per_region_and_name"
            )
        ]

    def __str__(self):
        return self.name


class HonourRuleQuerySet(ReferenceQuerySet):
    def in_force(self, on):
        """Rules in force on that day: their own period within that of their regulation."""
        own = Q(starts_on=None) | Q(starts_on__lte=on)
        open_ended = Q(regulation__ends_on=None) | Q(regulation__ends_on__gt=on)
        return self.select_related("regulation").filter(
            own,
            Q(ends_on=None) | Q(ends_on__gt=on),
            open_ended,
            regulation__starts_on__lte=on,
        )

    def for_case(self, level, *, kind, category, region, on):
        """The rule for one case on that day: the nearest region's, then the most specific.

        None where no document says anything; `region` is the one that names. Rules that name no
        kind speak of 示范区示范单位.
        """
        paths = region.ancestor_ids() if region else []
        whole = kind is None or kind.family == TitleKind.Family.DEMONSTRATION
        rows = self.in_force(on).filter(
            Q(kind=kind) | Q(kind=None) if whole else Q(kind=kind),
            Q(category=None) | Q(category=category),
            Q(regulation__region=None) | Q(regulation__region__in=paths),
            level=level,
        )
        return rows.order_by(
            F("regulation__region__path").desc(nulls_last=True),
            F("category").desc(nulls_last=True),
            F("kind").desc(nulls_last=True),
            "-regulation__starts_on",
            F("starts_on").desc(nulls_last=True),
            "-pk",
        ).first()


class HonourRule(models.Model):
    """Numbers and choices of one regulation for one level, kind and category; frozen once used.

    An empty kind or category means every one. Days are calendar days unless the name says
    working days. Where each value comes from, and whether it is confirmed, is a `RuleSource`.
    """

    class Renewal(models.TextChoices):
        NEW_TITLE = "new_title", "重新命名（新称号）"
        EXTEND = "extend", "延长有效期"

    class ExpiryPolicy(models.TextChoices):
        REVERIFY = "reverify", "复验"
        REAPPLY = "reapply", "重新申报"
        BOTH = "both", "复验或重新申报"

    # the values that a document fixes, each with a source of its own
    VALUES = (
        "batch_interval_years",
        "most_places",
        "issuers",
        "needs_approval_no",
        "requires_level",
        "years_held",
        "exempt_categories",
        "approval_route",
        "notice_days",
        "notice_in_working_days",
        "objection_days",
        "term_years",
        "renewal",
        "expiry_policy",
        "self_check_due",
        "reminder_days",
        "reverify_months",
        "rectification_days",
        "rectification_extensions",
        "extension_days",
        "ban_years",
        "ban_years_fraud",
        "plaque_recovery_days",
        "retention_years",
        "number_format",
        "name_format",
    )

    regulation = models.ForeignKey(
        Regulation, models.PROTECT, related_name="rules", verbose_name="命名办法"
    )
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    kind = models.ForeignKey(
        TitleKind, models.PROTECT, null=True, blank=True, verbose_name="称号种类"
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="适用类别",
    )
    starts_on = models.DateField("适用自", null=True, blank=True)
    ends_on = models.DateField("适用至（不含）", null=True, blank=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", editable=False
    )
    batch_interval_years = models.PositiveSmallIntegerField("批次间隔（年）", default=2)
    most_places = models.PositiveIntegerField("每批命名上限", null=True, blank=True)
    bodies = models.ManyToManyField(
        IssuingBody, through="RuleIssuer", blank=True, related_name="rules"
    )
    needs_approval_no = models.BooleanField("须有批准文号", default=True)
    requires_level = models.CharField("须先获得", max_length=10, choices=Level.choices, blank=True)
    years_held = models.PositiveSmallIntegerField("须连续保持年数", default=0)
    exempt_categories = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name="不要求下级称号的类别"
    )
    approval_route = models.JSONField("报批程序", default=list, blank=True)  # steps, in words
    notice_days = models.PositiveSmallIntegerField("公示天数", default=5)
    notice_in_working_days = models.BooleanField("公示按工作日计", default=True)
    objection_days = models.PositiveSmallIntegerField("异议处理天数（工作日）", default=10)
    term_years = models.PositiveSmallIntegerField("称号有效年数", null=True, blank=True)
    renewal = models.CharField(
        "复验合格后", max_length=10, choices=Renewal.choices, default=Renewal.EXTEND
    )
    expiry_policy = models.CharField(
        "到期后", max_length=10, choices=ExpiryPolicy.choices, default=ExpiryPolicy.REVERIFY
    )
    self_check_due = models.CharField("年度自查截止（月-日）", max_length=5, default="11-30")
    reminder_days = models.JSONField("到期前提醒（天）", default=list, blank=True)
    reverify_months = models.PositiveSmallIntegerField("到期前几个月启动复验", default=6)
    rectification_days = models.PositiveSmallIntegerField("整改期限（天）", default=90)
    rectification_extensions = models.PositiveSmallIntegerField("整改可延期次数", default=1)
    extension_days = models.PositiveSmallIntegerField("每次延期（天）", default=90)
    ban_years = models.PositiveSmallIntegerField("撤销后几年内不得申报", default=3)
    ban_years_fraud = models.PositiveSmallIntegerField("弄虚作假的禁报年数", default=5)
    plaque_recovery_days = models.PositiveSmallIntegerField("收回牌匾期限（工作日）", default=15)
    retention_years = models.PositiveSmallIntegerField("材料保存年数", default=10)
    number_format = models.CharField("证书编号格式", max_length=80, blank=True)
    name_format = models.CharField("称号名称格式", max_length=80, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HonourRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评选条件"
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "level", "kind", "category", "starts_on"],
                name="one_rule_per_case_and_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="a_rule_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.regulation}·{self.get_level_display()}"


class RuleIssuer(models.Model):
    """One of the departments that issue jointly, in the order of their seals."""

    rule = models.ForeignKey(HonourRule, models.CASCADE, related_name="issuers")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "联合命名部门"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "body"], name="a_body_issues_once_in_a_rule"),
        ]


class RuleSource(models.Model):
    """Where one value of a rule comes from: document, article, and whether it is confirmed."""

    rule = models.ForeignKey(HonourRule, models.CASCADE, related_name="sources")
    field = models.CharField(max_length=40)
    document = models.CharField("依据文件", max_length=120, blank=True)
    article = models.CharField("条款", max_length=60, blank=True)
    confirmed = models.BooleanField("已确认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "条件依据"
        constraints = [
            models.UniqueConstraint(fields=["rule", "field"], name="one_source_per_value")
        ]
