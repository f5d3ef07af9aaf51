"""审定: the departments choose from the ranking; each departure from it has its reason."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.scoping import ScopedQuerySet
from units.models.application import Application
from units.models.batch import Batch
from units.models.rule import IssuingBody


class DeliberationQuerySet(ScopedQuerySet):
    """Seen by the naming region and above; what is decided reaches others by the notice."""

    region_lookup = "batch__region"


class Deliberation(models.Model):
    """One meeting over one batch: its choices, minutes and the sign-off of each department."""

    class State(models.TextChoices):
        DRAFT = "draft", "拟定中"
        SIGNING = "signing", "会签中"
        SETTLED = "settled", "已审定"

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="deliberation")
    held_on = models.DateField("会议日期", null=True, blank=True)
    place = models.CharField("会议地点", max_length=80, blank=True)
    attended = models.CharField("参加部门", max_length=300, blank=True)
    minutes = models.TextField("会议纪要", blank=True, max_length=20000)
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    cut = models.PositiveIntegerField("入选名额", default=0)  # 0: the places of the batch
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of the presented list
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DeliberationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审定"

    def __str__(self):
        return f"{self.batch}审定"

    def get_absolute_url(self):
        return reverse("units:deliberation", args=[self.batch_id])


class Choice(models.Model):
    """A departure from the ranking: taken although below the line, or left out although above."""

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="choices")
    application = models.ForeignKey(Application, models.PROTECT, related_name="choices")
    chosen = models.BooleanField("入选")
    reason = models.CharField("理由", max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "审定调整"
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation", "application"], name="one_choice_per_application"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_departure_has_a_reason"),
        ]


class SignOff(models.Model):
    """One issuing department's yes to the list as it then stood (`digest`)."""

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="sign_offs")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    note = models.CharField("意见", max_length=300, blank=True)
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField("会签时间")
    signed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "会签"
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "body"], name="a_body_signs_once")
        ]
