"""宣传月 and 宣传周: what fills the offices' hands every year, as rows."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.scoping import ReferenceQuerySet


class Occasion(models.Model):
    """A month or a week that comes back every year; years half-open, none for no limit."""

    class Part(models.TextChoices):
        MONTH = "month", "整月"
        FIRST = "1", "第一周"
        SECOND = "2", "第二周"
        THIRD = "3", "第三周"
        FOURTH = "4", "第四周"
        LAST = "last", "最后一周"

    class Counting(models.TextChoices):
        MOST = "most", "多数日子在当月的一周起算"
        MONDAY = "monday", "当月第一个周一起算"
        FIRST_DAY = "first_day", "当月 1 日所在的一周起算"

    code = models.CharField("代码", max_length=40, unique=True, null=True, editable=False)
    name = models.CharField("名称", max_length=60, unique=True)
    month = models.PositiveSmallIntegerField(
        "月份", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    part = models.CharField("时间", max_length=6, choices=Part.choices, default=Part.MONTH)
    counting = models.CharField(
        "周的算法", max_length=10, choices=Counting.choices, default=Counting.MOST
    )
    from_year = models.PositiveSmallIntegerField("起始年份", null=True, blank=True)
    until_year = models.PositiveSmallIntegerField("终止年份（不含）", null=True, blank=True)
    source = models.CharField("依据", max_length=120, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "宣传活动期"
        ordering = ["month", "pk"]

    def __str__(self):
        return self.name
