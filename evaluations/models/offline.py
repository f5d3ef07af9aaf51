"""离线打分: a score book that came back, kept until its owner has decided on the differences."""

from django.db import models
from django.urls import reverse

from evaluations.models.inspection import InspectionRound
from portal.models import StoredFile
from portal.workbooks.table import Fault


class ScoreImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own."""
        return self.filter(person=user) if user.is_active else self.none()


class ScoreImport(models.Model):
    """A filled score book: what it says and what it said when it was exported."""

    class State(models.TextChoices):
        FAULTY = "faulty", "有错误"
        OPEN = "open", "待确认"
        APPLIED = "applied", "已导入"
        DROPPED = "dropped", "已放弃"

    person = models.ForeignKey("portal.User", models.PROTECT, related_name="score_imports")
    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="score_imports")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    exported_at = models.DateTimeField("导出时间")
    created_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    content = models.JSONField(default=list)  # [{task, version, lines: {indicator: [base, mine]}}]
    faults = models.JSONField(default=list)  # [[sheet, row, column, text]]
    notes = models.JSONField(default=list)
    applied_at = models.DateTimeField("导入时间", null=True)
    applied = models.PositiveIntegerField("写入格数", default=0)

    objects = ScoreImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "离线打分"
        ordering = ["-pk"]

    def __str__(self):
        return self.file.name

    @property
    def faults_shown(self):
        """(where, sentence) of each fault."""
        return [(Fault(*each).place, each[3]) for each in self.faults]

    def get_absolute_url(self):
        return reverse("evaluations:score-import", args=[self.pk])
