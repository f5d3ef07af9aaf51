"""明细: a line a unit and item with every figure in a column of its own, for machines."""

from evaluations.sheets.sealed import Style

HEADS = (
    ("轮次", 24),
    ("年度", 6),
    ("单位编号", 9),
    ("单位名称", 36),
    ("统一社会信用代码", 20),
    ("类别", 12),
    ("旗市区", 16),
    ("测评体系", 24),
    ("一级指标编号", 8),
    ("一级指标", 24),
    ("指标编号", 8),
    ("测评要点", 28),
    ("计分方式", 10),
    ("满分", 7),
    ("自评", 7),
    ("初验", 7),
    ("最终", 8),
    ("触发否决", 8),
    ("材料编号", 14),
)
EACH = (("测评人员", 12), ("得分", 7), ("理由", 28))
FIGURES = frozenset({"年度", "单位编号", "满分", "自评", "初验", "最终"})
HIT = "是"


def empty(cell):
    """A machine needs no boxes around nothing."""
    return cell is None or cell == ""


def width_of(panel):
    return len(HEADS) + len(EACH) * panel


class FlatSheet:
    """The flat table; its first row holds the headings and nothing stands above them."""

    def __init__(self, sheet, round, panel):
        self.sheet, self.round, self.panel = sheet, round, panel
        paper, columns = sheet.paper, self._columns()
        head, self.text = Style(paper, "head"), Style(paper, "text", text_wrap=False, indent=0)
        self.number = Style(paper, "number")
        self.styles = [self._style(name) for name, _ in columns]
        sheet.write([name for name, _ in columns], [head] * len(columns))
        for column, (_, width) in enumerate(columns):
            sheet.sheet.set_column(column, column, width)
        sheet.sheet.freeze_panes(1, 4)
        paper.printed(sheet.sheet, str(round))

    def _columns(self):
        each = [(f"{name}{number + 1}", w) for number in range(self.panel) for name, w in EACH]
        return [*HEADS, *each]

    def _style(self, name):
        figure = name in FIGURES or name.startswith("得分")
        return self.number if figure else self.text

    def add(self, review, county):
        """Every item of one unit."""
        unit, inspection = review.unit, review.inspection
        known = [
            str(self.round),
            self.round.year,
            unit.pk,
            unit.name,
            unit.credit_code,
            str(unit.category),
            county,
            str(inspection.edition),
        ]
        for section in review.tree.sections:
            node = section.indicator
            for entry in section.entries:
                self._line([*known, node.code, node.text], review, entry)

    def _line(self, known, review, entry):
        item = entry.item
        cells = [
            *known,
            item.code,
            item.text,
            entry.indicator.get_kind_display(),
            item.points or None,
            review.claimed.get(entry.pk),
            review.first(entry.pk),
            review.final(item.code) if item.kind != "veto" else None,
            HIT if item.code in review.vetoes else None,
            review.numbers(entry),
        ]
        for each in review.panel[: self.panel]:
            told = each.scores.get(entry.pk)
            cells += [each.name, told and told[0], told and told[2]]
        cells += [None] * (len(self.styles) - len(cells))
        pairs = zip(cells, self.styles, strict=True)
        self.sheet.write(cells, [None if empty(cell) else style for cell, style in pairs])

    def finish(self):
        """Let a person filter it too."""
        self.sheet.sheet.autofilter(0, 0, max(self.sheet.row - 1, 1), len(self.styles) - 1)
