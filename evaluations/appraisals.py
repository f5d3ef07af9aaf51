"""考核: 旗市区 scored as subjects each year, and what that counts for. Registers its table."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from evaluations.forms.appraisals import AppraisalWeightForm
from evaluations.models import AppraisalWeight, Inspection, InspectionRound
from evaluations.result_lists import TONES
from evaluations.rules.items import rounded
from evaluations.standings import standings_of
from portal.lists import Column
from portal.reference_tables import row_url
from portal.references import confirmed_column, table

WEIGHTS = "appraisal-weights"
HUNDRED = Decimal(100)

table(
    slug=WEIGHTS,
    model=AppraisalWeight,
    title="考核权重",
    intro="示范创建测评在对下一级地区的年度考核中占多少，各级各年一行，由民委按当年考核办法核定。",
    columns=(
        Column("year", "年度", lambda row: row.year, css="first num-left", sort="year"),
        Column("level", "考核层级", lambda row: row.get_level_display(), url=row_url(WEIGHTS)),
        Column("percent", "权重", lambda row: f"{row.percent.normalize():f}%", css="num"),
        Column("source", "依据", lambda row: row.source),
        confirmed_column(),
    ),
    form=AppraisalWeightForm,
    search=("source", "year"),
    shrinks=True,
    position=58,
)


@dataclass
class Appraised:
    """One region's line."""

    standing: object
    unit: object
    weight: AppraisalWeight | None

    @property
    def pk(self):
        return self.standing.pk

    @property
    def name(self):
        return self.unit.represents.name if self.unit.represents else self.unit.name

    @property
    def tone(self):
        return TONES[self.standing.verdict]

    @property
    def rate(self):
        """Per cent of full marks."""
        return None if self.standing.total is None else rounded(self.standing.share * HUNDRED)

    @property
    def points(self):
        """What counts in the appraisal: of the unrounded total, rounded once."""
        if self.weight is None or self.standing.total is None:
            return None
        if self.standing.tally["vetoes"]:
            return Decimal("0.00")
        share = self.standing.exact / self.standing.edition.total
        return rounded(share * self.weight.percent)


@dataclass
class Appraisal:
    """One round of appraisal with its weight, as one person sees it."""

    held: InspectionRound
    weight: AppraisalWeight | None  # that of the year, for the level that appraises
    units: dict  # inspection key → the unit that stands for its region, of those in sight
    is_open: bool  # in a blind round those on the team wait until the last has signed
    standing: list

    @cached_property
    def rows(self):
        """The regions in sight, from the top; in no order of merit while scores are closed."""
        standing = self.standing
        if not self.is_open:
            standing = sorted(standing, key=lambda each: each.pk)
        return [
            Appraised(each, self.units[each.pk], self.weight)
            for each in standing
            if each.pk in self.units
        ]

    @property
    def columns(self):
        """Those of the workbook that this person may read."""
        return [each for each in SHEET if self.is_open or each.key not in CLOSED]


def appraisals_over(user):
    """Rounds of appraisal in sight with their teams, the latest first."""
    rounds = InspectionRound.objects.visible_to(user).filter(kind=InspectionRound.Kind.APPRAISAL)
    rounds = rounds.select_related("region").prefetch_related("members")
    return rounds.order_by("-year", "-starts_on", "-pk")


def appraised(rounds, user):
    """What became of these rounds, as this person sees it; in as many statements as of one."""
    weights, standing = _weights(rounds), standings_of(rounds)
    units, opened = _units_seen(rounds, user), _opened(rounds, user)
    return [
        Appraisal(
            held,
            weights.get((held.year, held.region.level)),
            units[held.pk],
            units[held.pk].keys() <= opened,
            standing[held.pk],
        )
        for held in rounds
    ]


def _weights(rounds):
    rows = AppraisalWeight.objects.filter(year__in={each.year for each in rounds})
    return {(each.year, each.level): each for each in rows}


def _units_seen(rounds, user):
    rows = Inspection.objects.visible_to(user).filter(round__in=rounds)
    found = {each.pk: {} for each in rounds}
    for each in rows.select_related("unit__represents", "unit__region"):
        found[each.round_id][each.pk] = each.unit
    return found


def _opened(rounds, user):
    rows = Inspection.objects.with_scores_open_to(user).filter(round__in=rounds)
    return set(rows.values_list("pk", flat=True))


def _vetoes(row):
    return "、".join(row.standing.tally["vetoes"])


def _weight(row):
    return row.weight.percent if row.weight else None


CLOSED = frozenset({"rank", "total", "rate", "points", "vetoes", "verdict"})  # while blind
SHEET = (
    Column("rank", "名次", lambda row: row.standing.rank, "number"),
    Column("region", "旗市区", lambda row: row.name, width=26),
    Column("unit", "受评单位", lambda row: row.unit.name, width=30),
    Column("total", "测评总分", lambda row: row.standing.total, "number"),
    Column("full", "满分", lambda row: row.standing.edition.total, "number"),
    Column("rate", "得分率（%）", lambda row: row.rate, "number"),
    Column("weight", "权重（%）", _weight, "number"),
    Column("points", "折算分", lambda row: row.points, "number"),
    Column("vetoes", "一票否决", _vetoes),
    Column("verdict", "结论", lambda row: row.standing.verdict),
)
