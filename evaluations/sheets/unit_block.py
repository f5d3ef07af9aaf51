"""One unit's review sheet: items, subtotals, bonus, deductions, vetoes, total, signatures."""

from functools import cached_property

from evaluations.rules.items import BASE, rounded
from evaluations.rules.roll_up import roll_up
from evaluations.sheets.cells import number_text
from evaluations.sheets.paper import height
from evaluations.sheets.sealed import Style
from evaluations.words import moment

HIT = "触发"
BEFORE, AFTER = ("编号", "测评要点", "满分", "自评", "初验"), ("最终", "扣分理由", "材料编号")
WIDTHS_BEFORE, WIDTHS_AFTER, GIVEN_WIDTH = (7, 34, 7, 7, 7), (8, 40, 16), 9
SIGNATURES = (
    "测评组长（签字）：",
    "测评人员（签字）：",
    "被测评单位（盖章）：",
    "日期：　　　　年　　月　　日",
)


def width_of(panel):
    """How many columns a block with so many assessors takes."""
    return len(BEFORE) + max(panel, 1) + len(AFTER)


def widths_of(panel):
    return (*WIDTHS_BEFORE, *[GIVEN_WIDTH] * max(panel, 1), *WIDTHS_AFTER)


class Styles:
    """What the rows of a block look like; made once a workbook."""

    def __init__(self, paper):
        score, exact = {"num_format": "0.0#"}, {"num_format": "0.00"}
        self.title, self.fact = Style(paper, "title"), Style(paper, "fact")
        self.head, self.code, self.text = (Style(paper, name) for name in ("head", "code", "text"))
        self.score = Style(paper, "number", **score)
        self.final = Style(paper, "number", bold=True, **exact)
        self.section, self.sum = Style(paper, "section"), Style(paper, "sum", **exact)
        self.sign = Style(paper, "sign")


class Block:
    """Writes one unit on a sheet of `panel` assessors' width, from the sheet's next row on."""

    def __init__(self, sheet, styles, review, panel, round):
        self.sheet, self.styles, self.review = sheet, styles, review
        self.panel, self.round = max(panel, 1), round
        self.widths = widths_of(panel)

    def write(self):
        """The whole block; returns the row it begins on."""
        start = self._heads()
        for section in self.review.tree.sections:
            self._section(section)
        self._totals()
        self._signatures()
        return start

    @property
    def columns(self):
        return [
            self.review.claimed,
            self.review.before,
            *({pk: told[0] for pk, told in each.scores.items()} for each in self.review.panel),
        ]

    @cached_property
    def results(self):
        """What each column alone comes to: 自评, 初验, each assessor; None where it is empty."""
        entries, rules = self.review.tree.entries, self.review.tree.rules
        return [_alone(rules, entries, values) for values in self.columns]

    def _row(self, cells, styles, lines=None):
        width = len(self.widths)
        cells = [*cells, *[None] * (width - len(cells))]
        return self.sheet.write(cells, [*styles, *[None] * (width - len(styles))], lines)

    def _heads(self):
        style, review = self.styles, self.review
        start = self._row([f"{review.unit.name}　评审表"], [style.title], 26)
        for fact in self._facts():
            self._row([fact], [style.fact])
        names = [each.name + ("（组长）" if each.is_leader else "") for each in review.panel]
        names += [""] * (self.panel - len(names))
        heads = [*BEFORE, *names, *AFTER]
        self._row(heads, [style.head] * len(heads), 32)
        return start

    def _facts(self):
        inspection, edition = self.review.inspection, self.review.inspection.edition
        sample = "　示例（非正式）" if edition.is_sample else ""
        visit = f"　到场 {inspection.visit_on:%Y-%m-%d}" if inspection.visit_on else ""
        yield f"{self.round}　{edition}{sample}　{self.review.unit.category}{visit}"
        signed = (f"{each.name} {moment(each.signed_at)}" for each in self.review.panel)
        yield f"签字：{'；'.join(signed) or '无'}"

    def _section(self, section):
        node, style = section.indicator, self.styles.section
        self._row([node.code, node.text], [style] * len(self.widths))
        for entry in section.entries:
            self._item(entry)
        self._subtotal(section)

    def _item(self, entry):
        review, item = self.review, entry.item
        veto = item.kind == "veto"
        reason = "\n".join(f"{name}：{words}" for name, words in review.reasons(entry.pk))
        files = review.numbers(entry)
        given = [self._given(each, entry.pk, veto) for each in review.panel]
        given += [None] * (self.panel - len(given))
        final = (HIT if item.code in review.vetoes else None) if veto else review.final(item.code)
        cells = [
            item.code,
            item.text,
            item.points or None,
            review.claimed.get(entry.pk),
            review.first(entry.pk),
            *given,
            final,
            reason,
            files,
        ]
        texts = (item.text, reason, files)
        lines = height(texts, (WIDTHS_BEFORE[1], *WIDTHS_AFTER[1:]))
        self._row(cells, self._item_styles, lines)

    @cached_property
    def _item_styles(self):
        style = self.styles
        numbers = [style.score] * (3 + self.panel)
        return [style.code, style.text, *numbers, style.final, style.text, style.text]

    @staticmethod
    def _given(panelist, key, veto):
        told = panelist.scores.get(key)
        if told is None:
            return None
        return (HIT if told[1] else None) if veto else told[0]

    def _subtotal(self, section):
        kinds = {entry.item.kind for entry in section.entries}
        code = section.indicator.code
        if kinds & BASE:
            lines = [_line(each, code) for each in (*self.results, self.review.result)]
            full = next(each.full for each in self.review.result.sections if each.code == code)
            self._sum("小计", full, [each and each.shown for each in lines], self._short(code))
        if "bonus" in kinds:
            cap = number_text(self.review.tree.rules.bonus_cap)
            self._sum(f"加分小计（上限 {cap}）", None, self._each("bonus"))
        if "deduction" in kinds:
            taken = [value and -value for value in self._each("deductions")]
            self._sum("扣分小计", None, taken)

    def _short(self, code):
        line = _line(self.review.result, code)
        return f"低于该项最低分 {number_text(line.minimum)}" if line.below_minimum else ""

    def _each(self, name):
        every = (*self.results, self.review.result)
        return [each and rounded(getattr(each, name)) for each in every]

    def _sum(self, label, full, figures, words=""):
        """A bold row: figures are 自评, 初验, each assessor, final."""
        *given, final = figures
        given += [None] * (2 + self.panel - len(given))
        cells = [None, label, full or None, *given, final, words, None]
        plain, number = self.styles.section, self.styles.sum
        self._row(cells, [plain, plain, *[number] * (len(cells) - 4), plain, plain])

    def _totals(self):
        every = (*self.results, self.review.result)
        totals = [each and each.total for each in every]
        self._sum(
            "合计", self.review.inspection.edition.total, totals, self.review.standing.verdict
        )

    def _signatures(self):
        self.sheet.skip()
        for text in SIGNATURES:
            self._row([text], [self.styles.sign], 30)


def _alone(rules, entries, values):
    scores = {e.item.code: values[e.pk] for e in entries if values.get(e.pk) is not None}
    return roll_up(rules, scores) if scores else None


def _line(result, code):
    found = result and (each for each in result.sections if each.code == code)
    return found and next(found)
