"""测评: 初验, 验收, 抽查, 复验, 互检. A round has a team; an inspection is a unit's turn in it."""

from decimal import Decimal

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from evaluations.models.index import IndexEdition
from evaluations.models.self_check import SelfCheck
from portal.models import Region, User
from portal.scoping import ScopedQuerySet, below
from units.models import Batch, ReverificationRound, Unit

TEAM_ROLES = frozenset({User.Role.ASSESSOR, User.Role.OFFICER})  # who may serve on a team


class InspectionRoundQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """As for every table; team members see their rounds, officers those of regions above."""
        if not user.is_active:
            return self.none()
        on_team = Q(members__user=user)
        if user.role in user.SUBTREE_ROLES and user.region_id:
            above = Q(region__in=user.region.ancestor_ids())
            inside = Q(region__path__startswith=user.region.path)
            return self.filter(on_team | above | inside).distinct()
        return self.filter(on_team) if user.role == user.Role.ASSESSOR else self.none()

    def kept_by(self, user):
        """Those this officer leads; others in sight may only be looked at."""
        return self.filter(below("region__path", user.scope_paths))


class InspectionRound(models.Model):
    """One wave of inspections by one commission."""

    class Kind(models.TextChoices):
        PRELIMINARY = "preliminary", "初验"
        ACCEPTANCE = "acceptance", "验收"
        SPOT = "spot", "抽查"
        REVERIFICATION = "reverification", "复验"
        PEER = "peer", "互检"
        APPRAISAL = "appraisal", "考核"

    class State(models.TextChoices):
        PREPARING = "preparing", "准备中"
        SCORING = "scoring", "打分中"
        FINISHED = "finished", "已结束"

    SETTINGS = (  # what the office that runs it decides beforehand
        "kind",
        "title",
        "year",
        "region",
        "starts_on",
        "ends_on",
        "assessors_each",
        "blind",
        "outlier_limit",
    )

    kind = models.CharField("种类", max_length=14, choices=Kind.choices)
    title = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="inspection_rounds", verbose_name="组织地区"
    )
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    assessors_each = models.PositiveSmallIntegerField("每家测评人数", default=3)
    blind = models.BooleanField("背靠背打分", default=False)
    outlier_limit = models.DecimalField(
        "差距复核线（占满分比例）", max_digits=4, decimal_places=2, default=Decimal("0.30")
    )
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="inspection_rounds",
        verbose_name="服务的批次",
    )
    turns_of = models.ForeignKey(
        ReverificationRound,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="inspection_rounds",
        verbose_name="服务的复验轮次",
    )
    places = models.PositiveSmallIntegerField("拟推荐名额", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PREPARING)
    state_changed_at = models.DateTimeField(null=True, editable=False)
    moves = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InspectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评轮次"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="an_inspection_round_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(batch=None) | Q(turns_of=None), name="a_round_serves_one_thing"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("evaluations:inspection-round", args=[self.pk])

    @property
    def own_home(self):
        """初验 is the own 旗's work; in all other kinds nobody scores units of their own."""
        return self.kind == self.Kind.PRELIMINARY


class TeamMember(models.Model):
    """An assessor of a round; `home` is the 旗县 whose units they do not score."""

    round = models.ForeignKey(InspectionRound, models.CASCADE, related_name="members")
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="teams")
    is_leader = models.BooleanField("组长", default=False)
    home = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "测评组成员"
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="once_on_a_team"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(is_leader=True), name="one_leader_per_round"
            ),
        ]


class Conflict(models.Model):
    """A person's declared tie to a unit: they do not score it (回避)."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="conflicts")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="conflicts")
    declared_at = models.DateTimeField("声明时间")

    class Meta:
        verbose_name = verbose_name_plural = "回避声明"
        constraints = [
            models.UniqueConstraint(fields=["user", "unit"], name="a_conflict_is_declared_once")
        ]


class InspectionQuerySet(ScopedQuerySet):
    region_lookup = "unit__region"

    def visible_to(self, user):
        """As for every table; the team sees the units assigned, a clerk what is published."""
        if user.is_active and user.role == user.Role.CLERK:
            return self.filter(unit__clerks=user, round__published_at__isnull=False)
        if not user.is_active or user.role not in TEAM_ROLES:
            return super().visible_to(user)
        return super().visible_to(user) | self.assigned_to(user)

    def assigned_to(self, user):
        """Units this person is to score, or has scored."""
        return self.filter(pk__in=self._tasks().filter(assessor=user).values("inspection"))

    def with_scores_open_to(self, user):
        """Inspections of which this person may read what others scored.

        While a round is scored these are its office and its team; those beneath wait for its
        end. In a blind one the team, too, waits until the last has signed.
        """
        waiting = self._tasks().unsigned().values("inspection")
        is_open = Q(round__blind=False) | ~Q(pk__in=waiting)
        rounds = self.model.round.field.related_model
        served = Q(round__in=rounds.objects.filter(members__user=user).values("pk"))
        shown = Q(round__state=rounds.State.FINISHED) | served
        if user.role in user.SUBTREE_ROLES and user.region_id:
            office = below("round__region__path", user.scope_paths)
            shown |= office
            if user.role == user.Role.OFFICER:
                is_open |= office & ~served
        shown |= Q(pk__in=self.model.objects.assigned_to(user).values("pk"))
        return self.visible_to(user).filter(is_open & shown)

    def with_people_open_to(self, user):
        """Inspections of which this person may know who else scores.

        On a blind team that is told once the last has signed.
        """
        waiting = self._tasks().unsigned().values("inspection")
        rounds = self.model.round.field.related_model
        blind = rounds.objects.filter(blind=True, members__user=user)
        return self.exclude(round__in=blind.values("pk"), pk__in=waiting)

    def lacking_people(self):
        """Units to which fewer persons were sent than the round asks for."""
        sent = self._tasks().filter(inspection=OuterRef("pk")).order_by().values("inspection")
        number = Subquery(sent.annotate(n=Count("pk")).values("n"))
        return self.annotate(sent=Coalesce(number, 0)).filter(sent__lt=F("round__assessors_each"))

    def _tasks(self):
        return self.model.assignments.rel.related_model.objects.standing()


class Inspection(models.Model):
    """One unit's turn in a round, with the figures settled when it is finished."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="inspections")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inspections")
    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="inspections")
    self_check = models.ForeignKey(
        SelfCheck, models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    visit_on = models.DateField("到场日期", null=True, blank=True)
    total = models.DecimalField("总分", max_digits=7, decimal_places=2, null=True)
    vetoed = models.BooleanField("一票否决", default=False)
    short = models.BooleanField("单项不达标", default=False)
    apart = models.PositiveSmallIntegerField("分歧较大的要点数", default=0)
    rank = models.PositiveIntegerField("名次", null=True)
    firmness = models.PositiveSmallIntegerField("千次重抽中在线上的次数", null=True)
    settled_at = models.DateTimeField("结分时间", null=True)
    tally = models.JSONField(default=dict, editable=False)  # figures so far; see evaluations.tally
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评对象"
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_inspection_per_round")
        ]

    def __str__(self):
        return f"{self.unit} {self.round}"

    def get_absolute_url(self):
        return reverse("evaluations:unit-result", args=[self.pk])
