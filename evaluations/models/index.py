"""测评体系: an edition is published once, never edited, copied to make the next."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region, StoredFile
from portal.scoping import ReferenceQuerySet
from units.models import Category


class Family(models.Model):
    """A kind of subject that has an index of its own: 机关, 学校, 社区/嘎查村, 旗县 …"""

    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评类型"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class FamilyCategory(models.Model):
    """Which index a category of units is scored by; a table, because documents differ."""

    category = models.OneToOneField(
        Category, models.CASCADE, related_name="family_row", verbose_name="类别"
    )
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="categories", verbose_name="测评类型"
    )
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "类别与测评类型"
        ordering = ["category__position", "pk"]

    def __str__(self):
        return f"{self.category} → {self.family}"


class IndexEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published editions for whoever works with units; drafts for officers of their region."""
        if not user.is_active or user.role in (*user.ADMIN_ROLES, user.Role.UNASSIGNED):
            return self.none()
        if user.role == user.Role.OFFICER and user.region_id:
            own = Q(region__path__startswith=user.region.path)
            return self.filter(~Q(state=IndexEdition.State.DRAFT) | own)
        return self.exclude(state=IndexEdition.State.DRAFT)

    def in_force(self, on):
        """Published editions whose period covers that day."""
        open_ended = Q(ends_on=None) | Q(ends_on__gt=on)
        return self.filter(open_ended, state=IndexEdition.State.PUBLISHED, starts_on__lte=on)


class IndexEdition(models.Model):
    """One family's index in one version: lines, caps, and how several scores become one."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    class Method(models.TextChoices):
        MEAN = "mean", "平均分"
        TRIMMED = "trimmed", "去掉最高最低后平均"
        LEADER = "leader", "组长评定"

    FIGURES = (  # what is filled in and scored by
        "total",
        "apply_line",
        "pass_line",
        "bonus_cap",
        "step",
        "method",
        "reason_below_full",
        "words_cap",
        "files_cap",
    )
    FACTS = (  # what its makers say of it, and what is frozen once it is published
        "family",
        "title",
        "issuer",
        "document_no",
        "edition_no",
        "region_variant",
        "region",
        *FIGURES,
        "starts_on",
        "is_sample",
    )
    NEW_IN_COPY = frozenset({"title", "edition_no", "starts_on"})

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="editions", verbose_name="测评类型"
    )
    title = models.CharField("名称", max_length=100)
    issuer = models.CharField("发布单位", max_length=100)
    document_no = models.CharField("文号", max_length=60, blank=True)
    edition_no = models.CharField("版本", max_length=40)
    region_variant = models.CharField("地区适用", max_length=40, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="index_editions", verbose_name="制定地区"
    )
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    apply_line = models.DecimalField("申报线", max_digits=6, decimal_places=2)
    pass_line = models.DecimalField("合格线", max_digits=6, decimal_places=2)
    bonus_cap = models.DecimalField("加分上限", max_digits=6, decimal_places=2, default=0)
    step = models.DecimalField("打分步长", max_digits=4, decimal_places=2, default=Decimal("0.5"))
    method = models.CharField("合分办法", max_length=8, choices=Method.choices, default=Method.MEAN)
    reason_below_full = models.BooleanField("扣分须写理由", default=True)
    words_cap = models.PositiveIntegerField("每项说明字数上限", default=500)
    files_cap = models.PositiveSmallIntegerField("每项材料数上限", default=5)
    starts_on = models.DateField("施行日期")
    ends_on = models.DateField("停用日期", null=True, blank=True)
    is_sample = models.BooleanField("示例（非正式）", default=False)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="沿自"
    )
    source = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="来源文件"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IndexEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评体系"
        ordering = ["family", "-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "issuer", "edition_no", "region_variant"],
                name="one_edition_per_family_issuer_number_and_variant",
            )
        ]

    def __str__(self):
        return f"{self.title}（{self.edition_no}）"

    def get_absolute_url(self):
        return reverse("evaluations:edition", args=[self.pk])


class Indicator(models.Model):
    """A node of the tree: 一级指标, 二级指标, or a 测评要点, which alone is scored."""

    class Tier(models.TextChoices):
        SECTION = "section", "一级指标"
        GROUP = "group", "二级指标"
        ITEM = "item", "测评要点"

    class Kind(models.TextChoices):
        RANGE = "range", "区间打分"
        OCCURRENCE = "occurrence", "按次计分"
        CHECKLIST = "checklist", "清单计分"
        THRESHOLD = "threshold", "比例达标"
        BONUS = "bonus", "加分"
        DEDUCTION = "deduction", "扣分"
        VETO = "veto", "一票否决"

    BASE = frozenset({Kind.RANGE, Kind.OCCURRENCE, Kind.CHECKLIST, Kind.THRESHOLD})
    WORDING = (  # what a node says, wherever it stands
        "code",
        "text",
        "standard",
        "kind",
        "points",
        "each",
        "checklist",
        "bands",
        "minimum",
        "methods",
        "evidence_asked",
        "department",
        "item_set",
    )

    edition = models.ForeignKey(IndexEdition, models.CASCADE, related_name="indicators")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    tier = models.CharField("层次", max_length=8, choices=Tier.choices)
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("编号", max_length=20)
    text = models.CharField("内容", max_length=1000)
    standard = models.CharField("评分标准", max_length=1000, blank=True)
    kind = models.CharField("计分方式", max_length=12, choices=Kind.choices, blank=True)
    points = models.DecimalField("满分", max_digits=6, decimal_places=2, default=0)
    each = models.DecimalField("每次分值", max_digits=6, decimal_places=2, null=True, blank=True)
    checklist = models.JSONField("清单", default=list, blank=True)
    bands = models.JSONField("分档", default=list, blank=True)
    minimum = models.DecimalField(
        "本项最低分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    methods = models.JSONField("测评方法", default=list, blank=True)
    evidence_asked = models.CharField("需提供材料", max_length=300, blank=True)
    department = models.CharField("责任部门", max_length=60, blank=True)
    item_set = models.CharField("清单来源", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering = ["edition", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"], name="one_indicator_per_code_and_edition"
            ),
            models.CheckConstraint(
                condition=(Q(tier="item") & ~Q(kind="")) | (~Q(tier="item") & Q(kind="")),
                name="only_items_have_a_kind",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.text}"


class ItemMapping(models.Model):
    """How an item of one edition became an item of another; answers are carried along it.

    Without `confirmed_by` it is a proposal, which nothing follows. An item cancelled has no `new`,
    an added one no `old`.
    """

    class Relation(models.TextChoices):
        SAME = "same", "相同"
        MERGED = "merged", "合并"
        SPLIT = "split", "拆分"
        DROPPED = "dropped", "取消"
        NEW = "new", "新增"

    relation = models.CharField("关系", max_length=8, choices=Relation.choices)
    old_edition = models.ForeignKey(IndexEdition, models.CASCADE, related_name="mapped_to")
    new_edition = models.ForeignKey(IndexEdition, models.CASCADE, related_name="mapped_from")
    old = models.ForeignKey(Indicator, models.CASCADE, null=True, related_name="mapped_to")
    new = models.ForeignKey(Indicator, models.CASCADE, null=True, related_name="mapped_from")
    confirmed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "指标沿革"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="one_mapping_per_pair_of_items"),
            models.CheckConstraint(
                condition=Q(old__isnull=False) | Q(new__isnull=False),
                name="a_mapping_has_an_item",
            ),
            models.UniqueConstraint(
                fields=["old", "new_edition"],
                condition=Q(new=None),
                name="an_item_is_dropped_once",
            ),
            models.UniqueConstraint(
                fields=["new", "old_edition"], condition=Q(old=None), name="an_item_is_new_once"
            ),
        ]
