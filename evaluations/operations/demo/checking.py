"""Self-checks: last year's are all in; this year's stand at every stage."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from evaluations.audience import units_asked
from evaluations.filling import Filling
from evaluations.models import (
    Answer,
    AnswerEvidence,
    Receipt,
    SelfCheck,
    SelfCheckRound,
)
from evaluations.operations.demo import words
from evaluations.operations.demo.papers import Papers
from evaluations.operations.hand_in import content_of, digest
from evaluations.rules.items import BASE, award, rounded
from evaluations.rules.items import Answer as Observed
from evaluations.tree import neat, tree_of
from portal.audit import record
from portal.counting import count_anew

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
        return [(entry.indicator, entry.item) for entry in tree_of(edition).entries]

    def of(self, edition_id):
        return self.rows[edition_id]

    def asked(self, edition_id):
        """What a unit answers: base items, and whether a veto applies."""
        return [pair for pair in self.rows[edition_id] if pair[0].kind in {*BASE, "veto"}]


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
        self.items, self.answers, self.papers = Items(editions), {}, Papers(dice, actor)

    def open_round(self, title, *, year, opens_at, due_at, closed_at=None, homes=()):
        """A round that asks every unit that has an index, or those of some 旗 alone."""
        made = SelfCheckRound.objects.create(
            title=title,
            year=year,
            region=self.actor.region,
            opens_at=opens_at,
            due_at=due_at,
            created_by=self.actor,
            closed_at=closed_at,
            audience={"regions": [home.pk for home in homes]} if homes else {},
        )
        made.editions.set(self.editions.values())
        told = {"title": title, "year": year}
        record(actor=self.actor, action="selfcheckround.open", target=made, at=opens_at, after=told)
        return made

    def units(self, asked):
        """Units the round asks, with the edition their category is scored by."""
        rows = units_asked(asked.region, asked.audience, self.on)
        rows = rows.filter(category__family_row__family__in=self.editions)
        rows = rows.select_related("region", "category__family_row").prefetch_related("clerks")
        return list(rows.order_by("pk"))

    def edition_of(self, unit):
        return self.editions[unit.category.family_row.family_id]

    def last_year(self, homes):
        """Everybody in these 旗 handed in, most of them in the last days."""
        year = self.on.year - 1
        due = moment(self.on.replace(year=year, month=11, day=30), 18)
        opens = due - timedelta(days=90)
        asked = self.open_round(
            f"{year}年度自查", year=year, opens_at=opens, due_at=due, closed_at=due, homes=homes
        )
        checks = [self._check(asked, unit, State.SUBMITTED) for unit in self.units(asked)]
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
            self._check(asked, unit, self.dice.choices(states, shares)[0])
            for unit in self.units(asked)
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
        check.on_behalf = state in STARTED and self._hand_of(unit) == self.actor
        if state == State.RETURNED:
            check.return_note, check.extended_to = words.RETURNS, asked.due_at
            check.remarks = {"1.2": words.REMARK}
        return check

    def _hand_of(self, unit):
        """The unit's clerk, or the office that fills in for it."""
        return next(iter(unit.clerks.all()), self.actor)

    def _write(self, asked, checks):
        SelfCheck.objects.bulk_create(checks, batch_size=300)
        answers = {check.unit_id: self._answers(check) for check in checks}
        rows = [each for found in answers.values() for each in found]
        Answer.objects.bulk_create(rows, batch_size=400)
        count_anew(SelfCheck, Answer)
        self.answers[asked.pk] = answers
        return checks

    def _answers(self, check):
        if check.state not in STARTED:
            return []
        asked = self.items.asked(check.edition_id)
        part = len(asked) if check.state in WHOLE else self.dice.randint(2, len(asked) - 1)
        good = self.dice.uniform(0.84, 1.0)
        return [self._answer(check, *pair, good) for pair in asked[:part]]

    def _answer(self, check, indicator, rule, good):
        value, claimed = self._said(indicator, rule, good)
        hand, number = self._hand_of(check.unit), self.dice.randint(2, 12)
        answer = Answer(
            check_form=check,
            indicator=indicator,
            value=value,
            claimed=claimed,
            statement=self.dice.choice(words.STATEMENTS).format(n=number) if claimed else "",
            saved_at=check.state_changed_at,
            saved_by=hand,
            on_behalf=hand == self.actor,
        )
        answer.files = 0
        return answer

    def _said(self, indicator, rule, good):
        """(value as the form keeps it, points claimed)."""
        if indicator.kind == "veto":
            return {"hit": False}, None
        if indicator.kind == "range":
            points = judged(self.dice, rule, good + self.dice.uniform(-0.1, 0.12))
            return {"points": str(neat(points))}, rounded(points)
        value, points = observed(self.dice, rule, good)
        value.pop("met", None)
        return value, rounded(points)

    def attach(self, checks, pictures, *, accepted=False):
        """Give the units of these checks some papers to show."""
        for check in checks:
            check.keeper = self._hand_of(check.unit)
        if checks:
            answers = self.answers[checks[0].round_id]
            self.papers.attach(checks, answers, pictures, accepted=accepted)

    def seal(self, checks):
        """Receipts for all that was handed in; what is handed in takes no more changes."""
        whole = [each for each in checks if each.state in WHOLE]
        whole.sort(key=lambda each: (each.submitted_at, each.pk))
        proofs = digests_of(whole)
        receipts = [self._receipt(n, each, proofs) for n, each in enumerate(whole, 1)]
        Receipt.objects.bulk_create(receipts, batch_size=200)
        fields = ["receipt_no", "receipt_sha256", "self_total", "is_sealed"]
        SelfCheck.objects.bulk_update(whole, fields, batch_size=200)

    def _receipt(self, number, check, proofs):
        answers = {each.indicator_id: each for each in self._given(check)}
        filling = Filling(check, answers)
        content = content_of(
            check, filling, check.submitted_by, check.submitted_at, proofs.get(check.pk, {})
        )
        made = Receipt(
            number=f"ZC{check.round.year}-{check.round_id:04d}-{number:05d}",
            check_form=check,
            handed_in_at=check.submitted_at,
            handed_in_by=check.submitted_by,
            on_behalf=check.on_behalf,
            total=filling.result.total,
            items=sum(line.done for line in filling.lines),
            files=filling.files,
            content=content,
            sha256=digest(content),
        )
        check.receipt_no, check.receipt_sha256 = made.number, made.sha256
        check.self_total, check.is_sealed = made.total, check.state == State.SUBMITTED
        self._note(check)
        return made

    def _given(self, check):
        return self.answers[check.round_id][check.unit_id]

    @staticmethod
    def _note(check):
        record(
            actor=check.submitted_by,
            action="selfcheck.submit",
            target=check,
            at=check.submitted_at,
            before={"state": State.FILLING},
            after={"state": State.SUBMITTED, "receipt": check.receipt_no},
        )


def digests_of(checks):
    """check → answer → SHA-256 of the files it cites, in order; one query."""
    rows = AnswerEvidence.objects.filter(answer__check_form__in=checks)
    found = {}
    for check, answer, sha256 in rows.order_by("answer", "position", "pk").values_list(
        "answer__check_form", "answer", "evidence__sha256"
    ):
        found.setdefault(check, {}).setdefault(answer, []).append(sha256)
    return found
