"""称号: a title held by a unit at one level. Whether it is in force follows from dates."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from portal.models import Setting
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
    RECTIFYING = "rectifying", "整改中"
    PENDING = "pending", "未生效"
    EXPIRED = "expired", "已到期"
    RENEWED = "renewed", "已续期"
    REVOKED = "revoked", "已撤销"
    WITHDRAWN = "withdrawn", "已退出"
    SUPERSEDED = "superseded", "已更替"
    VOIDED = "voided", "已作废"


# States that only record what the term says anyway: of such a title the dates alone decide.
BY_TERM = ("active", "due", "expired")
# States under which something is under way; beyond its term such a title has expired all the same.
UNDER_WAY = ("reverifying", "rectifying")


def due_within():
    """How many days before its end a title counts as 即将到期."""
    return Setting.objects.value("due_within_days", 180)


def due_line(day, due_within):
    """The first exclusive end that is not yet near: the last valid day is `due_within` days off."""
    return day + timedelta(days=due_within + 2)


def status_q(status, day, due_within, state="state", prefix=""):
    """The condition under which a title has `status` on `day`; `prefix` leads to the title."""
    states, term = _told_by(status)
    condition = Q(**{f"{prefix}{state}__in": states})
    return condition & term(Term(day, due_within, prefix)) if term else condition


@dataclass(frozen=True)
class Term:
    """The conditions a term can meet on a day; `prefix` leads to the title."""

    day: date
    due_within: int
    prefix: str = ""

    def ends(self, lookup, day):
        return Q(**{f"{self.prefix}ends_on{lookup}": day})

    def begun(self):
        starts = f"{self.prefix}starts_on"
        return Q(**{starts: None}) | Q(**{f"{starts}__lte": self.day})

    def pending(self):
        return Q(**{f"{self.prefix}starts_on__gt": self.day})

    def over(self):
        return self.begun() & self.ends("__lte", self.day)

    def running(self):
        return self.begun() & (self.ends("", None) | self.ends("__gt", self.day))

    def near(self):
        line = due_line(self.day, self.due_within)
        return self.begun() & self.ends("__gt", self.day) & self.ends("__lt", line)

    def far(self):
        line = due_line(self.day, self.due_within)
        return self.begun() & (self.ends("", None) | self.ends("__gte", line))


def _told_by(status):
    """(states, condition on the term or None) that make a status."""
    found = {
        Status.VALID: (BY_TERM, Term.far),
        Status.DUE: (BY_TERM, Term.near),
        Status.PENDING: ((*BY_TERM, *UNDER_WAY), Term.pending),
        Status.EXPIRED: ((*BY_TERM, *UNDER_WAY), Term.over),
        Status.REVERIFYING: (("reverifying",), Term.running),
        Status.RECTIFYING: (("rectifying",), Term.running),
    }
    return found.get(Status(status), ((str(Status(status)),), None))


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
        moves = DesignationEvent.objects.by_people().filter(
            designation=OuterRef("pk"), happened_on__lte=day
        )
        last = moves.order_by("-happened_on", "-pk").values("state")[:1]
        then = Coalesce(Subquery(last), Value(Designation.State.ACTIVE))
        voided = When(state=Designation.State.VOIDED, then=Value(Designation.State.VOIDED))
        return self.annotate(state_then=Case(voided, default=then))

    def with_end_on(self, day):
        """Each title's `ends_then`: the end its term had on `day`, before it was lengthened."""
        later = DesignationEvent.objects.filter(
            designation=OuterRef("pk"), happened_on__gt=day, ends_before__isnull=False
        )
        former = later.order_by("happened_on", "pk").values("ends_before")[:1]
        return self.annotate(ends_then=Coalesce(Subquery(former), F("ends_on")))

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
        DUE = "due", "即将到期"
        REVERIFYING = "reverifying", "待复验"
        RECTIFYING = "rectifying", "整改中"
        EXPIRED = "expired", "已到期"
        RENEWED = "renewed", "已续期"
        REVOKED = "revoked", "已撤销"
        WITHDRAWN = "withdrawn", "已退出"
        SUPERSEDED = "superseded", "已更替"
        VOIDED = "voided", "已作废"

    BY_TERM = frozenset({State.ACTIVE, State.DUE, State.EXPIRED})
    UNDER_WAY = frozenset({State.REVERIFYING, State.RECTIFYING})
    # Nothing has ended it: whether it is in force the dates of its term say.
    HOLDING = BY_TERM | UNDER_WAY
    ENDED = frozenset(
        {State.RENEWED, State.REVOKED, State.WITHDRAWN, State.SUPERSEDED, State.VOIDED}
    )

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


class DesignationEventQuerySet(models.QuerySet):
    def by_people(self):
        """Moves that change what a title is; those of the clock repeat what its dates say."""
        return self.exclude(verb__in=DesignationEvent.BY_CLOCK)


class DesignationEvent(models.Model):
    """A move of a title with the day from which it counts, so that any past day can be shown."""

    BY_CLOCK = ("due", "expire")

    designation = models.ForeignKey(Designation, models.CASCADE, related_name="events")
    verb = models.CharField(max_length=16)
    label = models.CharField("事项", max_length=20)
    happened_on = models.DateField("发生日期")
    state = models.CharField("变更后状态", max_length=12, choices=Designation.State.choices)
    ends_before = models.DateField("原有效期至（不含）", null=True)  # where the move changed it
    document_no = models.CharField("文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")

    objects = DesignationEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "称号变更"
        ordering = ["-happened_on", "-pk"]
