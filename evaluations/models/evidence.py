"""佐证材料: a unit's files, kept once by content, cited by answers of this year and of others."""

from django.db import models

from evaluations.models.self_check import Answer
from portal.models import StoredFile
from portal.scoping import ScopedQuerySet
from units.models import Unit


class EvidenceQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"

    def visible_to(self, user):
        """As for every table; an assessor sees what the assigned units handed in."""
        if user.is_active and user.role == user.Role.ASSESSOR:
            return self.filter(unit__inspections__assignments__assessor=user).distinct()
        return super().visible_to(user)


class Evidence(models.Model):
    """One file of one unit, with its viewing copy and what makes look-alikes findable."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        IMAGE = "image", "图片"
        DOCUMENT = "document", "文档"
        SHEET = "sheet", "表格"
        OFD = "ofd", "OFD"
        VIDEO = "video", "视频"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="evidence")
    viewing = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    thumbnail = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    title = models.CharField("名称", max_length=120)
    taken_on = models.DateField("形成日期", null=True, blank=True)
    picture_hash = models.CharField(max_length=16, blank=True, db_index=True)
    uploaded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    accepted_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("采信时间", null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "file"], name="one_evidence_per_unit_and_file")
        ]

    def __str__(self):
        return self.title


class AnswerEvidence(models.Model):
    """An answer cites a piece of evidence."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    position = models.PositiveSmallIntegerField(default=0)
    reused = models.BooleanField("沿用", default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "evidence"], name="an_answer_cites_evidence_once"
            )
        ]
