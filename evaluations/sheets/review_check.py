"""Is a review workbook still what the portal wrote? If not, where does it differ?"""

from dataclasses import dataclass, field

from evaluations.sheets import sealed
from evaluations.sheets.sealed import DIGITS, EMPTY, HEAD, Codes, canonical
from portal.errors import Refused
from portal.workbooks.limits import MB, Limits
from portal.workbooks.read import ask
from portal.workbooks.table import reference

ROOM = Limits(
    size=300 * MB,
    entries=2000,
    unpacked=4000 * MB,
    sheets=300,
    rows=1_048_576,
    columns=200,
    text_chars=2_000_000_000,
    cell_tags=60_000_000,
    other_tags=5_000_000,
    memory=4096 * MB,
    cpu_seconds=1800,
    wall_seconds=2400,
)
NO_CODES = "“{}”里没有校验信息，不是门户导出的评审表，不能证明它与导出时一致。"
BROKEN = "“{}”的校验信息被改动过，不能证明它与导出时一致；重新导出可得到新的。"


@dataclass
class Expected:
    """One sheet as its codes describe it."""

    codes: Codes  # makes codes and digest of what is found
    rows: int
    digest: str
    text: str = ""

    def row(self, number):
        """The codes of a row, counted from 0."""
        width = self.codes.width * DIGITS
        start = number * width
        return self.text[start : start + width] or self.codes.blank


@dataclass
class Findings:
    """Sentences, each with its sheet and cell; `more` counts those beyond the first hundred."""

    lines: list = field(default_factory=list)
    more: int = 0
    most: int = 100

    def add(self, sentence):
        if len(self.lines) < self.most:
            self.lines.append(sentence)
        else:
            self.more += 1


def differences(path, name):
    """What differs from the workbook as it was exported; empty Findings if nothing does."""
    expected = _expected(path, name)
    findings, seen = Findings(), set()
    sheet = None
    for event in ask({"work": "read", "path": str(path), "name": name}, name, ROOM):
        if isinstance(event, list):
            sheet.row(event)
        elif "sheet" in event:
            sheet = _begin(event["sheet"], expected, seen, findings)
        elif "faults" in event:
            sheet.end(event["faults"])
    for title in expected.keys() - seen:
        findings.add(f"缺少“{title}”表。")
    return findings


def _begin(title, expected, seen, findings):
    seen.add(title)
    if title == sealed.SHEET:
        return Ignored()
    if title in expected:
        return Checked(title, expected[title], findings)
    return Extra(title, findings)


def _expected(path, name):
    """The sheets as the hidden codes describe them, once their seal has been proved."""
    rows = _hidden_rows(path, name)
    if not rows or rows[0][0] != HEAD:
        raise Refused(NO_CODES.format(name))
    lines = [row[:5] if row[0] == "sheet" else row[:4] for row in rows[1:]]
    if not sealed.same_seal(lines, rows[0][1] if len(rows[0]) > 1 else ""):
        raise Refused(BROKEN.format(name))
    found, secret = {}, sealed.key()
    for kind, title, *told in lines:
        if kind == "sheet":
            width, count, digest = told
            found[title] = Expected(Codes(title, int(width), secret), int(count), digest)
        else:
            found[title].text += told[1]
    return found


def _hidden_rows(path, name):
    inside, rows = False, []
    for event in ask({"work": "read", "path": str(path), "name": name}, name, ROOM):
        if isinstance(event, list):
            if inside:
                rows.append([str(each) if each is not None else "" for each in event[1]])
        elif "sheet" in event:
            inside = event["sheet"] == sealed.SHEET
    return rows


class Ignored:
    """The hidden sheet itself: its seal has been looked at."""

    def row(self, event):
        pass

    def end(self, faults):
        pass


class Extra:
    """A sheet that was not there."""

    def __init__(self, title, findings):
        self.title, self.findings, self.told = title, findings, False

    def row(self, event):
        if not self.told:
            self.told = True
            self.findings.add(f"多出一张表“{self.title}”，导出时没有。")

    def end(self, faults):
        pass


class Checked:
    """A sheet held against its codes, row by row."""

    def __init__(self, title, expected, findings):
        self.title, self.expected, self.findings = title, expected, findings
        self.next, self.wrong = 0, 0

    def row(self, event):
        number, values = event[0] - 1, event[1]
        self._empty_until(number)
        self._compare(number, values)
        self.next = number + 1

    def _empty_until(self, number):
        for missing in range(self.next, number):
            self._compare(missing, [])

    def _compare(self, number, values):
        codes, width = self.expected.row(number), self.expected.codes.width
        told = [canonical(each) for each in values]
        self.expected.codes.note(number, told)
        told += [""] * (width - len(told))
        for column, found in enumerate(self.expected.codes.codes(number, told)):
            wanted = codes[column * DIGITS : (column + 1) * DIGITS] or EMPTY
            if found != wanted:
                self._tell(number, column, values[column] if column < len(values) else None)

    def _tell(self, number, column, value):
        self.wrong += 1
        now = f"现为“{str(value)[:40]}”" if value not in (None, "") else "现为空白"
        place = reference(number + 1, column + 1)
        self.findings.add(f"“{self.title}”表 {place} 与导出时不同，{now}。")

    def end(self, faults):
        self._empty_until(self.expected.rows)
        if not self.wrong and self.expected.codes.digest.hexdigest() != self.expected.digest:
            self.findings.add(f"“{self.title}”表与导出时不同，但找不出是哪一格。")
