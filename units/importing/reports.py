"""The verdict on every line as a report: for a program, or as a sheet to read."""

import json

from units.importing.findings import Verdict

HEADINGS = ["行", "第几个", "单位名称", "结果", "匹配单位", "区划代码", "候选", "原因代码", "说明"]


def as_rows(findings):
    """Plain rows, one a line of the list."""
    return [as_row(found) for found in findings]


def as_row(found):
    """One line's verdict."""
    unit = found.unit if found.verdict == Verdict.MATCH else None
    place = found.unit.place if unit else found.place
    return {
        "row": found.line.row,
        "part": found.line.part,
        "unit_name": found.line.name,
        "verdict": str(found.verdict),
        "matched_unit": {"id": unit.id, "name": unit.name} if unit else None,
        "region_code": (place.code or "") if place else "",
        "candidates": found.candidates,
        "reason_code": found.code,
        "reason": found.reason,
    }


def as_json(findings):
    """The report for a program."""
    return json.dumps(as_rows(findings), ensure_ascii=False, indent=1)


def as_cells(findings):
    """The report for a person: rows of the cells under HEADINGS."""
    for row in as_rows(findings):
        proposed = "；".join(f"{each['name']}（{each['score']}）" for each in row["candidates"])
        unit = row["matched_unit"]["name"] if row["matched_unit"] else ""
        yield [
            row["row"],
            row["part"],
            row["unit_name"],
            Verdict(row["verdict"]).label,
            unit,
            row["region_code"],
            proposed,
            row["reason_code"],
            row["reason"],
        ]
