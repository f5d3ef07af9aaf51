"""接口令牌: how another office program reads what a person may read. Only a digest is kept."""

from django.db import models

from portal.models.misc import OwnedQuerySet


class ApiToken(models.Model):
    """One token of one person; `prefix` is what they know it by."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=40)
    prefix = models.CharField("开头", max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("作废时间", null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.name}（{self.prefix}…）"
