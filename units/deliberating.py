"""The deliberation of a batch as it stands: candidates, choices, signatures. Reads only."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.models import User
from units.blocking import blocked
from units.models import Application, Consultation, Deliberation, IssuingBody
from units.places import Places, county_of
from units.ranking import Candidate, Departure, balance, digest, faults, named, rank

A = Application.State
SETTLED = (A.PROPOSED, A.PASSED_OVER, A.STRUCK, A.NAMED)
UNDER_WAY = (A.REVIEWING, A.RETURNED)
READ = (  # never the deeds: five hundred of them are megabytes
    "batch_id", "state", "moves", "first_score", "recommended_rank", "total", "apply_line",
    "pass_line", "vetoed", "short", "reason", "designation_id", "unit__name", "unit__region__path",
    "unit__region__name", "category__name", "category__position", "body__name", "body__position",
)  # fmt: skip


def with_deliberation(batches):
    """These batches with what their deliberation asks of them, in the same statement."""
    rows = Application.objects.filter(batch=OuterRef("pk"), state__in=UNDER_WAY).order_by()
    counted = rows.values("batch").annotate(n=Count("pk")).values("n")
    related = ("kind", "region", "rule", "deliberation__file")
    return batches.select_related(*related).annotate(under_way=Coalesce(Subquery(counted), 0))


@dataclass(frozen=True)
class Signature:
    """A department with what it said; no longer good where the list has changed since."""

    body: IssuingBody
    sign_off: object = None
    is_valid: bool = False


class Docket:
    """One batch's deliberation as of a day, with all it is about, each part read once."""

    def __init__(self, batch, *, on=None, user=None, row=None, for_update=False):
        self.batch, self.user, self.for_update = batch, user, for_update
        self.on = on or timezone.localdate()
        self.deliberation = row or self._row() or Deliberation(batch=batch, version=0)
        self.deliberation.batch = batch

    def _row(self):
        rows = Deliberation.objects.select_related("file").filter(batch=self.batch)
        if self.for_update:
            rows = rows.select_for_update(of=("self",))
        return rows.first()

    @property
    def state(self):
        return self.deliberation.state

    @property
    def is_draft(self):
        return self.state == Deliberation.State.DRAFT

    @property
    def is_settled(self):
        return self.state == Deliberation.State.SETTLED

    @property
    def limit(self):
        """How many the batch may name; None where nobody has said."""
        return self.batch.places or self.deliberation.cut or None

    @property
    def cut(self):
        """Where the line runs."""
        return self.deliberation.cut or self.batch.places or None

    @cached_property
    def applications(self):
        """Those accepted for deliberation, or that went through it; by key."""
        states = SETTLED if self.is_settled else (A.ACCEPTED,)
        rows = Application.objects.filter(batch=self.batch, state__in=states)
        rows = rows.select_related("unit__region", "category", "body").only(*READ)
        if self.for_update:
            rows = rows.select_for_update(of=("self",))
        found = {each.pk: each for each in rows.order_by("pk")}
        for each in found.values():
            each.batch = self.batch
        return found

    @cached_property
    def departures(self):
        """What was decided about single ones, by application."""
        if self.deliberation.pk is None:
            return {}
        rows = self.deliberation.choices.values_list("application_id", "chosen", "reason")
        return {pk: Departure(chosen, reason) for pk, chosen, reason in rows}

    @cached_property
    def ranking(self):
        made = [candidate_of(each) for each in self.applications.values()]
        return rank(made, self.cut, self.departures)

    @cached_property
    def digest(self):
        """What a department signs."""
        return digest(self.ranking)

    @cached_property
    def counties(self):
        """The 旗市区 of each application."""
        places, found = Places(), self.applications.values()
        places.learn({each.unit.region.path for each in found})
        return {each.pk: county_of(places.names(each.unit.region.path)) for each in found}

    @cached_property
    def issuers(self):
        """The departments in order: can anybody sign for each, and this person?"""
        able = able_signers(self.batch).filter(signs_for=OuterRef("body"))
        mine = able.filter(pk=self.user.pk if self.user else None)
        rows = self.batch.issuers.select_related("body").order_by("position")
        return list(rows.annotate(is_manned=Exists(able), is_mine=Exists(mine)))

    @property
    def bodies(self):
        """The departments that issue this batch, in order."""
        return [each.body for each in self.issuers]

    @cached_property
    def objected(self):
        """Who had something against an application when asked; names by application."""
        rows = Consultation.objects.filter(
            application__batch=self.batch, answer=Consultation.Answer.OBJECTED
        )
        found = {}
        for pk, name in rows.values_list("application_id", "body_name"):
            found.setdefault(pk, []).append(name)
        return found

    @cached_property
    def blocked(self):
        """Why some may not be named on the day, by application; settled, nothing is asked again."""
        if self.is_settled:
            return {}
        units = {each.unit_id: pk for pk, each in self.applications.items()}
        return {units[unit]: why for unit, why in blocked(list(units), self.on).items()}

    def blocked_faults(self):
        """Sentences about those chosen that may not be named today."""
        chosen = [each for each in self.ranking.chosen if each.pk in self.blocked]
        return [f"“{each.candidate.name}”{self.blocked[each.pk]}，不能入选。" for each in chosen]

    @cached_property
    def signatures(self):
        """Each department with its sign-off; one of an earlier list no longer counts."""
        if self.deliberation.pk is None:
            return [Signature(each) for each in self.bodies]
        rows = self.deliberation.sign_offs.select_related("signed_by")
        found = {each.body_id: each for each in rows}
        return [self._signature(each, found.get(each.pk)) for each in self.bodies]

    def _signature(self, body, sign_off):
        is_valid = sign_off is not None and sign_off.digest == self.digest
        return Signature(body, sign_off, is_valid)

    @property
    def unsigned(self):
        """Departments whose signature is still to come."""
        return [each.body for each in self.signatures if not each.is_valid]

    def faults(self):
        """Sentences saying why the list cannot be signed yet."""
        listed = [*faults(self.ranking, self.limit), *self.blocked_faults()]
        return [*listed, *self._signer_faults()]

    def _signer_faults(self):
        if not self.issuers:
            return ["本批次还没有登记命名部门，请先在批次中登记。"]
        silent = [each.body.name for each in self.issuers if not each.is_manned]
        told = "还没有可会签的人员，请先在命名部门中指定有签发权限的人员。"
        return [f"{named(silent)}{told}"] if silent else []

    def balance(self):
        """The chosen by body and category, beside the quotas."""
        rows = self.batch.quotas.values_list("body_id", "category_id", "places")
        return balance(self.ranking, {(body, category): n for body, category, n in rows})

    def signed_by(self, user):
        """The department for which this person has signed the list as it is; one at most."""
        mine = (each for each in self.signatures if each.is_valid)
        return next((each.body for each in mine if each.sign_off.signed_by_id == user.pk), None)

    @property
    def to_sign(self):
        """The departments this person may sign for, of those that have not signed."""
        if self.user and self.signed_by(self.user):
            return []
        mine = {each.body_id for each in self.issuers if each.is_mine}
        return [each for each in self.unsigned if each.pk in mine]


def candidate_of(application):
    """An application as the arithmetic reads it."""
    return Candidate(
        pk=application.pk,
        name=application.unit.name,
        category=application.category_id,
        body=application.body_id,
        total=application.total,
        apply_line=application.apply_line,
        vetoed=application.vetoed,
        short=application.short,
        first_score=application.first_score,
        recommended_rank=application.recommended_rank,
    )


def able_signers(batch):
    """People who can sign for a department of this batch: leaders of the naming region."""
    leaders = User.objects.filter(role=User.Role.OFFICER, may_sign=True, is_active=True)
    return leaders.filter(region=batch.region)
