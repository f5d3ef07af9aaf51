"""申报汇总表 as a workbook: the sheet, and another that says where its columns come from."""

from awards.summary import COLUMNS, SOURCE_COLUMNS, SOURCES
from portal.workbooks import WorkbookOut

NAME = "申报汇总表"


def write_summary(target, *, title, lines, facts, exporter, at):
    """Write the workbook and return how many units it has."""
    with WorkbookOut(target, exporter=exporter, at=at) as book:
        told = {"title": title, "columns": COLUMNS, "rows": lines, "facts": facts}
        count = book.add(NAME, **told, as_form=True)
        book.add("说明", title=f"{NAME}各栏取自", columns=SOURCE_COLUMNS, rows=SOURCES)
    return count
