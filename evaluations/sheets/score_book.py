"""打分工作簿: one assessor's units of a round, a sheet each, to be filled in offline."""

from datetime import date

from evaluations.sheets import manifest as signed
from evaluations.sheets.cells import LONGEST, plain_text, said
from evaluations.sheets.paper import Paper, height
from evaluations.sheets.score_formulas import Formulas, ranges, refer
from evaluations.sheets.score_rules import how_scored, validation

HEADS = ("编号", "测评要点", "计分方式", "满分", "自评", "初验", "得分", "扣分理由", "评语")
WIDTHS = (7, 36, 28, 7, 7, 7, 8, 36, 26)
CODE, TEXT, HOW, FULL, SELF, FIRST, VALUE, REASON, COMMENT = range(9)
LINKS = 9  # columns of files begin here
KEY = 25  # a hidden column: whose sheet this is
TOP, FACTS, TOTAL, HEAD, START = 0, 1, 2, 3, 4
GUIDE = "填写说明"
OPEN_LAYOUT = {"format_columns": True, "format_rows": True, "select_locked_cells": True}
STEPS = (
    "1. 只填浅黄色的格：得分、扣分理由、评语。其他格已锁定，合计会自动计算。",
    "2. 得分按“计分方式”一栏填，在 0 与满分之间、按步长取值；扣分项填扣掉的分数（正数）。",
    "3. 一票否决项在得分栏选“是”表示触发，触发须写明理由。",
    "4. 不要增删或移动行、列和工作表。可以调整列宽和行高，可以用 Excel、WPS 或 LibreOffice 保存。",
    "5. 填完后在门户“离线打分”页导入。导入前会列出与系统现有分数的差别，由您逐格确认后才写入。",
    "6. 导入不等于签字。分数写入后，请在门户核对并签字；签字后不能再导入。",
)


def write_score_book(target, tasks, *, round, person, at, address):
    """Write the book to a path or stream. `address(evidence)` gives a file's page."""
    book = Book(Paper(target, at=at, author=person.name), round, person, address)
    book.write(tasks)


class Book:
    """One score book being written."""

    def __init__(self, paper, round, person, address):
        self.paper, self.round, self.person, self.address = paper, round, person, address

    def write(self, tasks):
        """The guide, the units, and the hidden manifest."""
        guide = self.paper.sheet(GUIDE)
        written = [self._unit(number, task) for number, task in enumerate(tasks, 1)]
        self._guide(guide, written)
        self._manifest([part for part, *_ in written])
        guide.activate()
        self.paper.book.close()

    def _unit(self, number, task):
        sheet = self.paper.sheet(f"{number:02d} {task.unit.name}")
        self.paper.text(sheet, TOP, 0, f"{task.unit.name}　测评打分表", "title")
        self.paper.text(sheet, FACTS, 0, self._facts(task), "fact")
        lines, formulas = self._items(sheet, task)
        self._totals(sheet, formulas)
        self._frame(sheet, task, formulas)
        part = signed.Part(
            task=task.assignment.pk,
            edition=task.edition.pk,
            version=task.sheet.number if task.sheet else 0,
            sheet=sheet.get_name(),
            unit=task.unit.name,
            lines=tuple(lines),
        )
        self.paper.text(sheet, TOP, KEY, signed.key_of(part), "hidden")
        return part, task, formulas

    def _facts(self, task):
        inspection = task.inspection
        facts = [
            str(self.round),
            str(task.edition) + ("　示例（非正式）" if task.edition.is_sample else ""),
            f"到场 {inspection.visit_on:%Y-%m-%d}" if isinstance(inspection.visit_on, date) else "",
            f"测评人员 {self.person.name}",
            "已签字，不能再填" if task.is_locked else "",
        ]
        return "　".join(each for each in facts if each)

    def _items(self, sheet, task):
        row, lines, heads, formulas = START, [], [], Formulas(task.tree.rules, VALUE)
        for section in task.tree.sections:
            heads.append((row, section))
            for entry in section.entries:
                row += 1
                lines.append(self._item(sheet, row, task, entry))
                formulas.add(section.indicator.code, entry.item, row, task.scores.get(entry.pk))
            row += 1
        for heading, section in heads:
            self._section(sheet, heading, section, formulas)
        return lines, formulas

    def _section(self, sheet, row, section, formulas):
        node = section.indicator
        self.paper.text(sheet, row, CODE, node.code, "section")
        self.paper.text(sheet, row, TEXT, node.text, "section")
        for column in (HOW, SELF, FIRST, REASON, COMMENT):
            sheet.write_blank(row, column, None, self.paper.style("section"))
        formula, value, full = formulas.section(node.code)
        self.paper.number(sheet, row, FULL, full or None, "sum")
        if formula:
            sheet.write_formula(row, VALUE, formula, self.paper.style("sum"), value)
        else:
            sheet.write_blank(row, VALUE, None, self.paper.style("sum"))

    def _item(self, sheet, row, task, entry):
        item, paper, how = entry.item, self.paper, how_scored(entry.indicator, entry.item)
        paper.text(sheet, row, CODE, item.code, "code")
        paper.text(sheet, row, TEXT, item.text)
        paper.text(sheet, row, HOW, how)
        paper.number(sheet, row, FULL, item.points or None)
        paper.number(sheet, row, SELF, task.claimed.get(entry.pk))
        paper.number(sheet, row, FIRST, task.first(entry.pk))
        words = said(task.scores.get(entry.pk), item.kind)
        texts = (item.text, how, "", "", "", "", *words[1:])
        sheet.set_row(row, height(texts, WIDTHS[1:]))
        self._inputs(sheet, row, task, item, words)
        self._files(sheet, row, task, entry.pk)
        return signed.Line(row + 1, entry.pk, item.code, item.kind, words)

    def _inputs(self, sheet, row, task, item, words):
        value, reason, comment = words
        locked = {"locked": True, "bg_color": "#FFFFFF"} if task.is_locked else {}
        style = self.paper.style("choice" if item.kind == "veto" else "input", **locked)
        if item.kind == "veto":
            sheet.write_string(row, VALUE, value, style)
        elif value:
            sheet.write_number(row, VALUE, float(value), style)
        else:
            sheet.write_blank(row, VALUE, None, style)
        for column, text in ((REASON, reason), (COMMENT, comment)):
            self._words(sheet, row, column, text, locked)
        sheet.data_validation(row, VALUE, row, VALUE, validation(item, refer(row, VALUE)))

    def _words(self, sheet, row, column, text, locked):
        if text:
            more = {"quote_prefix": True} if text.startswith(tuple("=+-@＝＋－＠\t")) else {}
            sheet.write_string(row, column, text, self.paper.style("words", **locked, **more))
        else:
            sheet.write_blank(row, column, None, self.paper.style("words", **locked))

    def _files(self, sheet, row, task, key):
        for number, evidence in task.files.get(key, ()):
            url, tip = self.address(evidence), plain_text(evidence.title)[:200]
            style = self.paper.style("link")
            sheet.write_url(row, LINKS + number - 1, url, style, f"材料{number}", tip)

    def _totals(self, sheet, formulas):
        paper = self.paper
        paper.text(sheet, TOTAL, CODE, "合计", "section")
        done, value = formulas.progress()
        sheet.write_formula(TOTAL, TEXT, done, paper.style("section"), value)
        for column in (HOW, SELF, FIRST, COMMENT):
            sheet.write_blank(TOTAL, column, None, paper.style("section"))
        paper.number(sheet, TOTAL, FULL, formulas.full, "sum")
        total, value = formulas.total()
        sheet.write_formula(TOTAL, VALUE, total, paper.style("sum"), value)
        verdict, value = formulas.verdict()
        sheet.write_formula(TOTAL, REASON, verdict, paper.style("section"), value)

    def _frame(self, sheet, task, formulas):
        files = max((len(each) for each in task.files.values()), default=0)
        heads = [*HEADS, *(f"材料{number}" for number in range(1, files + 1))]
        for column, head in enumerate(heads):
            self.paper.text(sheet, HEAD, column, head, "head")
        for column, width in enumerate([*WIDTHS, *[7] * files]):
            sheet.set_column(column, column, width)
        sheet.set_column(KEY, KEY, 2, None, {"hidden": True})
        self._rules(sheet, formulas)
        sheet.freeze_panes(START, 2)
        sheet.repeat_rows(HEAD)
        sheet.protect("", OPEN_LAYOUT)
        self.paper.printed(sheet, str(self.round))

    def _rules(self, sheet, formulas):
        """Words are not too long; a missing reason shows itself."""
        first, last = START, formulas.last
        for column, name in ((REASON, "理由"), (COMMENT, "评语")):
            limit = {
                "validate": "length",
                "criteria": "<=",
                "value": LONGEST,
                "error_title": f"{name}过长",
                "error_message": f"{name}最多 {LONGEST} 字，请删短。",
            }
            sheet.data_validation(first, column, last, column, limit)
        rows = formulas.kinds.get("base")
        if rows:
            self._missing_reasons(sheet, rows)

    def _missing_reasons(self, sheet, rows):
        top = rows[0] + 1
        marked = {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER($G{top}),$G{top}<$D{top},LEN(TRIM($H{top}))=0)",
            "format": self.paper.book.add_format({"bg_color": "#FFE0C2"}),
            "multi_range": ranges(rows, REASON).replace(",", " "),
        }
        sheet.conditional_format(rows[0], REASON, rows[-1], REASON, marked)

    def _guide(self, sheet, written):
        paper = self.paper
        paper.text(sheet, 0, 0, f"{self.round}　打分工作簿", "title")
        facts = f"测评人员 {self.person.name}　导出时间 {paper.at:%Y-%m-%d %H:%M}"
        paper.text(sheet, 1, 0, facts, "fact")
        for row, step in enumerate(STEPS, 3):
            sheet.set_row(row, 20)
            paper.text(sheet, row, 0, step, "fact")
        top = 3 + len(STEPS) + 1
        for column, head in enumerate(("序号", "单位", "测评体系", "到场日期", "进度", "合计")):
            paper.text(sheet, top, column, head, "head")
        for number, each in enumerate(written, 1):
            self._guide_row(sheet, top + number, number, *each)
        for column, width in enumerate((8, 44, 40, 14, 18, 10)):
            sheet.set_column(column, column, width)
        sheet.protect("", OPEN_LAYOUT)
        paper.printed(sheet, str(self.round))

    def _guide_row(self, sheet, row, number, part, task, formulas):
        paper, name = self.paper, part.sheet.replace("'", "''")
        paper.number(sheet, row, 0, number)
        inside = f"internal:'{name}'!G{START + 2}"
        sheet.write_url(row, 1, inside, paper.style("link", align="left"), part.unit, "打开")
        paper.text(sheet, row, 2, str(task.edition))
        visit = task.inspection.visit_on
        paper.text(sheet, row, 3, f"{visit:%Y-%m-%d}" if visit else "", "code")
        progress, total = formulas.progress()[1], formulas.total()[1]
        here = f"'{name}'!"
        sheet.write_formula(row, 4, f"={here}B{TOTAL + 1}", paper.style("code"), progress)
        sheet.write_formula(row, 5, f"={here}G{TOTAL + 1}", paper.style("sum"), total)

    def _manifest(self, parts):
        made = signed.Manifest(
            round=self.round.pk,
            person=self.person.pk,
            made_at=self.paper.at.isoformat(timespec="seconds"),
            parts=tuple(parts),
        )
        sheet = self.paper.book.add_worksheet(signed.SHEET)
        for row, piece in enumerate(signed.pieces(made)):
            sheet.write_string(row, 0, piece)
        sheet.very_hidden()
