"""批次: one round of naming at one level by one issuing region."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from units.models.regulation import Level, TitleKind


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Batches of the person's own region, of those above it and of those in its care."""
        if not user.is_active or user.role in user.ADMIN_ROLES or user.region_id is None:
            return self.none()
        above = Q(region=None) | Q(region__in=user.region.ancestor_ids())
        inside = Q(pk__in=[])
        for path in user.scope_paths:
            inside |= Q(region__path__startswith=path)
        return self.filter(above | inside)


class Batch(models.Model):
    """A batch as printed (第十二批), its number where it has one, its document and day."""

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

    def get_absolute_url(self):
        return reverse("units:batch", args=[self.pk])
