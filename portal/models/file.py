"""Files: named by a random code, stored once by content, served after a check."""

import secrets

from django.db import models


def random_code():
    """A 128-bit name that cannot be guessed."""
    return secrets.token_hex(16)


class StoredFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own files: what they uploaded or asked the portal to make."""
        return self.filter(owner=user) if user.is_active else self.none()


class StoredFile(models.Model):
    """One file as one person knows it; equal contents share one place on disk."""

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    owner = models.ForeignKey("portal.User", models.PROTECT, related_name="files")
    created_at = models.DateTimeField("保存时间")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self):
        return self.name
