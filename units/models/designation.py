"""称号: a title held by a unit at one level. Whether it is in force follows from dates."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from portal.scoping import ScopedQuerySet
from units.models.batch import Batch
from units.models.level import Level
from units.models.registry import Unit
from units.models.regulation import TitleKind
from units.models.rule import HonourRule


class Status(models.TextChoices):
    """What a title is on a given day: its state and its term read together; never stored."""

    VALID = "valid", "有效"
    DUE = "due", "即将到期"
    REVERIFYING = "reverifying", "待复验"
    PENDING = "pending", "未生效"
    EXPIRED = "expired", "已到期"
    REVOKED = "revoked", "已撤销"
    WITHDRAWN = "withdrawn", "已退出"
    SUPERSEDED = "superseded", "已更替"
    VOIDED = "voided", "已作废"


BY_TERM = frozenset({Status.VALID, Status.DUE, Status.PENDING, Status.EXPIRED})


def due_line(day, due_within):
    """The first exclusive end that is not yet near: the last valid day is `due_within` days off."""
    return day + timedelta(days=due_within + 2)


def status_q(status, day, due_within, state="state", prefix=""):
    """The condition under which a title has `status` on `day`; `prefix` leads to the title."""
    if status not in BY_TERM:
        return Q(**{f"{prefix}{state}": status})
    starts, ends = f"{prefix}starts_on", f"{prefix}ends_on"
    begun = Q(**{starts: None}) | Q(**{f"{starts}__lte": day})
    near = Q(**{f"{ends}__lt": due_line(day, due_within)})
    over = Q(**{f"{ends}__lte": day})
    endless = Q(**{ends: None})
    term = {
        Status.PENDING: Q(**{f"{starts}__gt": day}),
        Status.EXPIRED: begun & over,
        Status.DUE: begun & Q(**{f"{ends}__gt": day}) & near,
        Status.VALID: begun & (endless | Q(**{f"{ends}__gte": due_line(day, due_within)})),
    }[status]
    return Q(**{f"{prefix}{state}": "active"}) & term


class DesignationQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"
    clerk_lookup = "unit__clerks"

    def with_status(self, day, due_within, state="state"):
        """Each title's `status` on `day`; `state` names the column its state is read from."""
        whens = [When(status_q(each, day, due_within, state), then=Value(each)) for each in Status]
        return self.annotate(status=Case(*whens, output_field=models.CharField()))

    def having_status(self, status, day, due_within):
        """Titles with that status on `day`, judged by their present state."""
        return self.filter(status_q(status, day, due_within))

    def with_state_on(self, day):
        """Each title's `state_then`: that after its last move up to `day`; void is void always."""
        moves = DesignationEvent.objects.filter(designation=OuterRef("pk"), happened_on__lte=day)
        last = moves.order_by("-happened_on", "-pk").values("state")[:1]
        then = Coalesce(Subquery(last), Value(Designation.State.ACTIVE))
        voided = When(state=Designation.State.VOIDED, then=Value(Designation.State.VOIDED))
        return self.annotate(state_then=Case(voided, default=then))

    def standing(self):
        """Titles entered in earnest: all but those voided as mistakes."""
        return self.exclude(state=Designation.State.VOIDED)

    def in_force(self, on):
        """Titles whose term covers `on` and that nothing has ended."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=on),
            Q(starts_on=None) | Q(starts_on__lte=on),
            state__in=Designation.HOLDING,
        )


class Designation(models.Model):
    """One title, its term half-open; `named_on` is empty where only a year is known."""

    Status = Status

    class State(models.TextChoices):
        ACTIVE = "active", "有效"
        REVERIFYING = "reverifying", "待复验"
        REVOKED = "revoked", "已撤销"
        WITHDRAWN = "withdrawn", "已退出"
        SUPERSEDED = "superseded", "已更替"
        VOIDED = "voided", "已作废"

    HOLDING = frozenset({State.ACTIVE, State.REVERIFYING})
    ENDED = frozenset({State.REVOKED, State.WITHDRAWN, State.SUPERSEDED, State.VOIDED})

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="designations", verbose_name="单位")
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    kind = models.ForeignKey(
        TitleKind, models.PROTECT, related_name="designations", verbose_name="称号种类"
    )
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="designations",
        verbose_name="批次",
    )
    rule = models.ForeignKey(
        HonourRule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="designations",
        verbose_name="评选条件",
    )
    title = models.CharField("称号全称", max_length=100)
    document_no = models.CharField("文号", max_length=60, blank=True)
    document_no_printed = models.CharField("文号（原文）", max_length=60, blank=True)
    named_on = models.DateField("命名日期", null=True, blank=True)
    named_year = models.PositiveSmallIntegerField("命名年份", null=True, blank=True)
    starts_on = models.DateField("有效期自", null=True, blank=True)
    ends_on = models.DateField("有效期至（不含）", null=True, blank=True, db_index=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.ACTIVE)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    remark = models.CharField("备注", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DesignationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "称号"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "level", "kind", "batch"],
                condition=~Q(state="voided"),
                name="one_title_per_unit_level_kind_and_batch",
            ),
            models.UniqueConstraint(
                fields=["unit", "level", "kind", "named_year"],
                condition=Q(batch=None) & ~Q(state="voided"),
                name="one_unbatched_title_per_unit_level_kind_and_year",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(starts_on=None)
                | Q(ends_on__gt=models.F("starts_on")),
                name="a_title_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "level", "ends_on"], name="titles_of_a_unit"),
            models.Index(fields=["level", "state", "ends_on"], name="titles_by_level_and_state"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("units:designation", args=[self.pk])


class DesignationEvent(models.Model):
    """A move of a title with the day from which it counts, so that any past day can be shown."""

    designation = models.ForeignKey(Designation, models.CASCADE, related_name="events")
    verb = models.CharField(max_length=16)
    label = models.CharField("事项", max_length=20)
    happened_on = models.DateField("发生日期")
    state = models.CharField("变更后状态", max_length=12, choices=Designation.State.choices)
    document_no = models.CharField("文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "称号变更"
        ordering = ["-happened_on", "-pk"]
