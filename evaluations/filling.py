"""A self-check as it stands: what each item claims and lacks, sections, ring, total."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from evaluations.rules import claims
from evaluations.rules.items import BASE, ZERO
from evaluations.rules.roll_up import roll_up
from evaluations.tree import neat, tree_of

RING = 188.5


CARRIED_ONLY = "往年内容已带入，还没有勾选。"


@dataclass(frozen=True)
class Line:
    """One item with its answer, if there is one."""

    entry: object
    answer: object
    words_cap: int

    @property
    def pk(self):
        return self.entry.pk

    @property
    def indicator(self):
        return self.entry.indicator

    @property
    def item(self):
        return self.entry.item

    @property
    def value(self):
        return self.answer.value if self.answer else {}

    @property
    def statement(self):
        return self.answer.statement if self.answer else ""

    @property
    def version(self):
        return self.answer.version if self.answer else 0

    @property
    def files(self):
        return self.answer.files if self.answer else 0

    @property
    def filled(self):
        return claims.Filled(self.value, self.statement, self.files, self.entry.material_asked)

    @cached_property
    def claim(self):
        return claims.claim(self.item, self.value)

    @property
    def points(self):
        """Points claimed, as pages show them; empty while there are none."""
        return "" if self.claim.points is None else str(neat(self.claim.points))

    @property
    def given(self):
        """What was typed or ticked, as it is kept."""
        return self.value.get(claims.key_of(self.item.kind))

    @property
    def carried(self):
        """The answer of an earlier year this one began as, if any."""
        return self.answer.carried_from if self.answer else None

    @property
    def carried_changed(self):
        return self.statement != self.carried.statement

    @property
    def ticks(self):
        """(number, words, ticked) of each line of a checklist."""
        on = set(self.given or ())
        return [(n, text, n in on) for n, text in enumerate(self.indicator.checklist)]

    @cached_property
    def lacks(self):
        found = claims.lacks(self.item, self.filled, words_cap=self.words_cap)
        return found or ([CARRIED_ONLY] if self.is_carried_only else [])

    @property
    def wrong(self):
        return claims.is_wrong(self.item, self.filled, words_cap=self.words_cap)

    @property
    def is_carried_only(self):
        """A checklist on which only last year's words stand: nobody has ticked it this year."""
        is_list = self.item.kind == "checklist" and not self.given
        return is_list and bool(self.carried) and not self.carried_changed

    @property
    def counts(self):
        """Is it part of the ring? Bonus and deduction only once something stands there."""
        return claims.is_required(self.item) or claims.is_begun(self.item, self.filled)

    @property
    def done(self):
        return self.counts and not self.lacks


@dataclass(frozen=True)
class Part:
    """One section with its lines."""

    section: object
    lines: tuple

    @property
    def pk(self):
        return self.section.pk

    @property
    def text(self):
        return self.section.indicator.text

    @property
    def code(self):
        return self.section.indicator.code

    @property
    def of(self):
        return sum(line.counts for line in self.lines)

    @property
    def done(self):
        return sum(line.done for line in self.lines)

    @property
    def lacking(self):
        return any(line.lacks for line in self.lines)

    @property
    def claimed(self):
        """Points claimed here, plain."""
        return str(neat(sum((line.claim.points or ZERO for line in self.lines), Decimal(0))))

    @property
    def full(self):
        """Full marks of the base items here; empty where there are none."""
        points = sum((each.item.points for each in self.lines if each.item.kind in BASE), ZERO)
        return str(neat(points)) if points else ""


class Filling:
    """Everything the form, the reading page and the act of handing in ask of a check."""

    def __init__(self, check, answers):
        self.check, self.answers = check, answers
        self.tree = tree_of(check.edition)

    @cached_property
    def parts(self):
        cap = self.check.edition.words_cap
        return [
            Part(section, tuple(Line(e, self.answers.get(e.pk), cap) for e in section.entries))
            for section in self.tree.sections
        ]

    @cached_property
    def lines(self):
        return [line for part in self.parts for line in part.lines]

    def part(self, pk):
        """The section with this key, or None."""
        return next((part for part in self.parts if part.pk == pk), None)

    def line(self, pk):
        return next((line for line in self.lines if line.pk == pk), None)

    @property
    def missing(self):
        """(section, line, sentence) of what is still to do, in order."""
        return [(p, line, line.lacks[0]) for p in self.parts for line in p.lines if line.lacks]

    @property
    def first_lacking(self):
        """The section to go on with: the first with something to do, or the first of all."""
        return next((part for part in self.parts if part.lacking), self.parts[0])

    @property
    def of(self):
        return sum(part.of for part in self.parts)

    @property
    def done(self):
        return sum(part.done for part in self.parts)

    @property
    def percent(self):
        """The ring; full only when nothing is missing."""
        return 100 * self.done // self.of if self.of else 0

    @property
    def dash(self):
        """The drawn part of the ring, whose round is 188.5 long."""
        return round(RING * self.percent / 100, 1)

    @cached_property
    def result(self):
        """The total that the unit claims, by the rules of the edition."""
        lines = self.lines
        scores = {line.item.code: line.claim.points for line in lines if line.claim.points}
        vetoes = [line.item.code for line in lines if claims.is_hit(line.item, line.value)]
        return roll_up(self.tree.rules, scores, vetoes)

    @property
    def total(self):
        return str(neat(self.result.total))

    @property
    def files(self):
        return sum(line.files for line in self.lines)
