"""Findings put into rows of the register, ready to be written in bulk; nothing is written here."""

from collections import defaultdict

from units.importing.findings import Verdict
from units.importing.places import RANK, VILLAGE


def units_to_make(findings):
    """The lines that make a unit, by identity: many lines may speak of one new unit."""
    groups = defaultdict(list)
    for found in findings:
        if found.verdict == Verdict.NEW:
            groups[found.identity].append(found)
    return groups


def unit_values(group, category):
    """Fields of the unit that lines make. What stands for a place bears the place's name."""
    found = group[0]
    place, line = found.place, found.line
    is_area = not found.rest and RANK[place.level] < RANK[VILLAGE]
    return {
        "name": place.name if is_area else line.name,
        "category": category,
        "region_id": place.id,
        "represents_id": place.id if is_area else None,
        "credit_code": _first(group, lambda line: line.credit_code),
        "short_name": _first(group, lambda line: line.raw.get("short_name", "")),
        "address": _first(group, lambda line: line.raw.get("address", "")),
    }


def _first(group, value):
    return next(filter(None, (value(found.line) for found in group)), "")


def title_values(found, unit, kind, batch):
    """Fields of the title that a line gives."""
    line = found.line
    return {
        "unit": unit,
        "level": found.level,
        "kind": kind,
        "batch": batch,
        "document_no": line.document_no_printed,
        "named_on": line.named_on,
        "named_year": line.year,
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        "remark": remark(line),
    }


def remark(line):
    """What the list says besides, and where it was found."""
    source = line.raw.get("source", "")
    parts = [line.raw.get("remark", ""), f"来源：{source}" if source else ""]
    return "；".join(filter(None, parts))[:300]


def batch_values(found, findings):
    """Fields of a batch that lines name for the first time: what all of them agree on."""
    lines = [each.line for each in findings]
    numbers, days = {line.document_no for line in lines}, {line.named_on for line in lines}
    years = {line.year for line in lines if line.year}
    return {
        "level": found.level,
        "name": found.line.batch.name[:40],
        "number": found.line.batch.number,
        "year": years.pop() if len(years) == 1 else None,
        "document_no": numbers.pop() if len(numbers) == 1 else "",
        "named_on": days.pop() if len(days) == 1 else None,
    }
