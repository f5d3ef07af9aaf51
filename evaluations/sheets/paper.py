"""Cells of this floor's workbooks: text stays text; formulas and links are the template's own."""

import xlsxwriter

from portal.workbooks.out import BEIJING, BORDER, FONT, RISKY, breadth

CONSTANT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST = 32_767
SHEET_NAME = 31
A4 = 9
LINE = 15
STYLES = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "fact": {"font_color": "#4A525C"},
    "said": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bg_color": "#F1F3F5", "align": "center", "text_wrap": True, **BORDER},
    "text": {"text_wrap": True, "indent": 1, **BORDER},
    "code": {"align": "center", **BORDER},
    "number": {"align": "right", **BORDER},
    "section": {"bold": True, "bg_color": "#F8F9FA", "text_wrap": True, **BORDER},
    "sum": {"bold": True, "bg_color": "#F8F9FA", "align": "right", **BORDER},
    "link": {"font_color": "#1F4E8C", "underline": 1, "align": "center", **BORDER},
    "input": {"bg_color": "#FFFBE6", "align": "right", "locked": False, **BORDER},
    "choice": {"bg_color": "#FFFBE6", "align": "center", "locked": False, **BORDER},
    "words": {"bg_color": "#FFFBE6", "text_wrap": True, "indent": 1, "locked": False, **BORDER},
    "sign": {"valign": "bottom", "font_size": 11},
    "hidden": {"font_color": "#FFFFFF", "font_size": 6},
}


def inert(text):
    """`text` as a cell may hold it: not too long, and no rich text of XlsxWriter's own."""
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return f"{text} " if text.endswith("</r>") else text


def sheet_name(text, taken):
    """A name Excel accepts and no other sheet has; `taken` remembers it."""
    clean = "".join("／" if c in "[]:*?/\\" else c for c in text if c.isprintable())
    clean = clean.strip("' ")[:SHEET_NAME] or "表"
    unique, number = clean, 1
    while unique.lower() in taken:
        number += 1
        unique = f"{clean[: SHEET_NAME - len(str(number))]}{number}"
    taken.add(unique.lower())
    return unique


def height(texts, widths):
    """Points a row needs so that each text fits its column's width."""
    lines = max(_lines(text, width - 2) for text, width in zip(texts, widths, strict=True))
    return max(LINE, lines * LINE + 2)


def _lines(text, width):
    return sum(max(1, -(-breadth(each) // width)) for each in text.split("\n")) if text else 0


class Paper:
    """A workbook with the styles of this floor."""

    def __init__(self, target, *, at, author, constant_memory=False):
        self.book = xlsxwriter.Workbook(target, CONSTANT | {"constant_memory": constant_memory})
        self.at = at.astimezone(BEIJING)
        self.book.set_properties({"author": author, "created": self.at.replace(tzinfo=None)})
        self.book.set_size(2400, 1400)
        self.styles, self.names = {}, set()
        self.author = author

    def abandon(self):
        """Let go of a workbook that is not going to be finished."""
        for sheet in self.book.worksheets():
            if sheet.row_data_fh:
                sheet.row_data_fh.close()
        self.book.fileclosed = True

    def style(self, name, **more):
        """A format by name; made once."""
        key = (name, *sorted(more.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(FONT | STYLES[name] | more)
        return self.styles[key]

    def sheet(self, name):
        """A new sheet under a name that fits."""
        return self.book.add_worksheet(sheet_name(name, self.names))

    def text(self, sheet, row, column, value, style="text"):
        """Write text that no program takes for a formula; rows and columns count from 0."""
        value = inert(value)
        more = {"quote_prefix": True} if value.startswith(RISKY) else {}
        sheet.write_string(row, column, value, self.style(style, **more))

    def number(self, sheet, row, column, value, style="number"):
        """Write a figure, or leave the cell empty where there is none."""
        if value is None:
            sheet.write_blank(row, column, None, self.style(style))
        else:
            sheet.write_number(row, column, float(value), self.style(style))

    def printed(self, sheet, footer, *, landscape=True):
        """A4, one page wide, with the page's number."""
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        who = self.author.replace("&", "&&")[:60]
        said = footer.replace("&", "&&")[:80]
        sheet.set_footer(f"&L{said}　{who}&C第 &P 页 共 &N 页&R{self.at:%Y-%m-%d %H:%M}")
