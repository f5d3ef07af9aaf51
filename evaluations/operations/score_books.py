"""Score books go out and come back: taken in, compared, confirmed cell by cell, all or nothing."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from evaluations.models import Assignment, InspectionRound, Score, ScoreImport
from evaluations.operations.scoring import Entry, open_sheet, save_scores
from evaluations.sheets import merge
from evaluations.sheets.cells import FIELDS, YES, said
from evaluations.sheets.comparison import Comparison
from evaluations.sheets.score_read import manifest_of, read_parts
from evaluations.tree import tree_of
from portal.audit import record
from portal.errors import Refused

S = ScoreImport.State
NOTHING = "没有导入任何内容。"


@dataclass
class Source:
    """A filled book as read: whose round, what its boxes say, faults and notes."""

    round: InspectionRound
    exported_at: str
    content: list
    faults: list
    notes: list


@transaction.atomic
def note_score_book(round, units, *, actor, at):
    """The audit line of a score book that has been taken."""
    record(actor=actor, action="scorebook.export", target=round, at=at, after={"units": units})


def read_source(table, *, actor):
    """What a filled book says, or Refused where it isn't this person's, this round's, current."""
    manifest = manifest_of(table)
    if manifest.person != actor.pk:
        raise Refused(f"这个工作簿是导出给另一位测评人员的，只能由本人导入，{NOTHING}")
    round = InspectionRound.objects.visible_to(actor).filter(pk=manifest.round).first()
    if round is None:
        raise Refused(f"导出时的测评轮次已不存在，或您已不在测评组，{NOTHING}")
    tasks, notes = _tasks_of(manifest, round, actor)
    items = _items_of(manifest, tasks)
    reading = read_parts(table, manifest, items, set(tasks))
    return Source(
        round=round,
        exported_at=manifest.made_at,
        content=_content(manifest, reading, tasks),
        faults=sorted([list(each) for each in reading.faults], key=_place),
        notes=[*notes, *reading.notes],
    )


def _place(fault):
    sheet, row, column, _ = fault
    return sheet, row, column or 0


def _tasks_of(manifest, round, actor):
    """The person's assignments named by the book; those taken away meanwhile are told of."""
    rows = Assignment.objects.own(actor).filter(inspection__round=round)
    rows = rows.select_related("inspection__edition")
    tasks = {each.pk: each for each in rows.filter(pk__in=[p.task for p in manifest.parts])}
    gone = [part.unit for part in manifest.parts if part.task not in tasks]
    if gone and not tasks:
        raise Refused(f"这个工作簿里的打分任务都已撤回或改派，{NOTHING}")
    return tasks, [f"“{unit}”的打分任务已撤回或改派，它的分数不导入。" for unit in gone]


def _items_of(manifest, tasks):
    """Rules of all items the book names; refused where a unit is scored by another edition now."""
    items = {}
    for part in manifest.parts:
        task = tasks.get(part.task)
        if task and task.inspection.edition_id != part.edition:
            raise Refused(f"“{part.unit}”现在用的测评体系与工作簿不同，{NOTHING}请重新导出后再填。")
        if task:
            items |= {each.pk: each.item for each in tree_of(task.inspection.edition).entries}
    return items


def _content(manifest, reading, tasks):
    return [
        {
            "task": part.task,
            "version": part.version,
            "lines": {
                str(line.indicator): [line.said, reading.mine[part.task][line.indicator]]
                for line in part.lines
            },
        }
        for part in manifest.parts
        if part.task in tasks and part.task in reading.mine
    ]


@transaction.atomic
def take_in(source, stored, *, actor, at):
    """Keep a filled book with its faults or differences; the scores stay as they are."""
    stored.save()
    made = ScoreImport.objects.create(
        person=actor,
        round=source.round,
        file=stored,
        exported_at=source.exported_at,
        created_at=at,
        state=S.FAULTY if source.faults else S.OPEN,
        content=source.content,
        faults=source.faults,
        notes=source.notes,
    )
    told = {"sha256": stored.sha256, "units": len(source.content), "faults": len(source.faults)}
    record(actor=actor, action="scoreimport.take_in", target=made, at=at, after=told)
    return made


@transaction.atomic
def apply_import(imported, *, take, picks, mark, actor, at):
    """Write the confirmed cells, all or none; returns how many.

    `take`: keys of the person's own changes to be written. `picks`: of each conflict, "mine" or
    "theirs". `mark` is that of the comparison the person looked at: scores given on screen since
    then make it another, and nothing is written.
    """
    imported = _held(imported, actor)
    tasks = [each["task"] for each in imported.content]
    list(Assignment.objects.select_for_update().filter(pk__in=tasks).order_by("pk"))
    list(Score.objects.select_for_update().filter(sheet__assignment__in=tasks).order_by("pk"))
    compared = Comparison(imported.content, actor)
    if compared.mark != mark:
        raise Refused(f"您核对之后，系统里的分数又有变动，{NOTHING}请核对下面更新后的差别。")
    wanted = _wanted(compared, take, picks)
    if not wanted:
        raise Refused(f"没有选中任何要写入的格，{NOTHING}不再导入请按“放弃”。")
    _write(compared, wanted, actor, at)
    return _close(imported, wanted, actor, at)


def _held(imported, actor):
    imported = ScoreImport.objects.select_for_update().get(pk=imported.pk)
    if imported.person_id != actor.pk:
        raise Refused(f"打分工作簿只能由本人导入，{NOTHING}")
    if imported.state != S.OPEN:
        raise Refused(f"“{imported}”{imported.get_state_display()}，没有再次导入。")
    return imported


def _wanted(compared, take, picks):
    """The cells to be written: own changes that were ticked, conflicts decided for mine."""
    wanted, undecided = [], 0
    for unit in compared.open_units:
        for cell in unit.changed:
            if cell.verdict == merge.CONFLICT:
                undecided += picks.get(cell.key) not in ("mine", "theirs")
                chosen = picks.get(cell.key) == "mine"
            else:
                chosen = cell.key in take
            wanted += [cell] if chosen else []
    if undecided:
        raise Refused(f"还有 {undecided} 处两边都改了的没有选定，{NOTHING}")
    return wanted


def _write(compared, wanted, actor, at):
    by_task = defaultdict(lambda: defaultdict(dict))
    for cell in wanted:
        by_task[cell.task][cell.indicator][cell.field] = cell.mine
    for unit in compared.open_units:
        changes = by_task.get(unit.task.pk)
        if changes:
            sheet = open_sheet(unit.task, actor=actor, at=at)
            entries = [_entry(unit, key, fields) for key, fields in changes.items()]
            outcome = save_scores(unit.task, entries, actor=actor, at=at, sheet=sheet)
            _refuse_unless_whole(unit, outcome)


def _entry(unit, indicator, fields):
    """What is to stand in the row: the server's cells with the confirmed ones laid over."""
    now, kind = unit.scores.get(indicator), unit.entries[indicator].item.kind
    value, reason, comment = (
        fields.get(name, old) for name, old in zip(FIELDS, said(now, kind), strict=True)
    )
    veto = kind == "veto"
    return Entry(
        indicator=indicator,
        version=now.version if now else 0,
        value=Decimal(value) if value and not veto else None,
        raw=now.raw if now and "value" not in fields else {},
        hit=veto and value == YES,
        reason=reason,
        comment=comment,
        source=Score.Source.WORKBOOK,
    )


def _refuse_unless_whole(unit, outcome):
    if outcome.faults:
        told = next(iter(outcome.faults.values()))
        raise Refused(f"“{unit.unit}”：{told}{NOTHING}")
    if outcome.conflicts:
        raise Refused(f"“{unit.unit}”的分数刚刚又有变动，{NOTHING}请刷新后重新核对。")


def _close(imported, wanted, actor, at):
    imported.state, imported.applied_at, imported.applied = S.APPLIED, at, len(wanted)
    imported.save(update_fields=["state", "applied_at", "applied"])
    told = {"cells": len(wanted), "units": len({cell.task for cell in wanted})}
    told["sha256"] = imported.file.sha256
    record(actor=actor, action="scoreimport.apply", target=imported, at=at, after=told)
    return imported


@transaction.atomic
def drop_import(imported, *, actor, at):
    """Give a filled book up; the scores stay as they are."""
    imported = ScoreImport.objects.select_for_update().get(pk=imported.pk)
    if imported.person_id != actor.pk:
        raise Refused("打分工作簿只能由本人放弃，没有改动。")
    if imported.state not in (S.OPEN, S.FAULTY):
        raise Refused(f"“{imported}”{imported.get_state_display()}，没有改动。")
    imported.state = S.DROPPED
    imported.save(update_fields=["state"])
    record(actor=actor, action="scoreimport.drop", target=imported, at=at)
    return imported


def unchanged(source, *, actor):
    """Does a sound book say nothing that the server doesn't say already?"""
    return not source.faults and not Comparison(source.content, actor).differs
