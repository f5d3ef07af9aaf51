"""What review sheets are made of: every unit of a finished round with all that was given to it."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from evaluations.earlier import PRELIMINARY, first_points
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Inspection,
    InspectionRound,
    Score,
    ScoreSheet,
)
from evaluations.rules.combine import Given, combine
from evaluations.rules.items import rounded
from evaluations.rules.roll_up import roll_up
from evaluations.standings import leader_of
from evaluations.tree import tree_of
from portal.errors import Refused

APPRAISAL = InspectionRound.Kind.APPRAISAL
CHUNK = 100


@dataclass
class Panelist:
    """One assessor's signed sheet; `scores`: indicator → (value, hit, reason, comment)."""

    user: int
    name: str
    signed_at: object
    is_leader: bool = False
    scores: dict = field(default_factory=dict)

    def value(self, indicator):
        told = self.scores.get(indicator)
        return told[0] if told else None


@dataclass
class Review:
    """One unit with everything its sheet shows. Figures come from the rules, as on the pages."""

    inspection: Inspection
    tree: object
    panel: list = field(default_factory=list)
    claimed: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)  # indicator → what 初验 gave, unrounded
    files: dict = field(default_factory=dict)  # indicator → how many
    standing: object = None  # its place in the round, as the pages tell it

    @property
    def unit(self):
        return self.inspection.unit

    @cached_property
    def combined(self):
        """Item code → points, unrounded."""
        found = {}
        for entry in self.tree.entries:
            given = [
                Given(each.user, each.value(entry.pk), each.is_leader)
                for each in self.panel
                if each.value(entry.pk) is not None
            ]
            if given:
                found[entry.item.code] = combine(given, self.tree.rules.method)[0]
        return found

    @cached_property
    def vetoes(self):
        """Codes of vetoes that anybody found to apply."""
        hits = {key for each in self.panel for key, told in each.scores.items() if told[1]}
        return sorted(entry.item.code for entry in self.tree.entries if entry.pk in hits)

    @cached_property
    def result(self):
        return roll_up(self.tree.rules, self.combined, self.vetoes)

    def final(self, code):
        """The item's score as printed; None where nobody gave one."""
        return rounded(self.combined[code]) if code in self.combined else None

    def first(self, indicator):
        """What 初验 gave to an item, as printed; totals are made from the unrounded."""
        given = self.before.get(indicator)
        return None if given is None else rounded(given)

    def alone(self, panelist):
        """What one person's sheet alone comes to."""
        return self._total({pk: told[0] for pk, told in panelist.scores.items()})

    def _total(self, values):
        scores = {
            entry.item.code: values[entry.pk]
            for entry in self.tree.entries
            if values.get(entry.pk) is not None
        }
        return roll_up(self.tree.rules, scores).total if scores else None

    @cached_property
    def self_total(self):
        return self._total(self.claimed)

    @cached_property
    def first_total(self):
        return self._total(self.before)

    def reasons(self, indicator):
        """(name, words) of those who said why."""
        told = ((each.name, each.scores.get(indicator)) for each in self.panel)
        return [(name, said[2]) for name, said in told if said and said[2]]

    def numbers(self, entry):
        """Numbers of the item's files: 1.1-1、1.1-2."""
        count = self.files.get(entry.pk, 0)
        return "、".join(f"{entry.item.code}-{number}" for number in range(1, count + 1))


def finished_rounds():
    """Rounds whose review sheets may be made."""
    return InspectionRound.objects.filter(state=InspectionRound.State.FINISHED)


def latest_round():
    """The last finished inspection; first rounds and appraisals only where nothing else is."""
    rows = finished_rounds().order_by("-ends_on", "-pk")
    return rows.exclude(kind__in=(PRELIMINARY, APPRAISAL)).first() or rows.first()


def review_rows(user, round_pk):
    """(round, those of its inspections this person may see), or Refused."""
    round = finished_rounds().filter(pk=round_pk).visible_to(user).first()
    rows = Inspection.objects.visible_to(user).filter(round=round_pk)
    if round is None or not rows.exists():
        raise Refused("这一轮还没有结束，或其中没有您辖区的单位，没有导出评审表。")
    return round, rows


def in_order(inspections):
    """By 旗市区, then name: the order of the sheets."""
    return inspections.order_by("unit__region__path", "unit__name", "pk")


def reviews(inspections, round, progress=None):
    """Every inspection of the queryset as a Review, a hundred at a time."""
    keys = list(in_order(inspections).values_list("pk", flat=True))
    leader = leader_of(round)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = _read(part, round, leader)
        for number, key in enumerate(part, start + 1):
            yield found[key]
            if progress:
                progress(number)


def _read(keys, round, leader):
    rows = Inspection.objects.filter(pk__in=keys).select_related(
        "unit__region", "unit__category", "edition__family", "round"
    )
    found = {each.pk: Review(each, tree_of(each.edition)) for each in rows}
    _panels(found, leader)
    _claims(found)
    _firsts(found)
    return found


def _panels(found, leader):
    sheets = ScoreSheet.objects.in_force().filter(assignment__inspection__in=found)
    by_sheet = {}
    for pk, inspection, user, name, signed_at in sheets.order_by("assignment_id").values_list(
        "pk",
        "assignment__inspection",
        "assignment__assessor",
        "assignment__assessor__name",
        "signed_at",
    ):
        by_sheet[pk] = Panelist(user, name, signed_at, user == leader)
        found[inspection].panel.append(by_sheet[pk])
    scores = Score.objects.filter(sheet__in=by_sheet).values_list(
        "sheet", "indicator", "value", "hit", "reason", "comment"
    )
    for sheet, indicator, *told in scores.iterator(chunk_size=5000):
        by_sheet[sheet].scores[indicator] = told


def _claims(found):
    by_check = defaultdict(list)
    for each in found.values():
        by_check[each.inspection.self_check_id].append(each)
    by_check.pop(None, None)
    rows = Answer.objects.handed_in().filter(check_form__in=by_check, claimed__isnull=False)
    for check, indicator, claimed in rows.values_list("check_form", "indicator", "claimed"):
        for each in by_check[check]:
            each.claimed[indicator] = claimed
    cited = AnswerEvidence.objects.handed_in().filter(answer__check_form__in=by_check)
    for check, indicator in cited.values_list("answer__check_form", "answer__indicator"):
        for each in by_check[check]:
            each.files[indicator] = each.files.get(indicator, 0) + 1


def _firsts(found):
    firsts = first_points([each.inspection for each in found.values()])
    for key, each in found.items():
        each.before = firsts.get(key, {})


def widest(inspections):
    """The largest panel of these inspections."""
    sheets = ScoreSheet.objects.in_force().filter(assignment__inspection__in=inspections)
    counted = defaultdict(int)
    for inspection in sheets.values_list("assignment__inspection", flat=True):
        counted[inspection] += 1
    return max(counted.values(), default=0)
