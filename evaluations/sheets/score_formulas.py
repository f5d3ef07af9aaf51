"""The formulas that a score book declares, each with the value it has when it is written."""

from decimal import Decimal
from functools import cached_property

from evaluations.rules.items import BASE
from evaluations.rules.roll_up import roll_up
from evaluations.sheets.cells import YES, number_text
from portal.workbooks.table import letters

VETOED = "触发一票否决"


def refer(row, column):
    """Rows and columns counted from 0 → G6."""
    return f"{letters(column + 1)}{row + 1}"


def ranges(rows, column):
    """[5, 6, 7, 9] → G6:G8,G10; rows count from 0."""
    parts, start = [], None
    for here, following in zip(rows, [*rows[1:], None], strict=True):
        start = here if start is None else start
        if following != here + 1:
            first, last = refer(start, column), refer(here, column)
            parts.append(first if first == last else f"{first}:{last}")
            start = None
    return ",".join(parts)


class Formulas:
    """Gathers where items stand; then says each sum as a formula and as a figure."""

    def __init__(self, edition, column):
        self.edition, self.column = edition, column
        self.rows, self.kinds, self.scores, self.vetoes = {}, {}, {}, []
        self.last = 0

    def add(self, section, item, row, score):
        """An item of a section at a row (from 0), with its score if there is one."""
        kind = "base" if item.kind in BASE else item.kind
        self.last = row
        self.rows.setdefault((section, kind), []).append(row)
        self.kinds.setdefault(kind, []).append(row)
        if score is not None and score.value is not None:
            self.scores[item.code] = score.value
        if score is not None and score.hit:
            self.vetoes.append(item.code)

    @cached_property
    def result(self):
        """What the scores come to; asked for once all items have been added."""
        return roll_up(self.edition, self.scores, self.vetoes)

    @property
    def full(self):
        """Full marks of all sections and the most that may be added."""
        return sum((each.full for each in self.result.sections), self.edition.bonus_cap)

    def section(self, code):
        """(formula, value, full marks) of a section's row."""
        rows = self.rows.get((code, "base"))
        if rows:
            line = next(each for each in self.result.sections if each.code == code)
            return self._section_formula(line, rows), float(line.value), line.full
        rows = self.rows.get((code, "bonus"))
        if rows:
            cap = number_text(self.edition.bonus_cap)
            return f"=MIN(SUM({ranges(rows, self.column)}),{cap})", float(self.result.bonus), 0
        rows = self.rows.get((code, "deduction"))
        if rows:
            taken = float(self.result.deductions)
            return f"=SUM({ranges(rows, self.column)})", taken, 0
        return "", None, 0

    def _section_formula(self, line, rows):
        section = next(each for each in self.edition.sections if each.code == line.code)
        told = f"MIN(SUM({ranges(rows, self.column)}),{number_text(line.full)})"
        floor = getattr(section, "floor", Decimal(0))
        return f"=MAX({told},{number_text(floor)})" if floor else f"={told}"

    def total(self):
        """(formula, value): sections, capped bonus, less deductions, never below 0."""
        parts = []
        for line in self.result.sections:
            rows = self.rows.get((line.code, "base"))
            if rows:
                parts.append(self._section_formula(line, rows)[1:])
        base = "+".join(parts) or "0"
        bonus = self._of("bonus", f"+MIN(SUM({{}}),{number_text(self.edition.bonus_cap)})")
        taken = self._of("deduction", "-SUM({})")
        return f"=MAX({base}{bonus}{taken},0)", float(self.result.unrounded)

    def _of(self, kind, pattern):
        rows = self.kinds.get(kind)
        return pattern.format(ranges(rows, self.column)) if rows else ""

    def progress(self):
        """(formula, text): how many of the items that must be scored have a figure."""
        rows = self.kinds.get("base", [])
        count = len([code for code in self.scores if self._is_base(code)])
        formula = (
            f'="已打 "&COUNT({ranges(rows, self.column)})&" / {len(rows)} 项"' if rows else '=""'
        )
        return formula, f"已打 {count} / {len(rows)} 项" if rows else ""

    def _is_base(self, code):
        return any(item.code == code and item.kind in BASE for item in self.edition.items)

    def verdict(self):
        """(formula, text): a hit veto shows itself beside the total."""
        rows = self.kinds.get("veto")
        if not rows:
            return '=""', ""
        counts = "+".join(
            f'COUNTIF({each},"{YES}")' for each in ranges(rows, self.column).split(",")
        )
        return f'=IF({counts}>0,"{VETOED}","")', VETOED if self.vetoes else ""
