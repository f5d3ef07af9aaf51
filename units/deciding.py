"""A decision with its list, what it will make and what stands in its way. Reads only."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from portal.models import Region
from units.blocking import blocked
from units.models import (
    Application,
    Batch,
    DecisionLine,
    Designation,
    HonourRule,
    NamingDecision,
    NoticeEntry,
    Objection,
    PublicNotice,
    Unit,
)
from units.operations.titles import term_rules
from units.places import county_of, ids_of
from units.ranking import named
from units.rules import is_demonstration, term, title_by_rule

A, N = Application.State, PublicNotice.State
AGAIN = (HonourRule.ExpiryPolicy.REAPPLY, HonourRule.ExpiryPolicy.BOTH)
RELATED = ("unit__region", "unit__successor", "application__rule", "category", "designation")


@dataclass(frozen=True)
class Naming:
    """One title that is to be made; `follows` is the title it takes over from."""

    line: object
    rule: HonourRule | None
    title: str
    starts_on: date
    ends_on: date | None
    follows: Designation | None = None


def counties_of(units):
    """{unit key: (code, name)} of the 旗市区 each lies in; offices of the city come first."""
    paths = {each.pk: each.region.path for each in units}
    keys = {key for path in paths.values() for key in ids_of(path)}
    rows = Region.objects.filter(pk__in=keys).values_list("pk", "level", "code", "name")
    known = {pk: (level, code, name) for pk, level, code, name in rows}
    return {pk: _county(ids_of(path), known) for pk, path in paths.items()}


def _county(keys, known):
    chain = [known[key] for key in keys if key in known]
    found = next((each for each in chain if each[0] == Region.Level.COUNTY), None)
    if found:
        return found[1], found[2]
    return "", county_of({level: name for level, _, name in chain})


def proposed(batch, *, for_update=False):
    """Applications that the decision is to name, in the order of its list."""
    rows = Application.objects.filter(batch=batch, state=A.PROPOSED).defer("deeds")
    rows = rows.select_related("unit__region", "unit__category", "category", "rule")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    return in_order(list(rows))


def in_order(applications):
    """By category, then by 旗市区, the higher total first."""
    counties = counties_of([each.unit for each in applications])

    def place(each):
        category = each.category
        county = counties[each.unit_id][0]
        return category.position, category.pk, county, -(each.total or 0), each.pk

    return sorted(applications, key=place)


class Dossier:
    """One decision with everything that is asked of it, each part read once."""

    def __init__(self, decision):
        self.decision = decision

    @property
    def batch(self):
        return self.decision.batch

    @cached_property
    def lines(self):
        rows = self.decision.lines.select_related(*RELATED).order_by("position")
        found = list(rows.defer("application__deeds"))
        for each in found:
            each.decision = self.decision
            if each.application:
                each.application.batch = self.batch
                each.application.unit = each.unit
        return found

    @cached_property
    def issuers(self):
        return list(self.decision.issuers.select_related("body"))

    @cached_property
    def existing(self):
        """Titles of the same level and kind that would still hold, by unit."""
        units = [each.unit_id for each in self.lines]
        day = self.decision.decided_on
        rows = Designation.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=day),
            unit__in=units,
            level=self.batch.level,
            kind=self.batch.kind_id,
            state__in=Designation.HOLDING,
        )
        return {each.unit_id: each for each in rows.order_by("starts_on", "pk")}

    @cached_property
    def terms(self):
        return term_rules()

    def naming_of(self, line):
        """The title that a line makes."""
        batch, day = self.batch, self.decision.decided_on
        rule = line.application.rule if line.application else batch.rule
        words = {"level": batch.level, "kind": batch.kind, "batch": batch}
        title = line.title or title_by_rule(rule, category=line.category, **words)
        held = self.existing.get(line.unit_id)
        follows = held if held and may_follow(held, rule, day) else None
        return Naming(line, rule, title, day, term(day, self._years(rule)), follows)

    def _years(self, rule):
        if rule and rule.term_years:
            return rule.term_years
        return self.terms.fallback if is_demonstration(self.batch.kind) else None

    @cached_property
    def namings(self):
        """Every title that the decision makes."""
        effects = self.decision.lines.model.Effect
        return [self.naming_of(each) for each in self.lines if each.effect == effects.NAME]

    def obstacles(self, on):
        """Sentences saying why it cannot take effect; empty if it can."""
        found = [*self._papers(on), *self._gone(), *self._blocked(on)]
        if self.decision.kind == NamingDecision.Kind.NAMING:
            found += [*self._batch(), *self._list(), *self._notice()]
        else:
            found += self._corrections()
        return [*found, *self._held_twice()]

    def _papers(self, on):
        decision, found = self.decision, []
        if decision.decided_on > on:
            found.append("决定日期在今天之后。")
        if not self.issuers:
            found.append("没有签发部门，请先在批次中登记命名部门。")
        if not self.lines:
            found.append("名单是空的。")
        return found

    def _batch(self):
        batch = self.batch
        if batch.state != Batch.State.OPEN:
            return [f"批次{batch.get_state_display()}，不能再命名。"]
        needs = batch.rule and batch.rule.needs_approval_no and not batch.approval_no
        return ["批次没有登记批准文号，按评选条件不能命名。"] if needs else []

    def _gone(self):
        """Units that are no more, or are called otherwise than the list says."""
        naming = [each for each in self.lines if each.effect == each.Effect.NAME]
        closed = [each for each in naming if each.unit.closed_on]
        found = [self._gone_words(each.unit) for each in closed]
        if self.decision.kind == NamingDecision.Kind.NAMING:
            renamed = [e for e in naming if not e.unit.closed_on and e.unit.name != e.unit_name]
            found += [f"“{e.unit_name}”已更名为“{e.unit.name}”，请重新生成名单。" for e in renamed]
        return found

    def _blocked(self, on):
        """Units under 整改 or a ban are named by nobody, however far they had come."""
        named = {e.unit_id: e.unit_name for e in self.lines if e.effect == e.Effect.NAME}
        found = blocked(list(named), on)
        return [
            f"“{named[key]}”{why}，不能命名；请等情形消除，或在申报页取消资格。"
            for key, why in found.items()
        ]

    def _gone_words(self, unit):
        if unit.successor_id:
            return f"“{unit.name}”已并入“{unit.successor.name}”，请在它的申报页取消资格。"
        return f"“{unit.name}”已于 {unit.closed_on} 注销，请在它的申报页取消资格。"

    def _list(self):
        """Applications that have left the list, or are not on it yet."""
        off = [e.unit_name for e in self.lines if e.application.state != A.PROPOSED]
        listed = {each.application_id for each in self.lines}
        rows = Application.objects.filter(batch=self.batch, state=A.PROPOSED)
        missing = rows.exclude(pk__in=listed).values_list("unit__name", flat=True)
        found = []
        if off:
            found.append(f"{named(off)}已不是拟命名单位，请重新生成名单。")
        if missing:
            found.append(f"{named(list(missing))}是拟命名单位，不在名单里，请重新生成名单。")
        return found

    def _notice(self):
        notices = list(self.batch.notices.exclude(state=N.CANCELLED))
        running = [each for each in notices if each.state != N.CLOSED]
        if running:
            return [f"公示“{running[0].title}”还没有结束。"]
        if not notices:
            return ["还没有经过公示。"]
        return [*self._objections(), *self._unseen(), *self._early(notices)]

    def _objections(self):
        open_ones = Objection.objects.filter(
            notice__batch=self.batch, state__in=Objection.OPEN
        ).count()
        return [f"还有 {open_ones} 件异议没有办结。"] if open_ones else []

    def _unseen(self):
        """Nobody is named whom the public has not read about."""
        entries = NoticeEntry.objects.filter(notice__batch=self.batch, taken_off_at=None)
        closed = entries.filter(notice__state=N.CLOSED)
        shown = set(closed.values_list("application_id", flat=True))
        names = [e.unit_name for e in self.lines if e.application_id not in shown]
        return [f"{named(names)}没有列入公示名单。"] if names else []

    def _early(self, notices):
        end = max(each.ends_on for each in notices)
        if self.decision.decided_on < end:
            return [f"决定日期早于公示结束的日期 {end}。"]
        return []

    def _corrections(self):
        """Titles that have moved on since the correction was written."""
        before = self.decision.corrects
        found = []
        if before and self.decision.decided_on < before.decided_on:
            found.append("更正决定的日期早于原决定。")
        ended = [
            each.unit_name
            for each in self.lines
            if each.designation and each.designation.state not in Designation.HOLDING
        ]
        if ended:
            found.append(f"{named(ended)}的称号已经终止，请删去这一项。")
        return found

    def _held_twice(self):
        """One title of a kind at a level; it may follow one that runs out."""
        twice = [each for each in self.namings if each.line.unit_id in self.existing]
        names = [each.line.unit_name for each in twice if each.follows is None]
        if not names:
            return []
        kind = f"{self.batch.get_level_display()}{self.batch.kind}"
        return [f"{named(names)}已有在有效期内的{kind}称号，不能重复命名。"]

    def standing_for(self, unit):
        """The title that this decision's batch gave a unit, if it still stands."""
        rows = Designation.objects.filter(batch=self.batch, unit=unit)
        return rows.filter(state__in=Designation.HOLDING).first()


def may_follow(held, rule, day):
    """Does the rule let a unit be named anew while its old title runs out?"""
    if rule is None or rule.expiry_policy not in AGAIN or held.ends_on is None:
        return False
    return held.ends_on <= day + relativedelta(months=rule.reverify_months)


def locked_units(keys):
    """Units kept from others until the act is done: two batches can't name one at once."""
    return list(Unit.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def printed_names(designations):
    """{title: its unit's name as the latest decision in force prints it}."""
    effects = (DecisionLine.Effect.NAME, DecisionLine.Effect.CORRECT, DecisionLine.Effect.RENEW)
    rows = DecisionLine.objects.filter(
        designation__in=designations,
        effect__in=effects,
        decision__state=NamingDecision.State.APPLIED,
    )
    rows = rows.order_by("decision__applied_at", "pk")
    return dict(rows.values_list("designation_id", "unit_name"))
