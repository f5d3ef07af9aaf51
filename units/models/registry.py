"""单位: who may be honoured. What happened to it is an event; how it stood is a spell."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from stdnum.cn import uscc

from portal.models import Region
from portal.scoping import ReferenceQuerySet, ScopedQuerySet
from portal.text import folded, initial_forms

LONGEST = 100  # characters of a name, and of its comparable form: some signs become many letters


class Category(models.Model):
    """类别: the table of domain 2.2, editable; `family` names the index a unit is scored by."""

    class Scope(models.TextChoices):
        AREA = "area", "示范区"
        UNIT = "unit", "示范单位"

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    scope = models.CharField("范围", max_length=8, choices=Scope.choices)
    family = models.CharField("测评体系", max_length=20)
    printed_forms = models.JSONField("名单中的写法", default=list)
    code_optional = models.BooleanField("信用代码可空", default=False)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "类别"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class UnitQuerySet(ScopedQuerySet):
    clerk_lookup = "clerks"

    def active(self):
        """Units that have not been closed or merged into another."""
        return self.filter(closed_on=None)

    def like(self, *, name, credit_code, region):
        """Units that may be the same: that name, past or present, in the 旗; or that code."""
        key, path = folded(name), region.county_path()
        called = Q(name_key=key) | Q(pk__in=UnitName.objects.filter(name_key=key).values("unit"))
        same = called & Q(region__path__startswith=path)
        return self.filter(same | Q(credit_code=credit_code) if credit_code else same)


class Unit(models.Model):
    """A unit as it stands today. A 旗 or 苏木 that holds a title `represents` its region."""

    name = models.CharField("单位全称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="units", verbose_name="类别"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="units", verbose_name="行政区划"
    )
    represents = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_by",
        verbose_name="代表的地区",
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_post = models.CharField("联系人岗位", max_length=40, blank=True)
    contact_phone = models.CharField("工作电话", max_length=20, blank=True)
    brand_feature = models.CharField("一进一特色", max_length=60, blank=True)
    brand_highlight = models.CharField("一品一亮点", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=300, blank=True)
    registered_on = models.DateField("登记日期", null=True, blank=True)
    closed_on = models.DateField("注销日期", null=True, blank=True, db_index=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    clerks = models.ManyToManyField(
        "portal.User", blank=True, related_name="units", verbose_name="填报员"
    )
    name_key = models.CharField(max_length=LONGEST, db_index=True, editable=False)
    search_text = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="units_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(closed_on=None) & ~Q(credit_code=""),
                name="one_active_unit_per_credit_code",
            ),
            models.UniqueConstraint(
                fields=["represents"],
                condition=Q(closed_on=None),
                name="one_active_unit_represents_a_region",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("units:unit", args=[self.pk])

    def derive(self, other_names=()):
        """Fill the columns that only help finding: names past and present, code, pinyin."""
        self.name_key = folded(self.name)[:LONGEST]
        names = [self.name, self.short_name, *other_names]
        words = {folded(name) for name in names}.union(*map(initial_forms, names))
        code = self.credit_code.lower()
        self.search_text = "\n".join(sorted({word for word in words if word} | {code} - {""}))


class UnitName(models.Model):
    """A name other than the present one by which a unit is found."""

    class Kind(models.TextChoices):
        FORMER = "former", "曾用名"
        ALIAS = "alias", "别名"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names", verbose_name="单位")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    starts_on = models.DateField("启用日期", null=True, blank=True)
    ends_on = models.DateField("停用日期", null=True, blank=True)
    name_key = models.CharField(max_length=LONGEST, db_index=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name", "kind"], name="one_row_per_unit_name_and_kind"
            )
        ]

    def __str__(self):
        return f"{self.name}（{self.get_kind_display()}）"

    def save(self, *args, **kwargs):
        self.name_key = folded(self.name)[:LONGEST]
        super().save(*args, **kwargs)


class UnitSpellQuerySet(ScopedQuerySet):
    clerk_lookup = "unit__clerks"

    def on(self, day):
        """The one spell of each unit that covers `day`."""
        started = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.filter(started, Q(ends_on=None) | Q(ends_on__gt=day))


class UnitSpell(models.Model):
    """How a unit stood from one event to the next; half-open. The last open one equals the unit."""

    COPIED = [
        "name",
        "short_name",
        "category",
        "region",
        "represents",
        "credit_code",
        "address",
        "brand_feature",
        "brand_highlight",
    ]

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="spells", verbose_name="单位")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="unit_spells")
    represents = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    credit_code = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=120, blank=True)
    brand_feature = models.CharField(max_length=60, blank=True)
    brand_highlight = models.CharField(max_length=60, blank=True)

    objects = UnitSpellQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位历史"
        ordering = ["unit", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(ends_on=None), name="one_open_spell_per_unit"
            )
        ]

    def __str__(self):
        return f"{self.name} {self.starts_on or ''}~{self.ends_on or ''}"


class UnitEvent(models.Model):
    """What happened to a unit, on which day, under which document, and what its titles did."""

    class Kind(models.TextChoices):
        REGISTER = "register", "登记"
        RENAME = "rename", "更名"
        TRANSFER = "transfer", "划转"
        MERGE = "merge", "并入"
        SPLIT = "split", "分立"
        CLOSE = "close", "注销"
        CORRECT = "correct", "更正"

    class Effect(models.TextChoices):
        KEEP = "keep", "称号延续"
        INVALIDATE = "invalidate", "称号失效"
        REVERIFY = "reverify", "称号须复验"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="events", verbose_name="单位")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    happened_on = models.DateField("发生日期")
    document_no = models.CharField("文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    effect = models.CharField("对称号的影响", max_length=10, choices=Effect.choices, blank=True)
    other = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_as_other",
        verbose_name="相关单位",
    )
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "单位变更"
        ordering = ["-happened_on", "-pk"]

    def __str__(self):
        return f"{self.unit} {self.happened_on} {self.get_kind_display()}"


def credit_code_fault(code):
    """Why this 统一社会信用代码 cannot be right, as a sentence; empty if it can (GB 32100)."""
    if not code or uscc.is_valid(code):
        return ""
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位，请对照证照核对。"
    return "统一社会信用代码的校验码不对，请对照证照核对。"
