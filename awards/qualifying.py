"""Does a unit qualify for the next level today? Told in sentences, worked out when asked."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dateutil.relativedelta import relativedelta

from evaluations.models import Inspection, InspectionRound
from evaluations.tree import neat
from portal.models import Region
from portal.times import day_words
from units.eligibility import LAW, Past, RuleBook
from units.models import LEVEL_ORDER, Application, Batch, Level, TitleKind
from units.rules import last_day

DEMONSTRATION = TitleKind.Family.DEMONSTRATION
NAMED_AT = {Level.CITY: Region.Level.CITY}  # by which tier a level is named; others: the province
BELOW = {Level.NATIONAL: Level.REGION, Level.REGION: Level.CITY, Level.CITY: Level.COUNTY}
YES, LATER, NO = "符合条件", "尚待条件", "不能推荐"


@dataclass(frozen=True)
class Point:
    """One thing that was looked at. What `blocks` keeps a unit off the list altogether."""

    ok: bool
    text: str
    blocks: bool = False
    url: str = ""


@dataclass(frozen=True)
class Case:
    """What a rule is looked up for: as much of a batch as the rule book asks about."""

    level: str
    kind: TitleKind
    region: Region

    @property
    def kind_id(self):
        return self.kind.pk


@dataclass
class Standing:
    """One unit measured against the next level."""

    unit: object
    points: list
    title: object = None  # the title it starts from
    since: date | None = None
    inspection: Inspection | None = None

    @property
    def verdict(self):
        """In one word."""
        if any(each.blocks for each in self.points):
            return NO
        return YES if all(each.ok for each in self.points) else LATER

    @property
    def tone(self):
        return {YES: "t-ok", LATER: "t-due", NO: "t-bad"}[self.verdict]

    @property
    def obstacles(self):
        """Sentences that keep it off the list."""
        return [each.text for each in self.points if each.blocks]

    @property
    def lacking(self):
        """Sentences that say what is not in order."""
        return [each.text for each in self.points if not each.ok]

    @property
    def share(self):
        """Its last total as a share of what there was to get; None where nothing is known."""
        found = self.inspection
        return found.total / found.edition.total if found and found.edition.total else None

    @property
    def score_words(self):
        """93.50 / 120."""
        found = self.inspection
        return f"{found.total} / {neat(found.edition.total)}" if found else ""


class NextLevel:
    """One office looking at one level above its own on one day; a handful of queries in all."""

    def __init__(self, region, level, on):
        self.region, self.level, self.on = region, Level(level), on
        self.below = BELOW.get(self.level, Level.COUNTY)

    @cached_property
    def naming_region(self):
        """The region that names at this level; where it isn't on the books, the highest known."""
        tier = NAMED_AT.get(self.level, Region.Level.PROVINCE)
        above = Region.objects.filter(pk__in=self.region.ancestor_ids()).order_by("path")
        rows = list(above)
        return next((each for each in rows if each.level == tier), rows[0])

    @cached_property
    def paths(self):
        """The subtrees in the office's care."""
        return tuple(self.region.scope_paths())

    @cached_property
    def rules(self):
        return RuleBook()

    def rule_for(self, category, title=None):
        """The rule a unit of this category would be judged by; None where there is none."""
        kind = title.kind if title else TitleKind(family=DEMONSTRATION)
        return self.rules.in_case(Case(self.level, kind, self.naming_region), category, self.on)

    def required_levels(self):
        """Levels of which a unit may start: those the rules ask for, and the next below."""
        rules = [each for each in self.rules.rows if each.level == self.level]
        return {each.requires_level for each in rules if each.requires_level} | {self.below}

    def exempt_categories(self):
        """Keys of categories that some rule of the level lets apply without a lower title."""
        rules = [each for each in self.rules.rows if each.level == self.level]
        return {kind.pk for each in rules for kind in each.exempt_categories.all()}

    def standings(self, units):
        """{unit key: Standing}; the same number of queries for one unit and for hundreds."""
        pasts = Past.of_all(units)
        seen, sent = last_inspections(pasts), self._applying(pasts)
        return {
            unit.pk: self._standing(unit, pasts[unit.pk], seen.get(unit.pk), sent.get(unit.pk))
            for unit in units
        }

    def _applying(self, units):
        """{unit key: its application in an open batch of the level}; one query."""
        rows = Application.objects.live().filter(
            unit__in=list(units),
            submitted_at__isnull=False,
            batch__level=self.level,
            batch__state=Batch.State.OPEN,
        )
        rows = rows.select_related("batch").defer("deeds").order_by("submitted_at", "pk")
        return {each.unit_id: each for each in rows}

    def standing(self, unit):
        """That of one unit."""
        return self.standings([unit])[unit.pk]

    def _standing(self, unit, past, inspection, applying):
        gone = self._gone(unit)
        if gone:
            return Standing(unit, [Point(False, gone, blocks=True)])
        title = self._start(past)
        rule = self.rule_for(unit.category, title)
        points = [
            *self._not_yet(past),
            *self._prerequisite(past, rule, unit.category),
            *_rectifying(past),
            *self._banned(past),
            *_scored(inspection),
            *_on_its_way(applying),
        ]
        since = past.held_since(self._needed(rule), DEMONSTRATION, self.on)
        return Standing(unit, points, title, since, inspection)

    def _gone(self, unit):
        """Why the unit is no longer this office's to recommend; nothing else is told of it then."""
        if unit.closed_on:
            return f"“{unit.name}”已于 {day_words(unit.closed_on)}注销或并入他单位。"
        inside = unit.region.path.startswith(self.paths)
        return "" if inside else f"“{unit.name}”已不在{self.region.name}辖区内。"

    def _start(self, past):
        """The title in force of the highest level below the one aimed at."""
        below = [each for each in Level if LEVEL_ORDER[each] > LEVEL_ORDER[self.level]]
        held = (past.held(each, DEMONSTRATION, self.on) for each in below)
        return next((rows[0] for rows in held if rows), None)

    def _not_yet(self, past):
        for level in Level:
            if LEVEL_ORDER[level] > LEVEL_ORDER[self.level]:
                return
            for each in past.held(level, DEMONSTRATION, self.on):
                until = f"，有效期至 {day_words(last_day(each.ends_on))}" if each.ends_on else ""
                text = f"已有{level.label}称号{until}，不需再推荐。"
                yield Point(False, text, True, each.get_absolute_url())

    def _prerequisite(self, past, rule, category):
        if rule and category in rule.exempt_categories.all():
            return [Point(True, f"“{category}”类不要求先获得下级称号。")]
        found = [self._held(past, rule)]
        if rule is None:
            text = f"没有登记适用于“{category}”类的{self.level.label}评选条件，无法核对年限。"
            found.append(Point(False, f"{text}请在评选条件中补登。"))
        return found

    def _needed(self, rule):
        """Of which level the title has to be: as the rule says, else the next one below."""
        return Level(rule.requires_level) if rule and rule.requires_level else self.below

    def _held(self, past, rule):
        needed, years = self._needed(rule), rule.years_held if rule else 0
        asked = asked_words(rule, needed)
        if not past.held(needed, DEMONSTRATION, self.on):
            return Point(False, f"没有在有效期内的{needed.label}称号（{asked}）。", blocks=True)
        since = past.held_since(needed, DEMONSTRATION, self.on)
        if not years:
            return Point(True, f"持有{needed.label}称号（{asked}）。")
        if since is None:
            return Point(False, f"{needed.label}称号的取得日期没有登记，无法核对年限（{asked}）。")
        full = since + relativedelta(years=years)
        told = f"自 {day_words(since)}起持有{needed.label}称号"
        if full > self.on:
            return Point(False, f"{told}，{day_words(full)}满 {years} 年（{asked}）。")
        return Point(True, f"{told}，已满 {years} 年（{asked}）。")

    def _banned(self, past):
        cases = [each.exit_case for each in past.titles if hasattr(each, "exit_case")]
        ends = [each.reapply_from for each in cases if each.reapply_from]
        until = max(ends, default=self.on)
        if until > self.on:
            text = f"处于禁止申报期间，{day_words(until)}起方可推荐。"
            return [Point(False, text, blocks=True)]
        return [Point(True, "没有处于禁止申报的期间。")]


def asked_words(rule, needed):
    """What is asked for: by the rule, or, where it says nothing, by the list itself."""
    if not rule or not rule.requires_level:
        return f"培育库从{needed.label}示范单位中选取"
    years = f"并保持满 {rule.years_held} 年" if rule.years_held else ""
    return f"须先获得{needed.label}称号{years}"


def _rectifying(past):
    if not past.rectifications:
        return [Point(True, "没有未销号的整改。")]
    due = min(each.due_on for each in past.rectifications)
    count = len(past.rectifications)
    text = f"有 {count} 项整改尚未销号（期限 {day_words(due)}）。{LAW}。"
    return [Point(False, text, True, past.rectifications[0].designation.get_absolute_url())]


def _scored(found):
    if found is None:
        return [Point(True, "没有已结束的测评，暂无得分。")]
    of = f"最近一次测评（{found.round}）{found.total} 分"
    if found.vetoed:
        return [Point(False, f"{of}，触发一票否决。")]
    line = neat(found.edition.pass_line)
    if found.total < line:
        return [Point(False, f"{of}，低于合格线 {line}。")]
    return [Point(True, f"{of}，合格线 {line}。")]


def _on_its_way(applying):
    if applying:
        text = f"已在{applying.batch}申报（{applying.get_state_display()}）。"
        yield Point(True, text, url=applying.get_absolute_url())


def last_inspections(units):
    """{unit key: its last settled inspection} of finished rounds; one query."""
    rows = Inspection.objects.filter(
        unit__in=list(units),
        settled_at__isnull=False,
        total__isnull=False,
        round__state=InspectionRound.State.FINISHED,
    )
    rows = rows.select_related("round", "edition").order_by("settled_at", "pk")
    return {each.unit_id: each for each in rows.defer("tally")}
