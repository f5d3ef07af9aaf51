"""培育库: units that an office brings on towards the next level, in an order of its own."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import ScopedQuerySet
from units.models import Level, Unit


class CandidateQuerySet(ScopedQuerySet):
    def standing(self):
        """Those that have not been taken off."""
        return self.filter(removed_at=None)

    def for_display(self):
        """With everything a list or a page about one asks for."""
        return self.select_related("region", "unit__region", "unit__category", "added_by")


class Candidate(models.Model):
    """A unit on the list of one office (旗市区 or 盟市) for one level above its own.

    The list is about organisations and is put in order by people; nothing adds up points here.
    Whether the unit qualifies today is worked out when asked: see `awards.qualifying`.
    """

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="candidates", verbose_name="培育地区"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="candidacies", verbose_name="单位")
    level = models.CharField("培育目标", max_length=10, choices=Level.choices)
    rank = models.PositiveIntegerField("推荐排序", null=True)
    note = models.TextField("培育措施", blank=True, max_length=1000)
    added_at = models.DateTimeField("列入时间")
    added_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移出时间", null=True)
    removed_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    removal = models.CharField("移出原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培育单位"
        ordering = ["region", "level", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "unit", "level"],
                condition=Q(removed_at=None),
                name="a_unit_is_on_a_list_once",
            )
        ]

    def __str__(self):
        return f"{self.unit.name}（{self.get_level_display()}培育）"

    def get_absolute_url(self):
        return reverse("awards:candidate", args=[self.pk])
