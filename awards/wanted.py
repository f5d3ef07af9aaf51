"""Which titles need a certificate, and what it would say today. Asks the floors below; no writes.

A title needs one when an act of the portal named it or lengthened its term and no valid paper
says what holds now. One that a 复验 lengthened waits until a document says so: `awaits`.
Nothing is pushed up: what a decision, a correction or a 复验 did is read here.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from awards.access import OWN_LEVEL
from awards.models import Certificate
from portal.scoping import below
from units.models import (
    DecisionIssuer,
    DecisionLine,
    Designation,
    DesignationEvent,
    NamingDecision,
    RuleIssuer,
)
from units.ruling import Rulings

E, R = DecisionLine.Effect, Certificate.Reason
APPLIED = NamingDecision.State.APPLIED
RELATED = ("unit__region", "unit__category", "kind", "batch__region", "batch__rule", "rule")


@dataclass(frozen=True)
class Wanted:
    """A title with what its certificate would say; `current` is the paper this one replaces."""

    title: Designation
    reason: str  # why this paper is made
    wording: str  # how it speaks: of a naming, of a new naming, of a longer term
    unit_name: str
    document_no: str
    dated_on: date
    issuers: tuple = ()  # of (body, name)
    region: object = None
    current: Certificate | None = None
    awaits: str = ""  # what has to come before it can be issued

    @property
    def words(self):
        """The reason as people read it."""
        return R(self.reason).label


def certifiable():
    """Titles that stand and that a decision or a 复验 made in the portal named or lengthened."""
    lines = DecisionLine.objects.filter(decision__state=APPLIED, designation__isnull=False)
    named = lines.filter(effect=E.NAME).values("designation")
    anew = lines.filter(effect=E.RENEW, designation__superseded_by__isnull=False)
    longer = DesignationEvent.objects.filter(verb="renew").values("designation")
    made = Q(pk__in=named) | Q(pk__in=longer)
    made |= Q(pk__in=anew.values("designation__superseded_by"))
    return Designation.objects.filter(made, state__in=Designation.HOLDING)


def of_office(region):
    """Those for which this region's office prints: of its batches, and loose ones of its level."""
    loose = below("unit__region__path", region.scope_paths())
    loose &= Q(batch=None) | Q(batch__region=None)
    level = OWN_LEVEL.get(region.level)
    return certifiable().filter(Q(batch__region=region) | (loose & Q(level=level or "")))


def wanted(titles):
    """What is to be printed for these titles (a queryset of `certifiable()`), in list order."""
    return [each for each in lacking(titles) if not each.awaits]


def lacking(titles):
    """The same with those that can't be printed yet, for want of the decision they rest on."""
    rows = list(titles.select_related(*RELATED).order_by("batch_id", "pk"))
    facts = Facts(rows)
    found = (facts.wanted(each) for each in rows)
    kept = [each for each in found if each]
    return sorted(kept, key=lambda each: (each.title.batch_id or 0, *facts.place(each.title)))


def waiting(titles):
    """The keys of those that need one: the same answer, for counting and listing."""
    return [each.title.pk for each in wanted(titles)]


class Facts:
    """What decisions and 复验 say of many titles, each table read once."""

    def __init__(self, titles):
        self.titles = titles
        keys = [each.pk for each in titles]
        self.lines, self.names, self.lengthened = self._of_lines(keys)
        self.longer = self._of_events(keys)
        self.papers = {
            each.designation_id: each
            for each in Certificate.objects.standing().filter(designation__in=keys)
        }
        self.issuers = self._of_issuers()
        self.by_rule, self.rulings = {}, Rulings(timezone.localdate())

    def _of_lines(self, keys):
        """{title: the line that made it}, {title: its name as last printed}, {title: the line
        of the decision that is the paper of its longer term}."""
        rows = DecisionLine.objects.filter(decision__state=APPLIED)
        rows = rows.filter(
            Q(designation__in=keys, effect__in=(E.NAME, E.CORRECT, E.RENEW))
            | Q(designation__superseded_by__in=keys, effect=E.RENEW)
        )
        rows = rows.annotate(follower=F("designation__superseded_by"))
        made, names, longer = {}, {}, {}
        for line in rows.select_related("decision__region").order_by("decision__applied_at", "pk"):
            key = line.follower if line.effect == E.RENEW and line.follower else line.designation_id
            names[key] = line.unit_name
            if line.effect == E.RENEW and not line.follower:
                longer[key] = line
            elif line.effect != E.CORRECT:
                made[key] = line
        return made, names, longer

    def _of_events(self, keys):
        """{title: the last act that lengthened its term}."""
        rows = DesignationEvent.objects.filter(designation__in=keys, verb="renew")
        return {each.designation_id: each for each in rows.order_by("happened_on", "pk")}

    def _of_issuers(self):
        lines = [*self.lines.values(), *self.lengthened.values()]
        decisions = {line.decision_id for line in lines}
        rows = DecisionIssuer.objects.filter(decision__in=decisions)
        found = {}
        for each in rows.select_related("body").order_by("position", "pk"):
            found.setdefault(each.decision_id, []).append((each.body, each.name))
        return found

    def place(self, title):
        """Where it stands in its decision's list."""
        line = self.lines.get(title.pk)
        return (line.decision_id, line.position) if line else (0, title.pk)

    def wanted(self, title):
        """What its certificate would say, if it needs one."""
        longer = self.longer.get(title.pk)
        renewal = self._renewal(title, longer)
        line = renewal or self.lines.get(title.pk)
        name = self.names.get(title.pk) or title.unit.name
        paper = self.papers.get(title.pk)
        if paper and (paper.listed_name, paper.ends_on) == (name, title.ends_on):
            return None
        wording = R.RENEWED if longer else self._wording(line)
        return Wanted(
            title=title,
            reason=self._reason(paper, title, wording),
            wording=wording,
            unit_name=name,
            document_no=(longer and longer.document_no) or title.document_no,
            dated_on=line.decision.decided_on if renewal or not longer else longer.happened_on,
            issuers=tuple(self._signers(title, line)),
            region=self._region(title, line),
            current=paper,
            awaits="等待续期决定" if longer and not longer.document_no else "",
        )

    def _renewal(self, title, longer):
        """The line of the very decision under whose number the term was lengthened last."""
        line = self.lengthened.get(title.pk) if longer else None
        return line if line and line.decision.document_no == longer.document_no else None

    def _wording(self, line):
        return R.ANEW if line.effect == E.RENEW else R.NAMED

    def _reason(self, paper, title, wording):
        if paper is None:
            return wording
        return R.RENEWED if paper.ends_on != title.ends_on else R.CORRECTED

    def _region(self, title, line):
        if title.batch_id and title.batch.region_id:
            return title.batch.region
        return line.decision.region if line else None

    def _signers(self, title, line):
        """The departments of the decision; of a title from an old list those of its rule."""
        if line and self.issuers.get(line.decision_id):
            return self.issuers[line.decision_id]
        rule = title.rule_id or (title.batch_id and title.batch.rule_id)
        return self._of_rule(rule or self.rulings.of(title).pk)

    def _of_rule(self, rule):
        if rule not in self.by_rule:
            rows = RuleIssuer.objects.filter(rule=rule).select_related("body")
            self.by_rule[rule] = [(each.body, each.body.name) for each in rows]
        return self.by_rule[rule]
