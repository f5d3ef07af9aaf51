"""What an applicant hands in: its files, those on their way, and each submission for ever."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models.file import random_code
from portal.models.upload import PiecewiseUpload
from portal.scoping import ScopedQuerySet
from units.models.application import Application
from units.models.batch import Requirement


class ApplicationFileQuerySet(ScopedQuerySet):
    region_lookup = "application__unit__region"
    clerk_lookup = "application__unit__clerks"

    def visible_to(self, user):
        """A unit's own; for everybody else who sees the application, what was handed in."""
        if user.is_active and user.role == user.Role.CLERK:
            return super().visible_to(user)
        seen = Application.objects.visible_to(user)
        return self.handed_over().filter(application__in=seen.values("pk"))

    def handed_over(self):
        """Those that are no longer the unit's alone."""
        return self.filter(Q(handed_in=True) | Q(purpose=ApplicationFile.Purpose.STAMPED))

    def standing(self):
        """Those that have not been taken off."""
        return self.filter(removed_at=None)

    def materials(self):
        return self.filter(purpose=ApplicationFile.Purpose.MATERIAL)


class ApplicationFile(models.Model):
    """A file handed in for one requirement, or a stamped scan of the printed form."""

    class Purpose(models.TextChoices):
        MATERIAL = "material", "申报材料"
        STAMPED = "stamped", "盖章审批表"

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        IMAGE = "image", "图片"
        DOCUMENT = "document", "文档"
        SHEET = "sheet", "表格"
        OFD = "ofd", "OFD"
        VIDEO = "video", "视频"

    VIEWABLE = frozenset({Kind.PDF, Kind.IMAGE, Kind.VIDEO})

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, related_name="files"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.MATERIAL)
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")
    viewing = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    thumbnail = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.DOCUMENT)
    pages = models.PositiveSmallIntegerField("页数", null=True)
    caption = models.CharField("说明", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    handed_in = models.BooleanField("已随申报提交", default=False, editable=False)
    derived_at = models.DateTimeField(null=True, editable=False)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = ApplicationFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报文件"
        ordering = ["requirement__position", "position", "pk"]

    def __str__(self):
        return self.file.name

    def get_absolute_url(self):
        return reverse("units:application-file", args=[self.code])

    @property
    def is_viewable(self):
        """Can it be looked at on the page, without a download?"""
        return self.kind in self.VIEWABLE


class ApplicationUploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, as long as one may still work on the unit's application."""
        if not user.is_active:
            return self.none()
        seen = Application.objects.visible_to(user)
        return self.filter(created_by=user, application__in=seen.values("pk"))


class ApplicationUpload(PiecewiseUpload):
    """A large file on its way to an application; without a requirement, a stamped scan."""

    PLACE = "application-uploads"

    application = models.ForeignKey(Application, models.CASCADE, related_name="uploads")
    requirement = models.ForeignKey(Requirement, models.CASCADE, null=True, related_name="+")
    made = models.ForeignKey(ApplicationFile, models.CASCADE, null=True, related_name="+")

    objects = ApplicationUploadQuerySet.as_manager()

    class Meta(PiecewiseUpload.Meta):
        verbose_name = verbose_name_plural = "上传中的申报文件"


class SubmissionQuerySet(ScopedQuerySet):
    region_lookup = "application__unit__region"
    clerk_lookup = "application__unit__clerks"

    def visible_to(self, user):
        """Those of the applications in sight."""
        return self.filter(application__in=Application.objects.visible_to(user).values("pk"))


class Submission(models.Model):
    """What was handed in, whole and for ever: the content of each submission and its digest.

    `changes` says what differs from the submission before; empty in the first.
    """

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("第几次")
    receipt_no = models.CharField("回执编号", max_length=30, unique=True)
    content = models.JSONField("内容")
    sha256 = models.CharField("SHA-256", max_length=64)
    changes = models.JSONField("与上次的差别", default=list, blank=True)
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    pdf = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提交记录"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="one_submission_per_number"
            )
        ]

    def __str__(self):
        return self.receipt_no

    def get_absolute_url(self):
        return reverse("units:receipt", args=[self.code])
