"""命名办法: what a document fixes is a row, marked confirmed or 待确认."""

from django.db import models
from django.db.models import Q

from portal.scoping import ReferenceQuerySet


class Level(models.TextChoices):
    """级别 of a title; independent of the tier of the unit that holds it."""

    NATIONAL = "national", "国家级"
    REGION = "region", "自治区级"
    CITY = "city", "盟市级"
    COUNTY = "county", "旗县级"


LEVEL_ORDER = {level: rank for rank, level in enumerate(Level.values)}


class TitleKind(models.Model):
    """称号种类: 示范区, 教育基地 … and honours of other systems, each a kind of its own."""

    class Family(models.TextChoices):
        DEMONSTRATION = "demonstration", "示范区示范单位"
        BASE = "base", "教育基地"
        COMMENDATION = "commendation", "模范集体"
        OTHER = "other", "其他荣誉"

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    family = models.CharField("大类", max_length=16, choices=Family.choices)
    printed_forms = models.JSONField("名单中的写法", default=list)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "称号种类"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class Regulation(models.Model):
    """A 命名办法 with the half-open period in which it is in force."""

    code = models.CharField("代码", max_length=40, unique=True, null=True, editable=False)
    title = models.CharField("名称", max_length=120)
    document_no = models.CharField("文号", max_length=60, blank=True)
    starts_on = models.DateField("施行日期")
    ends_on = models.DateField("废止日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "命名办法"
        ordering = ["-starts_on", "pk"]

    def __str__(self):
        return self.title


class HonourRuleQuerySet(ReferenceQuerySet):
    def in_force(self, on):
        """Rules of regulations in force on that day."""
        open_ended = Q(regulation__ends_on=None) | Q(regulation__ends_on__gt=on)
        return self.select_related("regulation").filter(open_ended, regulation__starts_on__lte=on)


class HonourRule(models.Model):
    """What one regulation asks for at one level. A new policy is a new row, not new code."""

    regulation = models.ForeignKey(
        Regulation, models.PROTECT, related_name="rules", verbose_name="命名办法"
    )
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    kind = models.ForeignKey(
        TitleKind, models.PROTECT, null=True, blank=True, verbose_name="称号种类"
    )
    requires_level = models.CharField("须先获得", max_length=10, choices=Level.choices, blank=True)
    years_held = models.PositiveSmallIntegerField("须连续保持年数", default=0)
    term_years = models.PositiveSmallIntegerField("称号有效年数", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HonourRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评选条件"
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "level", "kind"], name="one_rule_per_case"
            )
        ]

    def __str__(self):
        return f"{self.regulation}·{self.get_level_display()}"
