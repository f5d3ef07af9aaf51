"""推荐审批表 as a Word document, to be completed and stamped on paper."""

from io import BytesIO

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from portal.text import printable
from units.approval_form import NOUN, STATEMENT

BODY, HEADING = "仿宋", "方正小标宋简体"
SMALL_FOUR = Pt(12)  # 小四
WIDTHS = (Cm(3.5), Cm(4.9), Cm(3.2), Cm(4.8))
Align = WD_ALIGN_PARAGRAPH


def approval_docx(form):
    """The bytes of the document."""
    document = Document()
    _page(document)
    _title(document, form)
    table = document.add_table(rows=0, cols=4)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for pairs in form.rows:
        _row(table, pairs)
    _tall(table, "主要做法", [form.summary])
    _tall(table, "主要事迹", form.paragraphs, indent=True)
    _tall(table, "承　　诺", [STATEMENT])
    for block in form.blocks:
        _block(table, block)
    _foot(document, form)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _face(document.styles["Normal"].font, BODY, SMALL_FOUR)


def _face(font, name, size):
    """A Chinese typeface has to be named for East Asian text too."""
    font.name, font.size = name, size
    properties = font.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.append(fonts)
    fonts.set(qn("w:eastAsia"), name)


def _title(document, form):
    for text in (form.heading, NOUN):
        line = document.add_paragraph()
        line.alignment = Align.CENTER
        line.paragraph_format.space_after = Pt(4)
        _face(line.add_run(text).font, HEADING, Pt(18))
    if form.is_draft:
        note = document.add_paragraph("（草稿，尚未提交）")
        note.alignment = Align.CENTER


def _row(table, pairs):
    cells = _new_row(table)
    if len(pairs) == 1:
        cells[1].merge(cells[3])
    for place, (label, value) in zip((0, 2), pairs, strict=False):
        _write(cells[place], [label], centred=True)
        _write(cells[place + 1], [value])


def _new_row(table):
    cells = table.add_row().cells
    for cell, width in zip(cells, WIDTHS, strict=True):
        cell.width = width
    return cells


def _tall(table, label, paragraphs, indent=False):
    """A label beside text of any length."""
    cells = _new_row(table)
    _write(cells[0], [label], centred=True)
    _write(cells[1].merge(cells[3]), paragraphs, indent=indent)


def _write(cell, paragraphs, centred=False, indent=False):
    for number, text in enumerate(paragraphs or [""]):
        line = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        _face(line.add_run(printable(text)).font, BODY, SMALL_FOUR)
        line.paragraph_format.space_after = Pt(0)
        if centred:
            line.alignment = Align.CENTER
        if indent:
            line.paragraph_format.first_line_indent = Pt(24)


def _block(table, block):
    """An opinion with room for the seal; a row never breaks across pages."""
    cells = _new_row(table)
    _keep_whole(table.rows[-1])
    _write(cells[0], [block.title], centred=True)
    room = cells[1].merge(cells[3])
    _write(room, [block.text, "", "", *block.signers])
    for text in ("（盖章）", block.day_words):
        line = room.add_paragraph()
        _face(line.add_run(text).font, BODY, SMALL_FOUR)
        line.alignment = Align.RIGHT
        line.paragraph_format.space_after = Pt(0)


def _keep_whole(row):
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _foot(document, form):
    words = f"回执编号 {form.receipt_no}" if form.receipt_no else "草稿，尚未提交"
    line = document.sections[0].footer.paragraphs[0]
    _face(line.add_run(words).font, BODY, Pt(9))
    line.alignment = Align.RIGHT
