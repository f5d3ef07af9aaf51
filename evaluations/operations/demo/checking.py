"""Self-checks: last year's are all in; this year's stand at every stage."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from evaluations.loading import indicators_of, rules_item
from evaluations.models import Answer, Indicator, SelfCheck, SelfCheckRound
from evaluations.operations.demo import words
from evaluations.operations.demo.papers import Papers
from evaluations.operations.demo.receipts import write_receipts
from evaluations.rules.items import BASE, award, rounded
from evaluations.rules.items import Answer as Observed
from evaluations.tree import neat
from portal.audit import record
from units.models import Unit

State = SelfCheck.State
BEIJING = ZoneInfo("Asia/Shanghai")
SHARES = ((State.NOT_STARTED, 30), (State.FILLING, 27), (State.SUBMITTED, 38), (State.RETURNED, 5))
STARTED = frozenset({State.FILLING, State.SUBMITTED, State.RETURNED})
WHOLE = frozenset({State.SUBMITTED, State.RETURNED})


def moment(day, hour=9, minute=0):
    """A time of that day in Beijing."""
    return datetime.combine(day, time(hour, minute), BEIJING)


class Items:
    """The items of each edition, read once, with the rule of each."""

    def __init__(self, editions):
        self.rows = {edition.pk: self._items(edition) for edition in editions}

    @staticmethod
    def _items(edition):
        rows = [each for each in indicators_of(edition) if each.tier == Indicator.Tier.ITEM]
        return [(each, rules_item(each, "", edition.step)) for each in rows]

    def of(self, edition_id):
        return self.rows[edition_id]

    def base(self, edition_id):
        """What a unit answers: no bonus, deduction or veto."""
        return [pair for pair in self.rows[edition_id] if pair[0].kind in BASE]


def observed(dice, rule, good):
    """What is seen of a counted item: (raw value, points it earns)."""
    if rule.kind == "checklist":
        met = min(rule.checklist, round(rule.checklist * good + dice.random() * 0.6))
        return {"met": met, "ticks": list(range(met))}, award(rule, Observed(met=met))
    if rule.kind == "threshold":
        percent = Decimal(dice.choice([82, 86, 88, 91, 93, 95, 96, 97, 98]))
        return {"percent": str(percent)}, award(rule, Observed(percent=percent))
    count = Decimal(dice.randint(1, 4))
    return {"count": str(count)}, award(rule, Observed(count=count))


def judged(dice, rule, share):
    """Points in steps, about that share of full marks."""
    steps = int(rule.points / rule.step)
    given = round(steps * min(1.0, max(0.0, share)))
    return min(max(given, 0), steps) * rule.step


class Checks:
    """Makes rounds of self-checks and what units answered, in bulk."""

    def __init__(self, dice, editions, *, actor, on, at):
        self.dice, self.actor, self.on, self.at = dice, actor, on, at
        self.editions = {each.family_id: each for each in editions}
        self.items = Items(editions)
        self.papers = Papers(actor)

    def open_round(self, title, *, year, opens_at, due_at, closed_at=None):
        """A round that asks every unit that has an index."""
        made = SelfCheckRound.objects.create(
            title=title,
            year=year,
            region=self.actor.region,
            opens_at=opens_at,
            due_at=due_at,
            created_by=self.actor,
            closed_at=closed_at,
        )
        made.editions.set(self.editions.values())
        told = {"title": title, "year": year}
        record(actor=self.actor, action="selfcheckround.open", target=made, at=opens_at, after=told)
        return made

    def units(self):
        """Units with the edition their category is scored by."""
        rows = Unit.objects.active().filter(category__family_row__family__in=self.editions)
        rows = rows.select_related("region", "category__family_row").prefetch_related("clerks")
        return list(rows.order_by("pk"))

    def edition_of(self, unit):
        return self.editions[unit.category.family_row.family_id]

    def last_year(self):
        """Everybody handed in, most of them in the last days."""
        year = self.on.year - 1
        due = moment(self.on.replace(year=year, month=11, day=30), 18)
        opens = due - timedelta(days=90)
        asked = self.open_round(
            f"{year}年度自查", year=year, opens_at=opens, due_at=due, closed_at=due
        )
        checks = [self._check(asked, unit, State.SUBMITTED) for unit in self.units()]
        return self._write(asked, checks)

    def this_year(self):
        """Open for some weeks more; units at every stage."""
        asked = self.open_round(
            f"{self.on.year}年度自查",
            year=self.on.year,
            opens_at=moment(self.on - timedelta(days=24)),
            due_at=moment(self.on + timedelta(days=21), 18),
        )
        states, shares = zip(*SHARES, strict=True)
        checks = [
            self._check(asked, unit, self.dice.choices(states, shares)[0]) for unit in self.units()
        ]
        return self._write(asked, checks)

    def _check(self, asked, unit, state):
        check = SelfCheck(round=asked, unit=unit, edition=self.edition_of(unit), state=state)
        check.moves = {State.NOT_STARTED: 0, State.FILLING: 1, State.RETURNED: 3}.get(state, 2)
        end = min(asked.due_at, self.at)
        check.state_changed_at = end - timedelta(minutes=self.dice.randint(30, 60 * 24 * 12))
        if state in WHOLE:
            check.submitted_at = check.state_changed_at
            check.submitted_by = self._hand_of(unit)
        if state == State.RETURNED:
            check.return_note = words.RETURNS
        return check

    def _hand_of(self, unit):
        """The unit's clerk, or the office that fills in for it."""
        return next(iter(unit.clerks.all()), self.actor)

    def _write(self, asked, checks):
        answers = {check.unit_id: self._answers(check) for check in checks}
        SelfCheck.objects.bulk_create(checks, batch_size=300)
        rows = [each for found in answers.values() for each in found]
        Answer.objects.bulk_create(rows, batch_size=400)
        self.papers.cite(asked, checks, answers)
        write_receipts(asked, checks, answers)
        self._audit(checks)
        return checks

    def _answers(self, check):
        if check.state not in STARTED:
            return []
        asked = self.items.base(check.edition_id)
        part = len(asked) if check.state in WHOLE else self.dice.randint(2, len(asked) - 1)
        good = self.dice.uniform(0.84, 1.0)
        told = [self._answer(check, *pair, good) for pair in asked[:part]]
        return [*told, *self._no_vetoes(check)] if check.state in WHOLE else told

    def _no_vetoes(self, check):
        """The unit's word that none of the vetoes applies."""
        vetoes = [pair[0] for pair in self.items.of(check.edition_id) if pair[0].kind == "veto"]
        told = {"value": {"hit": False}, "saved_at": check.state_changed_at}
        by = self._hand_of(check.unit)
        return [Answer(check_form=check, indicator=v, saved_by=by, **told) for v in vetoes]

    def _answer(self, check, indicator, rule, good):
        dice, value = self.dice, {}
        if indicator.kind == "range":
            claimed = judged(dice, rule, good + dice.uniform(-0.1, 0.12))
            value = {"points": str(neat(claimed))}
        else:
            value, claimed = observed(dice, rule, good)
        hand = self._hand_of(check.unit)
        return Answer(
            check_form=check,
            indicator=indicator,
            value=value,
            claimed=rounded(claimed),
            statement=dice.choice(words.STATEMENTS).format(n=dice.randint(2, 12)),
            saved_at=check.state_changed_at,
            saved_by=hand,
            on_behalf=hand == self.actor,
        )

    def _audit(self, checks):
        for check in checks:
            if check.submitted_at:
                record(
                    actor=check.submitted_by,
                    action="selfcheck.submit",
                    target=check,
                    at=check.submitted_at,
                    before={"state": State.FILLING},
                    after={"state": State.SUBMITTED, "receipt": check.receipt_no},
                )
