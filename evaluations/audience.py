"""Whom a round asks: units by place, category, and the titles they hold; and by which edition."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from evaluations.models import SelfCheck
from portal.models import Region
from portal.scoping import below
from units.models import Batch, Category, Designation, Level, Unit


@dataclass(frozen=True)
class Asked:
    """One unit of the audience, as the preview shows it; `edition` None: nothing fits it.

    `busy_with` names another round in which the unit has not handed in yet.
    """

    pk: int
    name: str
    category: str
    region: str
    edition: object
    busy_with: str | None = None


@dataclass(frozen=True)
class Plan:
    """Who would be asked by what."""

    units: list

    @property
    def served(self):
        return [unit for unit in self.units if unit.edition]

    @property
    def unserved(self):
        """Units whose category has no edition in this round."""
        return [unit for unit in self.units if not unit.edition]

    @property
    def busy(self):
        """Units to be asked that still have a self-check open in another round."""
        return [unit for unit in self.served if unit.busy_with]

    def by_edition(self):
        """(edition, number of units), as many as the round has editions with units."""
        counts = {}
        for unit in self.served:
            counts[unit.edition] = counts.get(unit.edition, 0) + 1
        return sorted(counts.items(), key=lambda pair: pair[0].family.position)

    def unserved_by_category(self):
        counts = {}
        for unit in self.unserved:
            counts[unit.category] = counts.get(unit.category, 0) + 1
        return sorted(counts.items())


def units_asked(region, audience, on):
    """Units on the books below `region` that the audience names; without conditions, all."""
    found = Unit.objects.active().within(region)
    if audience.get("regions"):
        inside = Region.objects.filter(pk__in=audience["regions"])
        paths = [path for each in inside for path in each.scope_paths()]
        found = found.filter(below("region__path", paths))
    if audience.get("categories"):
        found = found.filter(category__in=audience["categories"])
    return _with_titles(found, audience, on)


def _with_titles(found, audience, on):
    titles = Designation.objects.in_force(on)
    if audience.get("levels"):
        titles = titles.filter(level__in=audience["levels"])
    if audience.get("batches"):
        titles = titles.filter(batch__in=audience["batches"])
    if not (audience.get("levels") or audience.get("batches")):
        return found
    return found.filter(Exists(titles.filter(unit=OuterRef("pk"))))


def plan_of(region, editions, audience, on, *, leaving_out=None):
    """Who is asked by which edition; `leaving_out` names a round whose units are in already."""
    by_family = {edition.family_id: edition for edition in editions}
    found = units_asked(region, audience, on)
    if leaving_out is not None:
        found = found.exclude(self_checks__round=leaving_out)
    elsewhere = SelfCheck.objects.open().filter(unit=OuterRef("pk")).order_by("-round__due_at")
    found = found.annotate(busy_with=Subquery(elsewhere.values("round__title")[:1]))
    rows = found.order_by("region__code", "name", "pk").values_list(
        *("pk", "name", "category__name", "region__name"),
        *("category__family_row__family", "busy_with"),
    )
    return Plan([Asked(*row[:4], by_family.get(row[4]), row[5]) for row in rows])


def scope_words(round):
    """(label, names) of each condition a round was opened with; empty: every unit on the books."""
    audience, levels = round.audience, dict(Level.choices)
    told = (
        ("只限地区", _names(Region, audience.get("regions"))),
        ("类别", _names(Category, audience.get("categories"))),
        ("现有称号", [levels.get(each, each) for each in audience.get("levels", ())]),
        ("命名批次", _names(Batch, audience.get("batches"))),
    )
    return [(label, "、".join(names)) for label, names in told if names]


def _names(model, keys):
    return [str(each) for each in model.objects.filter(pk__in=keys)] if keys else []
