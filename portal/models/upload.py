"""A large file on its way, piece by piece; what has arrived lies beside the stored files."""

from django.db import models

from portal.models.file import random_code


class PiecewiseUpload(models.Model):
    """What every app's table of files on their way has; `PLACE` is the folder of its pieces."""

    PLACE = "uploads"

    code = models.CharField(max_length=32, unique=True, default=random_code, editable=False)
    key = models.CharField(max_length=64)
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveBigIntegerField("大小")
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField("开始时间")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["created_by", "key"], name="one_%(class)s_per_key")
        ]

    def __str__(self):
        return self.name
