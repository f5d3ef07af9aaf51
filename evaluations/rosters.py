"""The people and units of a round as the rule of assignment sees them, read in a few queries."""

from functools import cached_property

from evaluations.models import Assignment, Conflict
from evaluations.rules import assignment as rule
from units.models import Unit

State = Assignment.State


class Roster:
    """A round's units, its team, and who has been given what."""

    def __init__(self, round):
        self.round = round
        self.inspections = list(
            round.inspections.select_related("unit__region", "unit__category").order_by(
                "unit__region__code", "unit__name", "pk"
            )
        )
        self.members = list(
            round.members.select_related("user", "home").order_by("-is_leader", "user__name", "pk")
        )

    @cached_property
    def rows(self):
        """Every assignment of the round, withdrawn ones too."""
        found = Assignment.objects.filter(inspection__in=self.inspections)
        return {(each.inspection_id, each.assessor_id): each for each in found}

    @cached_property
    def tasks(self):
        return {pair: row for pair, row in self.rows.items() if row.state != State.WITHDRAWN}

    @cached_property
    def withdrawn(self):
        return {pair: row for pair, row in self.rows.items() if row.state == State.WITHDRAWN}

    @cached_property
    def pairs(self):
        return set(self.tasks)

    @cached_property
    def fixed(self):
        """Pairs in which somebody has begun: they are not taken apart by a plan."""
        return {pair for pair, row in self.tasks.items() if row.state != State.WAITING}

    @cached_property
    def subjects(self):
        return [
            rule.Subject(each.pk, each.unit.name, each.unit.region.path)
            for each in self.inspections
        ]

    @cached_property
    def people(self):
        ties, own = self._ties(), self._own_units()
        return [
            rule.Person(
                member.user_id,
                member.user.name,
                member.home.path if member.home else "",
                frozenset(own.get(member.user_id, ())),
                frozenset(ties.get(member.user_id, ())),
            )
            for member in self.members
        ]

    @cached_property
    def _turn_of(self):
        return {each.unit_id: each.pk for each in self.inspections}

    def _ties(self):
        users = [member.user_id for member in self.members]
        rows = Conflict.objects.filter(user__in=users, unit__inspections__round=self.round)
        return self._by_user(rows.values_list("user", "unit"))

    def _own_units(self):
        users = [member.user_id for member in self.members]
        rows = Unit.clerks.through.objects.filter(
            user__in=users, unit__inspections__round=self.round
        )
        return self._by_user(rows.values_list("user", "unit"))

    def _by_user(self, rows):
        found = {}
        for user, unit in rows:
            found.setdefault(user, set()).add(self._turn_of[unit])
        return found

    def propose(self):
        """A plan by the rule, around what has been begun."""
        return rule.propose(
            self.subjects,
            self.people,
            each=self.round.assessors_each,
            own_home=self.round.own_home,
            kept=frozenset(self.fixed),
        )

    @cached_property
    def bars(self):
        """Why a person may not score a unit, for the pairs of which that is so."""
        own_home = self.round.own_home
        return {
            (subject.key, person.key): reason
            for subject in self.subjects
            for person in self.people
            if (reason := rule.barred(subject, person, own_home=own_home))
        }

    @cached_property
    def _names(self):
        return {each.key: each.name for each in self.subjects}

    def unit_name(self, key):
        return self._names.get(key, "")

    def person_name(self, key):
        return next((each.name for each in self.people if each.key == key), "")

    def words(self, pairs):
        """Pairs as the audit log tells of them."""
        return [f"{self.unit_name(unit)}：{self.person_name(who)}" for unit, who in sorted(pairs)]
