"""审计: who did what to what, when, from where. Append-only; database triggers hold it so."""

from django.db import models

from portal.models.file import random_code


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The whole log for the audit administrator, nothing for anyone else."""
        allowed = user.is_active and user.role == user.Role.AUDIT_ADMIN
        return self if allowed else self.none()

    def about(self, obj):
        """Lines about one object the caller has already fetched within scope."""
        return self.filter(target_type=obj._meta.label_lower, target_id=str(obj.pk))


class AuditEvent(models.Model):
    """One act. `mac` is written with it; `seq` and `chain` are added once by the sealer.

    The nonce makes equal acts differ, so that a line copied back in is known by its mac.
    """

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField("操作人", max_length=80)
    action = models.CharField("动作", max_length=60)
    target_type = models.CharField("对象类型", max_length=40)
    target_id = models.CharField("对象编号", max_length=40)
    target_label = models.CharField("对象", max_length=200)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    note = models.TextField("说明", blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    nonce = models.CharField(max_length=32, default=random_code, editable=False)
    mac = models.CharField(max_length=64)
    seq = models.BigIntegerField(null=True, unique=True)
    chain = models.CharField(max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-pk"]
        # named here: a column's own unique or db_index makes PostgreSQL keep a second one for LIKE
        constraints = [models.UniqueConstraint(fields=["mac"], name="no_line_twice")]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
            models.Index(fields=["action"], name="audit_by_action"),
        ]

    def __str__(self):
        return f"{self.pk} {self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target_label}"


class AuditHead(models.Model):
    """The end of the sealed chain, signed: a log cut short no longer reaches it. One row."""

    ONLY = 1

    seq = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计链尾"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="the_audit_chain_has_one_end")
        ]
