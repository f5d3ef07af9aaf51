"""What a unit said under one edition, sorted by the items of another along their mapping."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from evaluations.models import Answer, Indicator, ItemMapping, SelfCheck
from evaluations.rules.restate import CARRIED


@dataclass(frozen=True)
class Carried:
    """The old answers that go into one new item; several where items were merged."""

    indicator: Indicator
    relation: str
    answers: tuple

    @property
    def statement(self):
        """What was written, one paragraph an old item."""
        return "\n".join(each.statement for each in self.answers if each.statement)

    @property
    def evidence(self):
        """The evidence cited then, each once, in the order of the items."""
        cited = (row.evidence for each in self.answers for row in each.citations.all())
        return list({each.pk: each for each in cited}.values())

    @property
    def claimed(self):
        """The share of full marks claimed then, in points of the new item, cut to its steps."""
        known = [each for each in self.answers if each.claimed is not None]
        full = sum((each.indicator.points for each in known), Decimal(0))
        if not full:
            return None
        share = sum((each.claimed for each in known), Decimal(0)) / full
        step = self.indicator.edition.step
        return (self.indicator.points * share / step).to_integral_value(ROUND_DOWN) * step


def carried_answers(check_or_unit, old_edition, new_edition):
    """{key of a new item: Carried}, from a self check or from a unit's last one handed in.

    Only mappings that somebody confirmed are followed. Three queries, however many items.
    """
    answers = _answers(check_or_unit, old_edition)
    if old_edition.pk == new_edition.pk:
        items = {each.indicator_id: [("same", each.indicator_id)] for each in answers.values()}
    else:
        items = _sources(old_edition, new_edition)
    new = new_edition.indicators.select_related("edition").in_bulk(list(items))
    found = {}
    for key, sources in items.items():
        given = tuple(answers[old] for _, old in sources if old in answers)
        if given:
            found[key] = Carried(new[key], sources[0][0], given)
    return found


def _answers(check_or_unit, edition):
    """{key of an old item: answer}."""
    check = check_or_unit
    if not isinstance(check, SelfCheck):
        handed_in = SelfCheck.objects.filter(unit=check_or_unit, edition=edition)
        check = handed_in.exclude(submitted_at=None).order_by("-submitted_at", "-pk").first()
    rows = Answer.objects.filter(check_form=check, indicator__edition=edition)
    rows = rows.select_related("indicator").prefetch_related("citations__evidence")
    return {each.indicator_id: each for each in rows}


def _sources(old_edition, new_edition):
    """{key of a new item: [(relation, key of an old item)]}, as confirmed."""
    rows = ItemMapping.objects.filter(old_edition=old_edition, new_edition=new_edition)
    rows = rows.exclude(confirmed_by=None).filter(relation__in=CARRIED, old__isnull=False)
    found = {}
    ordered = rows.order_by("old__position", "pk").values_list("new", "relation", "old")
    for new, relation, old in ordered:
        found.setdefault(new, []).append((relation, old))
    return found
