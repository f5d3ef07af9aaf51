"""Rounds of inspection: teams, whom each person scores, and how far it has come."""

from dataclasses import dataclass
from datetime import timedelta

from evaluations.models import (
    Assignment,
    IndexEdition,
    Inspection,
    InspectionRound,
    ScoreSheet,
    SelfCheck,
    TeamMember,
)
from evaluations.operations.demo import people
from evaluations.operations.demo.checking import moment
from evaluations.operations.demo.scoring import Scoring
from evaluations.operations.results import publish_results
from evaluations.operations.settling import settle_round
from portal.audit import record
from portal.counting import count_anew
from units.models import Unit

Kind, Stage, State = InspectionRound.Kind, InspectionRound.State, Assignment.State


@dataclass(frozen=True)
class Subject:
    """A unit to be inspected without a self-check; elsewhere a self-check stands for its unit."""

    unit: Unit
    edition: IndexEdition


class Inspecting:
    """Makes rounds with their teams, assignments and scores, in bulk."""

    def __init__(self, dice, checks, *, actor, on, at):
        self.dice, self.actor, self.on, self.at = dice, actor, on, at
        self.items, self.team = checks.items, people.assessors()
        self.scoring = Scoring(dice, checks.items)

    def preliminary(self, checks, starts_on):
        """初验: each 旗's own people look at the units it puts forward."""
        for person in self.team:
            home = people.home_of(person)
            own = [each for each in checks if home and not people.may_score(person, each.unit)]
            if own:
                title = f"{home.name}{starts_on.year}年度初验"
                held = self._round(Kind.PRELIMINARY, title, starts_on, 12, region=home, each=1)
                self._members(held, [person])
                self._score(held, own, lambda unit, who=person: [who])

    def acceptance(self, checks, starts_on):
        """验收: the city's team, three to five people a unit, all signed and settled."""
        title = f"{starts_on.year}年度市级验收"
        held = self._round(Kind.ACCEPTANCE, title, starts_on, 20, region=self.actor.region, each=4)
        held.places = len(checks) // 2
        held.save(update_fields=["places"])
        self._members(held, self.team)
        load = dict.fromkeys(self.team, 0)
        self._score(held, checks, lambda unit: self._panel(unit, load), trouble=True)
        publish_results(held, actor=self.actor, at=moment(held.ends_on + timedelta(days=3), 10))
        return held

    def first_look(self, subjects, starts_on, batch):
        """初验 of a batch: every 旗 that has an assessor looks at its own."""
        for person in self.team:
            home = people.home_of(person)
            own = [each for each in subjects if home and not people.may_score(person, each.unit)]
            if own:
                title = f"{home.name}{batch.name}{batch.kind}初验"
                held = self._round(
                    Kind.PRELIMINARY, title, starts_on, 10, region=home, each=1, batch=batch
                )
                self._members(held, [person])
                self._score(held, own, lambda unit, who=person: [who])

    def acceptance_for(self, batch, subjects, starts_on):
        """验收 of a batch by the city's team: three people a unit, settled onto applications."""
        title = f"{batch.name}{batch.kind}市级验收"
        home = self.actor.region
        held = self._round(Kind.ACCEPTANCE, title, starts_on, 24, region=home, each=3, batch=batch)
        self._members(held, self.team)
        load = dict.fromkeys(self.team, 0)
        self._score(held, subjects, lambda unit: self._panel(unit, load, 3), trouble=True)
        return held

    def appraisal(self, checks, starts_on):
        """考核: the 旗市区 themselves, by three of the city's team each."""
        title = f"{starts_on.year}年度旗市区考核"
        held = self._round(Kind.APPRAISAL, title, starts_on, 10, region=self.actor.region, each=3)
        self._members(held, self.team)
        load = dict.fromkeys(self.team, 0)
        self._score(held, checks, lambda unit: self._panel(unit, load, 3))

    def in_progress(self, checks):
        """This year's 验收 in its second week: some signed, some begun, some waiting."""
        starts_on = self.on - timedelta(days=8)
        held = self._round(
            Kind.ACCEPTANCE,
            f"{self.on.year}年度市级验收",
            starts_on,
            24,
            region=self.actor.region,
            each=3,
            state=Stage.SCORING,
        )
        self._members(held, self.team)
        load = dict.fromkeys(self.team, 0)
        self._score(held, checks, lambda unit: self._panel(unit, load, 3), open=True)
        return held

    def _round(
        self, kind, title, starts_on, days, *, region, each, state=Stage.FINISHED, batch=None
    ):
        ends_on = starts_on + timedelta(days=days)
        made = InspectionRound.objects.create(
            kind=kind,
            title=title,
            year=starts_on.year,
            region=region,
            batch=batch,
            starts_on=starts_on,
            ends_on=ends_on,
            assessors_each=each,
            state=state,
            moves=1 if state == Stage.SCORING else 2,
            state_changed_at=moment(starts_on if state == Stage.SCORING else ends_on, 17),
        )
        self._note(made, "open", moment(starts_on, 9))
        if state == Stage.FINISHED:
            self._note(made, "finish", moment(ends_on, 17))
        return made

    def _note(self, held, verb, at):
        record(actor=self.actor, action=f"inspectionround.{verb}", target=held, at=at)

    def _members(self, held, team):
        members = [
            TeamMember(round=held, user=each, is_leader=not number, home=people.home_of(each))
            for number, each in enumerate(team)
        ]
        TeamMember.objects.bulk_create(members)

    def _panel(self, unit, load, size=None):
        """The least busy people who may score the unit."""
        free = [each for each in self.team if people.may_score(each, unit)]
        free.sort(key=lambda each: (load[each], self.dice.random()))
        chosen = free[: size or self.dice.choices([3, 4, 5], [2, 6, 2])[0]]
        for each in chosen:
            load[each] += 1
        return chosen

    def _score(self, held, checks, panel_of, *, trouble=False, open=False):
        days = (held.ends_on - held.starts_on).days
        inspections = [
            Inspection(
                round=held,
                unit=check.unit,
                edition=check.edition,
                self_check=check if isinstance(check, SelfCheck) else None,
                visit_on=held.starts_on + timedelta(days=1 + number * (days - 2) // len(checks)),
            )
            for number, check in enumerate(checks)
        ]
        Inspection.objects.bulk_create(inspections)
        given = [
            Assignment(inspection=each, assessor=who)
            for each in inspections
            for who in panel_of(each.unit)
        ]
        for each in given:
            self._stage(each, held, open=open)
        Assignment.objects.bulk_create(given, batch_size=300)
        sheets = [self._sheet(each) for each in given if each.state != State.WAITING]
        ScoreSheet.objects.bulk_create(sheets, batch_size=300)
        count_anew(Inspection, Assignment, ScoreSheet)
        self.scoring.fill(inspections, sheets, trouble=trouble)
        self._sign(sheets)
        if not open:
            settle_round(held, actor=self.actor, at=moment(held.ends_on, 17))

    def _stage(self, given, held, *, open):
        """How far one person has come with one unit."""
        visited = moment(given.inspection.visit_on, 15, self.dice.randint(0, 59))
        ready = not open or given.inspection.visit_on < self.on
        given.state = self._state(ready, open)
        if given.state != State.WAITING:
            given.first_opened_at = min(visited, self.at - timedelta(hours=2))
            given.state_changed_at = given.first_opened_at + timedelta(minutes=50)
            given.moves = 2 if given.state == State.SIGNED else 1

    def _state(self, ready, open):
        if not ready:
            return State.WAITING
        if not open:
            return State.SIGNED
        return self.dice.choices([State.SIGNED, State.SCORING, State.WAITING], [45, 40, 15])[0]

    @staticmethod
    def _sheet(given):
        return ScoreSheet(assignment=given, created_at=given.first_opened_at)

    def _sign(self, sheets):
        """Signatures with digest and audit line; what is signed takes no more scores."""
        signed = [each for each in sheets if each.assignment.state == State.SIGNED]
        for sheet in signed:
            sheet.signed_at = sheet.assignment.state_changed_at
            sheet.digest = self.scoring.digest_of(sheet)
            record(
                actor=sheet.assignment.assessor,
                action="assignment.sign",
                target=sheet.assignment,
                at=sheet.signed_at,
                before={"state": State.SCORING},
                after={"state": State.SIGNED, "digest": sheet.digest},
            )
        ScoreSheet.objects.bulk_update(signed, ["signed_at", "digest"], batch_size=200)
