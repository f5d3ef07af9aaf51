"""The sheets of a checked workbook, row by row, reading no more than is wanted.

openpyxl is not used here: it knows nothing of the Chinese built-in date formats (27–36, 50–58),
which office lists are full of, and yields a million empty rows for one far cell.
"""

import posixpath
import re
from contextlib import suppress
from datetime import datetime, timedelta

from lxml import etree

from portal.errors import Refused
from portal.workbooks.package import NOTHING, broken
from portal.workbooks.table import reference

BUILTIN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
BUILTIN_NAMES = {
    14: "yyyy-mm-dd",
    22: "yyyy-mm-dd hh:mm",
    27: "yyyy年m月",
    28: "m月d日",
    29: "m月d日",
    31: "yyyy年m月d日",
    36: "yyyy年m月",
    50: "yyyy年m月",
    51: "m月d日",
    52: "yyyy年m月",
    53: "m月d日",
    54: "m月d日",
    57: "yyyy年m月",
    58: "m月d日",
}
NOT_DATE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
DATE_LETTERS = re.compile(r"[dyhs]|m", re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


def events(package, name, limits):
    """The workbook as JSON-ready events: sheet, row…, end for each sheet."""
    try:
        yield from Book(package, name, limits).events()
    except (etree.XMLSyntaxError, KeyError, ValueError, IndexError, AttributeError) as error:
        raise broken(name) from error


def parsed(part, *tags):
    """Elements called one of `tags` as they close; what has been seen is let go."""
    found = etree.iterparse(
        part,
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,  # sizes were bounded before; a long cell is to be named, not “broken”
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in found:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def unescaped(text):
    """_x005F_ and its like back to the characters they stand for; control characters go."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match):
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\n\t" else ""


def text_of(element):
    """The text of a string item or inline string, without the phonetic guide."""
    parts = []
    for child in element:
        kind = etree.QName(child).localname
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "r":
            parts += [each.text or "" for each in child if each.tag.endswith("}t")]
    return unescaped("".join(parts))


def is_date(code):
    """Does this number format show a date or a time?"""
    return bool(DATE_LETTERS.search(NOT_DATE.sub("", code.split(";")[0]).replace("General", "")))


class Book:
    """What the sheets share: names, strings, date formats."""

    def __init__(self, package, name, limits):
        self.package, self.name, self.limits = package, name, limits
        self.home = self._workbook_path()
        self.targets = self._targets()
        self.strings = self._strings()
        self.formats = self._formats()
        self.chars = 0

    def events(self):
        sheets, epoch = self._sheets()
        if len(sheets) > self.limits.sheets:
            raise Refused(
                f"“{self.name}”有 {len(sheets)} 张表，超过 {self.limits.sheets} 张，{NOTHING}"
            )
        for title, hidden, path in sheets:
            yield {"sheet": title, "hidden": hidden}
            yield from SheetReader(self, title, epoch).events(path)

    def _open(self, path):
        return self.package.open(path)

    def _relations(self, source):
        folder, _, base = source.rpartition("/")
        with self._open(f"{folder}/_rels/{base}.rels".lstrip("/")) as part:
            for each in parsed(part, "Relationship"):
                target = each.get("Target")
                absolute = target if target.startswith("/") else posixpath.join("/", folder, target)
                kind = each.get("Type").rpartition("/")[2]
                yield each.get("Id"), kind, posixpath.normpath(absolute).lstrip("/")

    def _workbook_path(self):
        return next(path for _, kind, path in self._relations("") if kind == "officeDocument")

    def _targets(self):
        return {identity: (kind, path) for identity, kind, path in self._relations(self.home)}

    def _part(self, kind):
        return next((path for found, path in self.targets.values() if found == kind), None)

    def _sheets(self):
        """(title, hidden, path) of each worksheet, and where its dates count from."""
        with self._open(self.home) as part:
            tree = etree.parse(part, etree.XMLParser(resolve_entities=False, no_network=True))
        found = []
        for each in tree.iterfind(".//{*}sheets/{*}sheet"):
            identity = next(v for k, v in each.attrib.items() if k.endswith("}id"))
            kind, path = self.targets[identity]
            if kind == "worksheet":
                found.append((each.get("name"), each.get("state", "visible") != "visible", path))
        settings = tree.find(".//{*}workbookPr")
        old = settings is not None and settings.get("date1904") in ("1", "true")
        return found, EPOCHS[old]

    def _strings(self):
        path = self._part("sharedStrings")
        if not path:
            return []
        with self._open(path) as part:
            return [text_of(item) for item in parsed(part, "si")]

    def _formats(self):
        """Per cell style: (is a date, format code or empty)."""
        path = self._part("styles")
        if not path:
            return []
        with self._open(path) as part:
            tree = etree.parse(part, etree.XMLParser(resolve_entities=False, no_network=True))
        codes = {
            int(each.get("numFmtId")): each.get("formatCode", "")
            for each in tree.iterfind(".//{*}numFmts/{*}numFmt")
        }
        styles = tree.iterfind("./{*}cellXfs/{*}xf")
        return [self._format(int(each.get("numFmtId", 0)), codes) for each in styles]

    def _format(self, number, codes):
        code = codes.get(number) or BUILTIN_NAMES.get(number, "")
        return (is_date(code) if number in codes else number in BUILTIN_DATES), code


class SheetReader:
    """One sheet's rows as events; untrusted cells become faults."""

    def __init__(self, book, title, epoch):
        self.book, self.title, self.epoch = book, title, epoch
        self.limits, self.kept, self.number, self.faults = book.limits, 0, 0, []
        self.protected = False

    def events(self, path):
        with self.book._open(path) as part:
            for element in parsed(part, "row"):
                self.number = int(element.get("r", self.number + 1))
                values, formats = self._row(element)
                if values:
                    self._count()
                    yield [self.number, values, formats]
        blocks = list(self._merges(path))
        yield {"faults": self.faults, "merges": blocks, "protected": self.protected}

    def _count(self):
        self.kept += 1
        if self.kept > self.limits.rows or self.number > self.limits.row_tags:
            raise Refused(
                f"“{self.book.name}”的“{self.title}”表超过 {self.limits.rows} 行"
                f"（读到第 {self.number} 行），{NOTHING}请分成几个文件再传。"
            )

    def _row(self, element):
        values, formats, column = [], {}, 0
        for cell in element:
            column = self._column(cell, column + 1)
            value = self._value(cell, column, formats)
            if value is not None:
                self._place(values, column, value)
        return values, formats

    def _column(self, cell, following):
        place = PLACE.match(cell.get("r", ""))
        if not place:
            return following
        column = 0
        for letter in place[1]:
            column = column * 26 + ord(letter) - 64
        return column

    def _place(self, values, column, value):
        if column > self.limits.columns:
            raise Refused(
                f"“{self.book.name}”的“{self.title}”表 {reference(self.number, column)} 有内容，"
                f"超出 {self.limits.columns} 列，{NOTHING}请删去右侧多余的列后再传。"
            )
        values.extend([None] * (column - len(values)))
        values[column - 1] = value

    def _value(self, cell, column, formats):
        formula = value = inline = None
        for child in cell:
            kind = child.tag.rpartition("}")[2]
            if kind == "v":
                value = child.text
            elif kind == "f":
                formula = child.text or ""
            elif kind == "is":
                inline = child
        if formula is not None:
            return self._fault(column, "是公式，请复制后“粘贴为数值”再传")
        return self._typed(cell, inline, value, column, formats)

    def _fault(self, column, words):
        place = reference(self.number, column)
        self.faults.append([self.number, column, f"“{self.title}”表 {place} {words}。"])

    def _typed(self, cell, inline, value, column, formats):
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return self._text(text_of(inline) if inline is not None else "", column)
        if value is None:
            return None
        if kind == "n":
            return self._number(cell, value, column, formats)
        return self._other(kind, value, column, formats)

    def _other(self, kind, value, column, formats):
        if kind == "s":
            return self._text(self.book.strings[int(value)], column)
        if kind == "b":
            return value in ("1", "true")
        if kind == "e":
            return self._fault(column, f"是错误值 {value}，请改为实际内容")
        if kind == "d":
            formats[column] = ["d", "yyyy-mm-dd"]
            return value
        return self._text(unescaped(value), column)

    def _text(self, text, column):
        self.book.chars += len(text)
        if len(text) > self.limits.cell_chars:
            place = f"“{self.title}”表 {reference(self.number, column)}"
            raise Refused(
                f"“{self.book.name}”的{place} 有 {len(text)} 个字，"
                f"超过 {self.limits.cell_chars} 个，{NOTHING}请删短后再传。"
            )
        if self.book.chars > self.limits.text_chars:
            raise Refused(f"“{self.book.name}”的文字过多，{NOTHING}请分成几个文件再传。")
        return text or None

    def _number(self, cell, value, column, formats):
        number = float(value)
        style = int(cell.get("s", 0))
        date, code = self.book.formats[style] if style < len(self.book.formats) else (False, "")
        if date:
            return self._moment(number, code, column, formats)
        if code:
            formats[column] = ["n", code]
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def _moment(self, number, code, column, formats):
        if not 0 <= number < 2_958_466:
            return self._fault(column, "不是有效日期，请写成 2021-05-03 的样子")
        formats[column] = ["d", code]
        moment = self.epoch + timedelta(days=number)
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat()

    def _merges(self, path):
        with self.book._open(path) as part:
            for element in parsed(part, "mergeCell", "sheetProtection"):
                if element.tag.endswith("sheetProtection"):
                    self.protected = element.get("sheet") in ("1", "true")
                    continue
                with suppress(TypeError):
                    block = self._block(element.get("ref", ""))
                    if block[2] <= self.limits.row_tags and block[3] <= self.limits.columns:
                        yield block

    def _block(self, ref):
        first, _, last = ref.partition(":")
        corners = [PLACE.match(first), PLACE.match(last or first)]
        rows = [int(each[2]) for each in corners]
        columns = [
            sum((ord(c) - 64) * 26**i for i, c in enumerate(each[1][::-1])) for each in corners
        ]
        return [rows[0], columns[0], rows[1], columns[1]]
