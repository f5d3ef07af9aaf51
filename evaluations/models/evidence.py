"""佐证材料: a unit's files, kept once by content, cited by answers of this year and of others."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from evaluations.models.inspection import TEAM_ROLES, Inspection
from evaluations.models.self_check import Answer, SelfCheck, is_helper
from portal.models import StoredFile
from portal.models.file import random_code
from portal.models.upload import PiecewiseUpload
from portal.scoping import ScopedQuerySet
from units.models import Unit


class EvidenceQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"

    def visible_to(self, user):
        """A unit's files are its own until they are handed in; then as for every table.

        Whoever serves on a team sees what the units assigned handed in; an officer of the unit's
        own 苏木, who fills in for it, sees them from the first.
        """
        rows = super().visible_to(user)
        if not user.is_active or user.role == user.Role.CLERK:
            return rows
        rows = rows if is_helper(user) else rows.handed_in()
        if user.role not in TEAM_ROLES:
            return rows
        assigned = Inspection.objects.assigned_to(user).values("unit")
        return rows | self.filter(unit__in=assigned).handed_in()

    def handed_in(self):
        """Cited by a self-check that stands submitted, or by an earlier receipt and taken off."""
        cited = AnswerEvidence.objects.handed_in().filter(evidence=OuterRef("pk"))
        return self.filter(Q(handed_in=True) | Exists(cited))


class Evidence(models.Model):
    """One file of one unit, with its viewing copy and what makes look-alikes findable."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        IMAGE = "image", "图片"
        DOCUMENT = "document", "文档"
        SHEET = "sheet", "表格"
        OFD = "ofd", "OFD"
        VIDEO = "video", "视频"

    VIEWABLE = frozenset({Kind.PDF, Kind.IMAGE, Kind.VIDEO})

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="evidence")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    viewing = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    thumbnail = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    title = models.CharField("名称", max_length=120)
    taken_on = models.DateField("形成日期", null=True, blank=True)
    found_on = models.DateField("文件内记录的日期", null=True, blank=True)
    pages = models.PositiveSmallIntegerField("页数", null=True)
    picture_hash = models.CharField(max_length=16, blank=True, db_index=True)
    picture_tones = models.CharField(max_length=384, blank=True)
    look_group = models.PositiveBigIntegerField(null=True, db_index=True, editable=False)
    derived_at = models.DateTimeField(null=True, editable=False)
    handed_in = models.BooleanField("曾随自查提交", default=False, editable=False)
    uploaded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    accepted_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("采信时间", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "sha256"], name="one_evidence_per_unit_and_content"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("evaluations:evidence", args=[self.code])

    @property
    def is_viewable(self):
        """Can it be looked at on the page, without a download?"""
        return self.kind in self.VIEWABLE


class PictureKey(models.Model):
    """A quarter of a picture's hash; near pictures differ by at most one bit in one of them."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="picture_keys")
    key = models.PositiveIntegerField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片特征"


class AnswerEvidenceQuerySet(models.QuerySet):
    def handed_in(self):
        """Citations of self-checks that stand submitted; after a return they are drafts again."""
        return self.filter(answer__check_form__state=SelfCheck.State.SUBMITTED)


class AnswerEvidence(models.Model):
    """An answer cites a piece of evidence."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    position = models.PositiveSmallIntegerField(default=0)
    reused = models.BooleanField("沿用", default=False)

    objects = AnswerEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "evidence"], name="an_answer_cites_evidence_once"
            )
        ]


class UploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, as long as one may still work on the unit's self-check."""
        if not user.is_active:
            return self.none()
        checks = SelfCheck.objects.visible_to(user)
        return self.filter(created_by=user, check_form__in=checks)

    def pending(self):
        return self.filter(evidence=None)


class Upload(PiecewiseUpload):
    """A large file on its way to an item of a self-check."""

    check_form = models.ForeignKey(SelfCheck, models.CASCADE, related_name="uploads")
    indicator = models.ForeignKey("evaluations.Indicator", models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, models.CASCADE, null=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    class Meta(PiecewiseUpload.Meta):
        verbose_name = verbose_name_plural = "上传中的文件"
