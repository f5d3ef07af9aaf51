"""An import: the list as it came, how its columns are read, and the verdict on every row."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Region
from portal.scoping import below
from units.models.change import ChangeSet
from units.models.registry import Unit


class ImportJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own lists; those the portal's commands brought, for officers over all of it."""
        if not user.is_active or user.role != user.Role.OFFICER or user.region_id is None:
            return self.none()
        portals = Q(created_by=None) & below("region__path", user.scope_paths)
        return self.filter(Q(created_by=user) | portals)


class ImportJob(models.Model):
    """One list on its way into the register. Nothing else is written before it is applied."""

    class State(models.TextChoices):
        DRAFT = "draft", "待对应"
        CHECKING = "checking", "核对中"
        CHECKED = "checked", "待应用"
        APPLIED = "applied", "已应用"
        DROPPED = "dropped", "已放弃"

    OPEN = frozenset({State.DRAFT, State.CHECKING, State.CHECKED})

    name = models.CharField("名单", max_length=120)
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    pasted = models.TextField("粘贴的内容", blank=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField("列的对应", default=dict)
    decisions = models.JSONField("整份名单的决定", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    counts = models.JSONField("行数", default=dict)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="imports", verbose_name="导入人"
    )
    created_at = models.DateTimeField("导入时间")
    job = models.ForeignKey("portal.Job", models.SET_NULL, null=True, related_name="+")
    changeset = models.OneToOneField(
        ChangeSet, models.PROTECT, null=True, related_name="import_job"
    )
    applied_at = models.DateTimeField("应用时间", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名单导入"
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("units:import", args=[self.pk])

    @property
    def is_at_work(self):
        """Is the worker busy with it?"""
        return bool(self.job and self.job.state in self.job.OPEN)

    @property
    def is_undone(self):
        """Has everything it wrote been taken back?"""
        return bool(self.changeset and self.changeset.undone_at)

    @property
    def state_label(self):
        """Where the list stands, in words."""
        return "已撤回" if self.is_undone else self.get_state_display()


class ImportRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the lists the person may see."""
        return self.filter(job__in=ImportJob.objects.visible_to(user))

    def waiting(self):
        """Rows that keep the list from being applied."""
        return self.filter(verdict__in=("doubt", "error"), set_aside=False)


class ImportRow(models.Model):
    """One unit that a row of the list names; what the row said, and what a person made of it."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField("行")
    part = models.PositiveSmallIntegerField("第几个", default=1)
    raw = models.JSONField("原文", default=dict)
    edits = models.JSONField("改正", default=dict)
    choice = models.JSONField("选择", default=dict)
    set_aside = models.BooleanField("暂缓", default=False)
    sheet = models.CharField(max_length=60, blank=True)
    cell_faults = models.JSONField(default=list)  # of the file itself: a formula, an error value
    proposed_above = models.CharField(max_length=20, blank=True)
    unsure = models.BooleanField(default=False)
    verdict = models.CharField("结果", max_length=6)
    reason_code = models.CharField(max_length=24)
    reason = models.TextField("说明")
    codes = models.JSONField(default=list)  # of every reason, the weightiest first
    candidates = models.JSONField(default=list)
    fault_fields = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+")
    place = models.ForeignKey(Region, models.SET_NULL, null=True, related_name="+")
    identity = models.CharField(max_length=160, blank=True)
    title_key = models.CharField(max_length=160, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名单行"
        ordering = ["row", "part"]
        constraints = [
            models.UniqueConstraint(fields=["job", "row", "part"], name="one_line_per_row_and_part")
        ]
        indexes = [
            models.Index(
                fields=["job", "row", "part"],
                name="rows_that_wait",
                condition=Q(verdict__in=["doubt", "error"], set_aside=False),
            )
        ]

    def __str__(self):
        return f"第 {self.row} 行"

    @property
    def said(self):
        """What the cells say, as mended."""
        return {**self.raw, **self.edits}

    @property
    def name(self):
        """The unit as the list names it, or as mended."""
        return self.said.get("unit_name", "")


class ImportMappingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own habits."""
        return self.filter(user=user) if user.is_active else self.none()


class ImportMapping(models.Model):
    """How a person read a list with these headings the last time."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="+")
    signature = models.CharField(max_length=32)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "signature"], name="one_mapping_per_person_and_headings"
            )
        ]
