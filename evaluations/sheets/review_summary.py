"""汇总表: a line a unit, in the order of the sheets, each with a link to its own."""

from evaluations.rules.items import rounded
from evaluations.sheets.paper import height
from evaluations.sheets.sealed import Style

HEADS = (
    ("序号", 6),
    ("名次", 6),
    ("单位", 38),
    ("类别", 12),
    ("旗市区", 18),
    ("测评体系", 24),
    ("自评", 9),
    ("初验", 9),
    ("基础分", 9),
    ("加分", 8),
    ("扣分", 8),
    ("总分", 9),
    ("满分", 8),
    ("一票否决", 9),
    ("结论", 22),
    ("测评人数", 9),
    ("到场日期", 12),
)
WIDTH = len(HEADS)
UNIT = 2
NOTE = "得分按未取整的数值逐级相加，各级小计和合计各自四舍五入到两位小数，只取整一次。"


class SummarySheet:
    """The first sheet of a review workbook."""

    def __init__(self, sheet, round):
        self.sheet, paper = sheet, sheet.paper
        figure = Style(paper, "number", num_format="0.00")
        text, code, count = (Style(paper, name) for name in ("text", "code", "number"))
        link = Style(paper, "link", align="left", indent=1, text_wrap=True)
        self.styles = [
            *[count] * 2,
            link,
            *[text] * 3,
            *[figure] * 7,
            code,
            text,
            count,
            code,
        ]
        self._heads(round)

    def _heads(self, round):
        paper, pad = self.sheet.paper, [None] * (WIDTH - 1)
        told = f"{round.get_kind_display()}　{round.starts_on} 至 {round.ends_on}　{round.region}"
        lines = (
            (f"{round}　评审汇总表", "title"),
            (f"{told}　导出 {paper.at:%Y-%m-%d %H:%M}　{paper.author}", "fact"),
            (NOTE, "fact"),
        )
        for text, style in lines:
            self.sheet.write([text, *pad], [Style(paper, style), *pad])
        head = Style(paper, "head")
        top = self.sheet.write([name for name, _ in HEADS], [head] * WIDTH, 24)
        for column, (_, width) in enumerate(HEADS):
            self.sheet.sheet.set_column(column, column, width)
        self.sheet.sheet.freeze_panes(top + 1, UNIT + 1)
        self.sheet.sheet.repeat_rows(top)
        paper.printed(self.sheet.sheet, str(round))

    def add(self, number, review, county, place):
        """One unit; `place` is its sheet and the row it begins on."""
        result, inspection = review.result, review.inspection
        texts = (review.unit.name, str(review.unit.category), county, str(inspection.edition))
        row = self.sheet.write(
            [
                number,
                review.standing.rank,
                review.unit.name,
                str(review.unit.category),
                county,
                str(inspection.edition),
                review.self_total,
                review.first_total,
                rounded(result.base),
                rounded(result.bonus),
                -rounded(result.deductions) or None,
                result.total if review.panel else None,
                inspection.edition.total,
                "是" if review.vetoes else None,
                review.standing.verdict,
                len(review.panel),
                f"{inspection.visit_on:%Y-%m-%d}" if inspection.visit_on else None,
            ],
            self.styles,
            height(texts, [width for _, width in HEADS[2:6]]),
        )
        self._link(row, review.unit.name, place)

    def _link(self, row, name, place):
        sheet, line = place
        target = f"internal:'{sheet.replace(chr(39), chr(39) * 2)}'!A{line + 1}"
        self.sheet.link(row, UNIT, target, name, self.styles[UNIT])

    def finish(self):
        """Where the commission signs."""
        self.sheet.skip()
        sign, pad = Style(self.sheet.paper, "sign"), [None] * (WIDTH - 1)
        for text in ("组织单位（盖章）：", "负责人（签字）：", "日期：　　　　年　　月　　日"):
            self.sheet.write([text, *pad], [sign, *pad], 30)
