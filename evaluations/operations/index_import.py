"""An index from a commission's own workbook: looked at first, then made a draft, or nothing."""

import tempfile
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from evaluations.index_sheet.listing import read
from evaluations.index_sheet.reading import sheets_of
from evaluations.index_sheet.totals import COUNTED
from evaluations.models import Family
from evaluations.operations.editions import draft_edition
from evaluations.rules import structure
from portal import files
from portal.audit import record
from portal.errors import Refused
from portal.workbooks import XLSX, Fault, mark_faults, read_table

NO_INDEX = (
    "“{}”里没有找到测评体系的表头，没有读取任何内容。"
    "表头里至少要有“测评要点”（或测评标准、测评内容），以及“一级指标”或“分值”。"
)
TOLD_BY_READING = ("出现了", "绕成了圈", "不存在")


def keep_upload(content, name, *, actor, at):
    """Keep the file and make sure that an index is in it; no edition is written."""
    stored = files.prepare(content, name=name, media_type=XLSX, owner=actor, at=at)
    sheets_in(stored)
    return _keep(stored, actor, at)


@transaction.atomic
def _keep(stored, actor, at):
    stored.save()
    told = {"title": stored.name}
    record(actor=actor, action="indexedition.upload", target=stored, at=at, after=told)
    return stored


def sheets_in(stored):
    """(sheet, heading) of each sheet with an index; Refused where there is none."""
    table = read_table(files.path_of(stored.sha256), stored.name)
    found = sheets_of(table)
    if not found:
        raise Refused(NO_INDEX.format(stored.name))
    return found


def look_at(stored, number=0):
    """(names of the sheets with an index, what the chosen one says)."""
    found = sheets_in(stored)
    sheet, heading = found[number if 0 <= number < len(found) else 0]
    return [each.name for each, _ in found], read(sheet, heading)


def findings(out, *, total, bonus_cap, step, lines=()):
    """(faults, doubts) as Fault rows: what keeps a draft from being made, and what one must mend.

    A doubt goes into the draft as it is printed, and keeps it from being published.
    """
    nodes = [_node(each) for each in out.nodes]
    rows = {node.where: each["row"] for node, each in zip(nodes, out.nodes, strict=True)}
    found = structure.findings(nodes, total=total, bonus_cap=bonus_cap, step=step, lines=lines)
    doubts = [
        Fault(out.sheet, rows[each.nodes[0].where] if each.nodes else 0, None, each.text)
        for each in found
        if not any(words in each.text for words in TOLD_BY_READING)
    ]
    told = {fault.row for fault in out.faults}
    return out.faults, [*out.doubts, *(each for each in doubts if each.row not in told)]


def _node(fields):
    return structure.Node(
        code=fields["code"],
        tier=fields["tier"],
        text=fields["text"],
        parent=fields["parent"],
        kind=fields.get("kind") or "",
        points=fields.get("points") or Decimal(0),
        each=fields.get("each"),
        checklist=tuple(fields.get("checklist") or ()),
        bands=tuple((Decimal(a), Decimal(b)) for a, b in fields.get("bands") or ()),
        minimum=fields.get("minimum"),
        where=fields["where"],
    )


def guessed_facts(out, stored):
    """What the form starts with: facts above the table, otherwise what the items make."""
    facts = dict(out.facts)
    items = [each for each in out.nodes if each["tier"] == "item"]
    bonus = _sum(items, {"bonus"})
    base = _sum(items, COUNTED - {"bonus"})
    facts.setdefault("title", Path(stored.name).stem)
    facts.setdefault("bonus_cap", f"{bonus:f}")
    facts.setdefault("total", f"{base:f}")
    facts["family"] = _family(facts.get("family") or f"{out.sheet} {facts['title']}")
    facts["is_sample"] = "示例" in facts.get("nature", "")
    return facts


def _sum(items, kinds):
    return sum((each["points"] for each in items if each["kind"] in kinds), Decimal(0))


def _family(text):
    """The family whose name, or a part of it, stands in the text."""
    for family in Family.objects.all():
        parts = family.name.replace("（", " ").replace("、", " ").replace("）", " ").split()
        if any(part in text for part in parts if len(part) > 1):
            return family
    return None


@transaction.atomic
def draft_from_sheet(out, values, *, source, actor, at):
    """Make a draft of what was read; refused as long as a cell could not be read."""
    if out.faults:
        raise Refused(
            f"还有 {len(out.faults)} 处读不懂，没有建立草稿。请按提示改好文件，再导入一次。"
        )
    if not any(each["tier"] == "item" for each in out.nodes):
        raise Refused("表头之下没有测评要点，没有建立草稿。")
    return draft_edition(values | {"source": source}, out.nodes, actor=actor, at=at)


def marked_copy(stored, faults):
    """(open file, its name): the workbook as it came, a comment in each cell to be looked at."""
    placed = [fault for fault in faults if fault.row]
    if not placed:
        raise Refused(f"“{stored.name}”没有要改的单元格，不需要下载。")
    handle, place = tempfile.mkstemp(".xlsx", dir=settings.FILE_UPLOAD_TEMP_DIR)
    path = Path(place)
    try:
        with open(handle, "wb"):
            mark_faults(files.path_of(stored.sha256), placed, path, name=stored.name)
        return path.open("rb"), f"{Path(stored.name).stem}（待改）.xlsx"
    finally:
        path.unlink(missing_ok=True)
