"""档案包: one application with everything that belongs to it, as a ZIP with a manifest."""

from django.db import models
from django.urls import reverse

from portal.models import Job, StoredFile
from portal.models.file import random_code
from units.models import Application


class ArchiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, of applications still in sight: a package holds what its maker may see."""
        if not user.is_active or user.role not in user.SUBTREE_ROLES:
            return self.none()
        seen = Application.objects.visible_to(user).order_by()
        return self.filter(asked_by=user, application__in=seen.values("pk"))

    def ready(self):
        """Those that can be taken."""
        return self.filter(file__isnull=False)

    def for_display(self):
        """With everything a list or a page about one asks for."""
        return self.select_related(
            "application__unit__region", "application__batch", "job", "file", "asked_by"
        )


class Archive(models.Model):
    """A package asked for; it is there once it has its file.

    `fingerprint` stands for all that went in: while it is the same, nothing needs to be made anew.
    """

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="archives")
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField("清单摘要", max_length=64, blank=True)
    files = models.PositiveIntegerField("文件数", default=0)
    left_out = models.JSONField("未列入", default=list, blank=True)
    built_at = models.DateTimeField("生成时间", null=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "档案包"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["asked_by", "application"], name="archives_of_a_person")]

    def __str__(self):
        return f"{self.application.unit.name}档案包"

    def get_absolute_url(self):
        return reverse("awards:application-archive", args=[self.application_id])
