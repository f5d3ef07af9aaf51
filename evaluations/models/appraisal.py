"""考核: how much the scored evaluation weighs in a region's yearly appraisal. Each figure a row."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from portal.models import Region
from portal.scoping import ReferenceQuerySet


class AppraisalWeight(models.Model):
    """One level's weight in one year: of a hundred points of the appraisal, so many."""

    level = models.CharField(
        "考核层级", max_length=10, choices=[(each, each.label) for each in Region.Level]
    )
    year = models.PositiveSmallIntegerField("年度")
    percent = models.DecimalField(
        "权重（%）",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    source = models.CharField("依据", max_length=200, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核权重"
        ordering = ["-year", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "year"], name="one_appraisal_weight_per_level_and_year"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100),
                name="an_appraisal_weight_is_a_percentage",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年{self.get_level_display()}考核权重"
