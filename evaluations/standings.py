"""How the units of a round stand: totals, vetoes, ranks, what lies above the line.

Figures are kept in `Inspection.tally` with the signatures they were made from. Where the
signatures have changed since, they are made anew while reading, so that a page is never behind.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from evaluations.models import IndexEdition, Inspection, InspectionRound, TeamMember
from evaluations.rules.items import rounded
from evaluations.rules.stability import Panel, rank_stability
from evaluations.tally import Signature, figures, sheet_totals, signatures

Kind = InspectionRound.Kind
NONE = Signature()
RANKED = frozenset({Kind.ACCEPTANCE, Kind.APPRAISAL})  # 验收 is what ranks; 考核 ranks 旗市区


@dataclass
class Standing:
    """One unit's place in a round; `rank` is empty where it does not take part in the ranking."""

    inspection: Inspection
    tally: dict
    asked: int = 0
    signed: int = 0
    rank: int | None = None
    above: bool = False
    firmness: int | None = None
    total: Decimal | None = field(init=False)

    def __post_init__(self):
        self.total = Decimal(self.tally["total"]) if self.signed else None

    @property
    def pk(self):
        return self.inspection.pk

    @property
    def edition(self):
        return self.inspection.edition

    @property
    def exact(self):
        """The total before rounding."""
        return Decimal(self.tally["exact"])

    @property
    def share(self):
        """The total against full marks, so that editions of 100 and of 120 points compare."""
        return self.total / self.edition.total

    @property
    def is_whole(self):
        """Has everybody signed?"""
        return self.signed > 0 and self.signed == self.asked

    @property
    def is_barred(self):
        """A veto, or a section below its minimum."""
        return bool(self.tally["vetoes"] or self.tally["short"])

    @property
    def may_apply(self):
        return self._reaches(self.edition.apply_line)

    @property
    def passed(self):
        return self._reaches(self.edition.pass_line)

    @property
    def verdict(self):
        """What the total means, in words."""
        if self.total is None:
            return "未打分"
        if self.tally["vetoes"]:
            return "一票否决"
        if self.tally["short"]:
            return "单项不达标"
        return "达到申报线" if self.may_apply else "合格" if self.passed else "未达合格线"

    def _reaches(self, line):
        return self.total is not None and not self.is_barred and self.total >= line


def leader_of(held):
    """The key of the round's leader, if it has one."""
    return leaders_of([held]).get(held.pk)


def leaders_of(rounds):
    """The keys of the leaders of those rounds that have one, by round."""
    found = TeamMember.objects.filter(round__in=rounds, is_leader=True)
    return dict(found.values_list("round_id", "user_id"))


def standings(held):
    """Every unit of a round in the order of its ranking."""
    return standings_of([held])[held.pk]


def standings_of(rounds):
    """Round key → its standings; in as many statements as for one round."""
    rows = inspections_of(rounds)
    signed = signatures(Inspection.objects.filter(round__in=rounds))
    leaders = leaders_of(rounds)
    return {held.pk: _standings(held, rows[held.pk], signed, leaders) for held in rounds}


def _standings(held, rows, signed, leaders):
    found = tallies(held, rows, signed, leaders)
    made = [
        Standing(each, found[each.pk], *signed.get(each.pk, NONE)[:2], firmness=each.firmness)
        for each in rows
    ]
    return in_order(made, held)


def inspections_of(rounds):
    """Round key → its inspections, each with its edition; there are few of those."""
    found = {held.pk: [] for held in rounds}
    rows = list(Inspection.objects.filter(round__in=rounds).order_by("pk"))
    editions = IndexEdition.objects.in_bulk({each.edition_id for each in rows})
    by_key = {held.pk: held for held in rounds}
    for each in rows:
        each.edition, each.round = editions[each.edition_id], by_key[each.round_id]
        found[each.round_id].append(each)
    return found


def mark_of(signature, held, leader):
    """What figures were made from, as it is kept beside them: sheets in force, leader, limit."""
    _, signed, latest, versions, newest = signature
    told = signed, latest and latest.isoformat(), versions, newest, leader, held.outlier_limit
    return " ".join(map(str, told))


def tallies(held, rows, signed, leaders=None):
    """The figures of these inspections of a round; those kept, where nothing has changed since."""
    leader = (leaders_of([held]) if leaders is None else leaders).get(held.pk)
    marks = {each.pk: mark_of(signed.get(each.pk, NONE), held, leader) for each in rows}
    stale = [each for each in rows if each.tally.get("mark") != marks[each.pk]]
    scope = held.inspections.all() if len(stale) > 100 else None
    fresh = figures(stale, held.outlier_limit, leader, scope) if stale else {}
    return {
        each.pk: fresh[each.pk] | {"mark": marks[each.pk]} if each.pk in fresh else each.tally
        for each in rows
    }


def in_order(made, held):
    """Ranked ones first, from the top; barred ones and those without a score after them."""
    ranking = held.kind in RANKED
    counted = [each for each in made if each.total is not None and not each.is_barred]
    counted.sort(key=lambda each: (-each.share, each.pk))
    for place, each in enumerate(counted):
        tied = place and each.share == counted[place - 1].share
        rank = counted[place - 1].rank if tied else place + 1
        each.rank = rank if ranking else None
        each.above = _is_above(each, rank, held.places) if ranking else each.may_apply
    rest = [each for each in made if each.total is None or each.is_barred]
    rest.sort(key=lambda each: (each.total is None, -(each.total or 0), each.pk))
    return [*counted, *rest]


def _is_above(each, rank, places):
    return rank <= places if places else each.may_apply


@dataclass(frozen=True)
class Cut:
    """The line through a ranking: the last unit above it and the first below, if there are."""

    number: int  # of units above
    last: Standing | None
    first: Standing | None

    @property
    def gap(self):
        """How far the two are apart, where they are measured alike."""
        both = self.last and self.first and self.last.edition.total == self.first.edition.total
        return self.last.total - self.first.total if both else None


def lines_of(standing, *, places):
    """Where 申报线 and 合格线 run: the key of the first unit below each → its words.

    Without places the line to apply is the cut itself. A line runs only where all that reach it
    stand above all that do not, which editions with lines of their own may prevent.
    """
    counted = [each for each in standing if each.total is not None and not each.is_barred]
    found = {}
    for name, line, reached in LINES if places else LINES[1:]:
        below = [each for each in counted if not reached(each)]
        number = len(counted) - len(below)
        if below and number and all(reached(each) for each in counted[:number]):
            values = {getattr(each.edition, line) for each in counted}
            words = f"{name}　{rounded(values.pop())} 分" if len(values) == 1 else name
            found.setdefault(below[0].pk, []).append(words)
    return found


LINES = (
    ("申报线", "apply_line", lambda each: each.may_apply),
    ("合格线", "pass_line", lambda each: each.passed),
)


def cut_of(standing):
    """Where the line runs; None where the units above do not stand together at the top."""
    counted = [each for each in standing if each.rank]
    above = sum(each.above for each in counted)
    if not counted or any(not each.above for each in counted[:above]):
        return None
    return Cut(above, counted[above - 1] if above else None, next(iter(counted[above:]), None))


def firmness_of(held, standing):
    """For each ranked unit, in how many of a thousand resamples it is above the line."""
    counted = [each for each in standing if each.rank]
    alone = sheet_totals([each.inspection for each in counted])
    leader = leader_of(held)
    panels = [_panel(each, alone.get(each.pk, {}), leader) for each in counted]
    return rank_stability(panels, held.places or None, seed=held.pk)


def _panel(each, alone, leader):
    """In shares of full marks, as the ranking compares them; in an order that never changes.

    Where the leader decides but gave no score, the mean stood in for it.
    """
    full, method = float(each.edition.total), each.edition.method
    if method == "leader" and leader not in alone:
        method = "mean"
    return Panel(
        each.pk,
        tuple(float(total) / full for _, total in sorted(alone.items())),
        float(each.share),
        method,
        float(each.edition.apply_line) / full,
    )
