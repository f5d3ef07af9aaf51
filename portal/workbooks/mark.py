"""Bad rows come back in the workbook they came in, so that only those are mended."""

from dataclasses import replace

from portal.workbooks.limits import DEFAULT, MB
from portal.workbooks.read import ask

ROOM = replace(DEFAULT, memory=1536 * MB, cpu_seconds=90, wall_seconds=120)


def mark_faults(source, faults, out, *, name="名单.xlsx"):
    """Write to `out` a copy of `source` with the cells of `faults` coloured and commented.

    `source` is the path of an .xlsx or .csv file, or a Table (pasted text), which becomes a
    workbook. Each fault is a Fault; one without a column marks the row's first cell.
    """
    order = {
        "work": "mark",
        "name": name,
        "faults": [list(each) for each in faults],
        "out": str(out),
    }
    if hasattr(source, "sheets"):
        order["sheets"] = [_plain(sheet) for sheet in source.sheets]
    else:
        order["path"] = str(source)
    list(ask(order, name, ROOM))


def _plain(sheet):
    return [sheet.name, [[row.number, row.values] for row in sheet.rows]]
