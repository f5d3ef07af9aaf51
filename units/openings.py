"""What a clerk's units may apply for now, and how what they have begun stands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from portal.times import Deadline
from units.eligibility import Past, RuleBook, findings, why_not_now
from units.models import Application, Batch, BatchStage, Category, Unit
from units.recommenders import bodies_open_to, hearing
from units.stages import Timetable
from units.tones import APPLICATION_TONES
from units.track import until_of

S, K = Application.State, BatchStage.Kind
ACTS = {S.DRAFT: "继续填写", S.RETURNED: "修改后再提交"}


@dataclass(frozen=True)
class Opening:
    """One batch as one unit finds it."""

    batch: Batch
    unit: Unit
    findings: list
    late: str  # why nobody may begin now; empty where one may
    deadline: Deadline | None

    @property
    def against(self):
        """Sentences why not."""
        return [*([self.late] if self.late else []), *(e.text for e in self.findings if not e.ok)]

    @property
    def is_open(self):
        return not self.against

    @property
    def url(self):
        return reverse("units:application-new", args=[self.batch.pk, self.unit.pk])


@dataclass(frozen=True)
class Shelf:
    """What every opening is judged by, read once: rules, categories, recommending bodies."""

    book: RuleBook
    categories: list
    heard: dict

    @classmethod
    def of(cls, batches):
        categories = list(Category.objects.filter(is_active=True))
        return cls(RuleBook(), categories, hearing(batches))

    def bodies(self, unit, batch):
        """Through whom the unit may be recommended."""
        return bodies_open_to(unit, batch, self.heard[batch.pk])


def batches_above(units):
    """Running batches that name in a region the units lie in, with all that is asked of them."""
    regions = {pk for unit in units for pk in unit.region.ancestor_ids()}
    rows = Batch.objects.filter(state=Batch.State.OPEN, region__in=regions)
    rows = rows.select_related("kind", "region", "rule__regulation").order_by("pk")
    return rows.prefetch_related("stages", "quotas", "requirements", "rule__exempt_categories")


def openings_for(user, at):
    """Each running batch for each unit of the clerk that has not applied in it; few queries."""
    units = list(Unit.objects.visible_to(user).select_related("region", "category", "successor"))
    batches = list(batches_above(units))
    if not batches:
        return []
    pasts, shelf = Past.of_all(units), Shelf.of(batches)
    pairs = [(batch, unit) for batch in batches for unit in units if _fits(pasts, batch, unit, at)]
    return [opening(pasts[unit.pk], batch, shelf, at) for batch, unit in pairs]


def _fits(pasts, batch, unit, at):
    """Is there anything to tell: the applying not long over, and no application yet?"""
    applied = any(each.batch_id == batch.pk for each in pasts[unit.pk].applications)
    stage = Timetable.of(batch, at)[K.APPLYING]
    inside = unit.region.path.startswith(batch.region.path)
    return inside and not applied and stage is not None and not stage.is_over(at)


def opening(past, batch, shelf, at, category=None):
    """One batch for one unit, judged in its own category if no other is named."""
    on, category = timezone.localdate(at), category or past.unit.category
    rule = shelf.book.rule_of(batch, category, on)
    stage = Timetable.of(batch, at)[K.APPLYING]
    known = {"bodies": shelf.bodies(past.unit, batch), "categories": shelf.categories}
    return Opening(
        batch=batch,
        unit=past.unit,
        findings=findings(past, batch, rule, category, on, **known),
        late=why_not_now(batch, at),
        deadline=Deadline(stage.ends_at, at) if stage else None,
    )


def own_applications(user, at):
    """What a clerk has under way, with the one thing to do, the most urgent first."""
    rows = Application.objects.visible_to(user).under_way().for_display()
    rows = rows.prefetch_related("batch__stages")
    return sorted((_standing(each, at) for each in rows), key=lambda each: each["rank"])


def _standing(application, at):
    is_open = application.state in Application.OPEN
    until = until_of(application, Timetable.of(application.batch, at)) if is_open else None
    return {
        "application": application,
        "tone": APPLICATION_TONES[application.state],
        "act": ACTS.get(application.state, "查看进度"),
        "is_open": is_open,
        "deadline": Deadline(until, at) if until else None,
        "url": reverse("units:application-fill", args=[application.pk])
        if is_open
        else application.get_absolute_url(),
        "rank": (not is_open, until or at, application.pk),
    }
