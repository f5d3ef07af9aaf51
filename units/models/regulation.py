"""命名办法: what a document fixes is a row, marked confirmed or 待确认."""

from django.db import models

from portal.models import Region
from portal.scoping import ReferenceQuerySet


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
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用地区"
    )
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
