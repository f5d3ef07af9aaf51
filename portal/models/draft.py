"""草稿: what somebody was typing, kept until the form is handed in. Never passwords or files."""

from django.db import models


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own drafts."""
        return self.filter(user=user) if user.is_active else self.none()


class Draft(models.Model):
    """The fields of one form as one person left them: pairs of name and value."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=list)
    saved_at = models.DateTimeField("保存时间")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_draft_per_form_and_person")
        ]
