"""批次: one round of naming at one level by one issuing region."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import below
from units.models.level import Level
from units.models.registry import Category
from units.models.regulation import TitleKind
from units.models.rule import HonourRule, IssuingBody


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Batches of the person's own region, of those above it and of those in its care.

        One still being prepared is seen by its own office and those above.
        """
        if not user.is_active or user.role in user.ADMIN_ROLES or user.region_id is None:
            return self.none()
        above = Q(region=None) | Q(region__in=user.region.ancestor_ids())
        above &= ~Q(state=Batch.State.DRAFT)
        if user.role == user.Role.CLERK:
            return self.filter(above)
        inside = Q(pk__in=[])
        for path in user.scope_paths:
            inside |= Q(region__path__startswith=path)
        return self.filter(above | inside)

    def deliberated_by(self, user):
        """Batches named by the regions in this person's care: only those know the ranking."""
        if not user.is_active or user.role not in user.SUBTREE_ROLES or user.region_id is None:
            return self.none()
        return self.filter(below("region__path", user.scope_paths))


class Batch(models.Model):
    """A batch as printed (第十二批), its number where it has one, its document and day.

    One entered from an old list is done from the start; one run here opens, passes its
    stages (`BatchStage`) and is done with its decision.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "筹备中"
        OPEN = "open", "进行中"
        DONE = "done", "已命名"
        CANCELLED = "cancelled", "已取消"

    level = models.CharField("级别", max_length=10, choices=Level.choices)
    kind = models.ForeignKey(
        TitleKind, models.PROTECT, related_name="batches", verbose_name="称号种类"
    )
    name = models.CharField("批次", max_length=40)
    number = models.PositiveSmallIntegerField("批次序号", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name="命名地区",
    )
    document_no = models.CharField("文号", max_length=60, blank=True)
    named_on = models.DateField("命名日期", null=True, blank=True)
    rule = models.ForeignKey(
        HonourRule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name="评选条件",
    )
    approval_no = models.CharField("批准文号", max_length=60, blank=True)
    places = models.PositiveIntegerField("总名额", null=True, blank=True)
    notice_text = models.TextField("申报通知", blank=True, max_length=20000)
    deeds_least = models.PositiveIntegerField("事迹材料最少字数", default=0)
    deeds_most = models.PositiveIntegerField("事迹材料最多字数", default=2000)
    deeds_by_category = models.JSONField("按类别另定字数", default=dict, blank=True)
    consulted = models.JSONField("征求意见单位", default=list, blank=True)
    letter_text = models.TextField("征求意见函正文", blank=True, max_length=2000)
    letter_office = models.CharField("征求意见函落款", max_length=60, blank=True)
    created_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ["level", "-year", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "kind", "name", "region"],
                name="one_batch_per_level_kind_name_and_region",
            ),
            models.UniqueConstraint(
                fields=["level", "kind", "name"],
                condition=Q(region=None),
                name="one_batch_per_level_kind_and_name_without_region",
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()}{self.name}"

    @property
    def bare_name(self):
        """第七批, 2026年: without the kind, after which some batches are called."""
        return self.name.replace(self.kind.name, "")

    @property
    def with_kind(self):
        """盟市级第七批示范单位: the batch and its kind, said once."""
        return f"{self.get_level_display()}{self.bare_name}{self.kind.name}"

    def get_absolute_url(self):
        return reverse("units:batch", args=[self.pk])

    def words_asked(self, category):
        """(fewest, most) words of the deeds that a category is asked for."""
        own = self.deeds_by_category.get(str(category.pk))
        return tuple(own) if own else (self.deeds_least, self.deeds_most)


class BatchIssuer(models.Model):
    """A department that issues this batch's decision, in the order of the seals."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="issuers")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "批次命名部门"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "body"], name="a_body_issues_once_in_a_batch")
        ]


class BatchStage(models.Model):
    """One stretch of a batch's timetable, from `starts_at` up to `ends_at`, not included.

    It is over when its moment has passed or somebody closed it: see `is_over`.
    """

    class Kind(models.TextChoices):
        APPLYING = "applying", "申报"
        REVIEWING = "reviewing", "审核推荐"
        INSPECTING = "inspecting", "测评验收"
        DELIBERATING = "deliberating", "审定"
        NOTICE = "notice", "公示"
        DECIDING = "deciding", "命名"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stages")
    kind = models.CharField("阶段", max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField("顺序")
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间（不含）")
    closes_by_date = models.BooleanField("到期自动结束", default=True)
    closed_at = models.DateTimeField("结束登记时间", null=True, blank=True)
    closed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    close_reason = models.CharField("结束原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批次阶段"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "kind"], name="one_stage_of_a_kind"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="a_stage_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.batch}·{self.get_kind_display()}"

    def was_closed(self, at):
        """Was its end entered by that moment? What arrived before is judged as of then."""
        return self.closed_at is not None and at >= self.closed_at

    def is_over(self, at):
        """Closed by a person, or by its date."""
        return self.was_closed(at) or (self.closes_by_date and at >= self.ends_at)

    def is_on(self, at):
        """Begun and not over."""
        return self.starts_at <= at and not self.is_over(at)


class RecommendingBodyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Bodies that recommend from or to the person's region, and those above it."""
        if not user.is_active or user.role in user.ADMIN_ROLES or user.region_id is None:
            return self.none()
        near = Q(region__in=user.region.ancestor_ids())
        for path in user.scope_paths:
            near |= Q(region__path__startswith=path)
        return self.filter(near)


class RecommendingBody(models.Model):
    """Who recommends units upward: a 旗市区 or 苏木乡镇, or a line (条线) such as 铁路.

    A territorial body is acted for by the officers of its region; a line body, whose region is
    the one it recommends to, by its `members`. `also_to` is a second reporting line (满洲里).
    """

    class Kind(models.TextChoices):
        TERRITORIAL = "territorial", "属地"
        LINE = "line", "条线"

    code = models.CharField("代码", max_length=40, unique=True, null=True, editable=False)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("性质", max_length=12, choices=Kind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="recommending_bodies", verbose_name="地区"
    )
    also_to = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="另行报送",
    )
    members = models.ManyToManyField(
        "portal.User", blank=True, related_name="recommends_for", verbose_name="经办人员"
    )
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RecommendingBodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推荐单位"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "region"], name="one_body_per_name_and_region"),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind="territorial"),
                name="one_territorial_body_per_region",
            ),
        ]

    def __str__(self):
        return self.name


class Quota(models.Model):
    """How many units a body may recommend in a batch; without a category, in all of them."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="quotas")
    body = models.ForeignKey(RecommendingBody, models.PROTECT, related_name="quotas")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="类别"
    )
    places = models.PositiveIntegerField("名额")

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "body", "category"], name="one_quota_per_body_and_category"
            ),
            models.UniqueConstraint(
                fields=["batch", "body"],
                condition=Q(category=None),
                name="one_quota_per_body_without_category",
            ),
        ]


class Requirement(models.Model):
    """A document that a batch asks of its applicants, of all or of one category."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", "文件"
        PHOTO = "photo", "照片"
        VIDEO = "video", "视频"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="requirements")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="类别"
    )
    name = models.CharField("材料名称", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    is_required = models.BooleanField("必交", default=True)
    least = models.PositiveSmallIntegerField("最少份数", default=1)
    most = models.PositiveSmallIntegerField("最多份数", default=1)
    largest_mb = models.PositiveSmallIntegerField("单份上限（MB）", default=20)
    position = models.PositiveSmallIntegerField("顺序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "申报材料要求"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most__gte=models.F("least")), name="most_is_not_less_than_least"
            )
        ]

    def __str__(self):
        return self.name
