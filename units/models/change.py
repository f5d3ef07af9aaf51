"""A change of many rows at once, kept so that it can be undone while nothing stands on it."""

from django.db import models


class ChangeSetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own changes of many rows."""
        return self.filter(actor=user) if user.is_active else self.none()


class ChangeSet(models.Model):
    """One import or one bulk edit."""

    class Kind(models.TextChoices):
        IMPORT = "import", "导入"
        BULK_EDIT = "bulk_edit", "批量修改"

    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    summary = models.CharField("内容", max_length=200)
    actor = models.ForeignKey(  # empty: a command of the portal itself
        "portal.User", models.PROTECT, null=True, related_name="changes"
    )
    at = models.DateTimeField("时间")
    undone_at = models.DateTimeField("撤回时间", null=True)
    undone_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量变更"
        ordering = ["-pk"]

    def __str__(self):
        return self.summary


class ChangeEntry(models.Model):
    """What one row was before and after; `before` empty where the change made the row."""

    changeset = models.ForeignKey(ChangeSet, models.CASCADE, related_name="entries")
    target_type = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version_after = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["target_type", "target_id"], name="changes_by_target")]
