"""What a person decides on the rows of a list; each decision compares the list anew."""

from django.db import transaction

from portal.audit import record
from units.importing import fields, rows
from units.importing.cells import kind_key
from units.importing.uncollected import uncollected
from units.models import ImportJob, ImportRow
from units.operations.imports import (
    check_not_at_work,
    check_state,
    compare,
    day_of,
    held,
    settle,
    tally,
    tell,
)

TOLD = (  # what a verdict is kept as
    "verdict",
    "reason_code",
    "reason",
    "codes",
    "candidates",
    "fault_fields",
    "unit_id",
    "place_id",
    "identity",
    "title_key",
)
CHOICES = {"unit": "选定单位", "region": "选定地区", "new": "确认新增", "title": "选定称号"}


def lines_of(job, kept, today):
    """The rows of an import as lines again, with what a person has mended in them."""
    constants = job.mapping["constants"]
    for row in kept:
        line = rows.Line(row.row, row.part, row.said, row.sheet)
        line.proposed_above, line.unsure = row.proposed_above, row.unsure
        line.cell_faults = [fault for fault in row.cell_faults if fault[0] not in row.edits]
        yield rows.fill(line, constants, today)


@transaction.atomic
def decide(job, changes, *, actor, at):
    """Take down what a person says of rows, by key: choice, edits, set_aside; then compare anew.

    Nothing of the register changes by this.
    """
    job = _waiting(job, actor)
    kept = list(job.rows.all())
    by_key = {row.pk: row for row in kept}
    for key, change in changes.items():
        row = by_key[key]
        for name, value in change.items():
            setattr(row, name, value)
    compare_anew(job, kept, actor, at, touched=changes)
    told = {str(by_key[key]): _told(change) for key, change in changes.items()}
    record(actor=actor, action="import.decide", target=job, at=at, after=told)
    return job


def _told(change):
    """A decision as the audit log keeps it."""
    if change.get("set_aside"):
        return "暂缓"
    edits = {fields.LABELS[name]: text for name, text in change.get("edits", {}).items()}
    chosen = change.get("choice", {}).items()
    return {**edits, **{CHOICES.get(name, name): value for name, value in chosen}} or "恢复"


def open_job(job, actor):
    """The list, locked, where every row has its verdict and nothing was written yet."""
    job = held(job, actor)
    check_state(job, (ImportJob.State.CHECKED,), "不在待应用状态，请先核对名单")
    return job


def _waiting(job, actor):
    """The list, locked, where it waits for a person and not for the worker."""
    job = held(job, actor)
    check_not_at_work(job)
    return open_job(job, actor)


@transaction.atomic
def check_anew(job, *, actor, at):
    """Compare the kept rows with the register as it is now; decisions stay."""
    job = _waiting(job, actor)
    compare_anew(job, list(job.rows.all()), actor, at)
    return job


@transaction.atomic
def decide_kinds(job, printed, *, as_new, kind=None, actor, at):
    """Say what a title printed so is: a kind of its own, or one the portal has."""
    job = _waiting(job, actor)
    kept = list(job.rows.all())
    if as_new:
        words = {*job.decisions.get("new_kinds", []), printed}
        job.decisions = {**job.decisions, "new_kinds": sorted(words)}
    touched = [row for row in kept if kind_of(job, row) == printed and kind]
    for row in touched:
        row.edits = {**row.edits, "kind": kind.name}
    compare_anew(job, kept, actor, at, touched={row.pk for row in touched})
    told = {"称号写法": printed, "归入": "新种类" if as_new else str(kind)}
    record(actor=actor, action="import.decide_kind", target=job, at=at, after=told)
    return job


def kind_of(job, row):
    """The comparable form of the title a row is printed with."""
    said = {**job.mapping["constants"], **{k: v for k, v in row.raw.items() if v}, **row.edits}
    return kind_key(said.get("kind", ""))


def compare_anew(job, kept, actor, at, *, touched=()):
    """Compare kept rows with the register as it is now, and keep what has changed of them."""
    findings, changed = find_anew(job, kept, actor, at), []
    for row, found in zip(kept, findings, strict=True):
        before = [getattr(row, name) for name in TOLD]
        tell(row, found)
        if row.pk in touched or before != [getattr(row, name) for name in TOLD]:
            changed.append(row)
    _keep_rows(job, changed, ("choice", "edits", "set_aside"))
    return findings


@uncollected()
def find_anew(job, kept, actor, at):
    """The findings of kept rows as the register is now; nothing is written."""
    choices = {(row.row, row.part): row.choice for row in kept if row.choice}
    aside = [(row.row, row.part) for row in kept if row.set_aside]
    return compare(job, list(lines_of(job, kept, day_of(at))), actor, choices, aside)


def _keep_rows(job, changed, more=()):
    stored = [name.removesuffix("_id") for name in TOLD]
    ImportRow.objects.bulk_update(changed, [*stored, *more], batch_size=200)
    settle(job)


def keep_verdicts(job, kept, findings):
    """Put down which rows have come out otherwise since they were last compared."""
    pairs = zip(kept, findings, strict=True)
    changed = [(row, found) for row, found in pairs if row.verdict != found.verdict]
    for row, found in changed:
        tell(row, found)
    _keep_rows(job, [row for row, _ in changed])


@transaction.atomic
def set_aside_waiting(job, *, actor, at, verdict="", restore=False):
    """Put off every row that waits (or of one verdict), or take back all that were put off."""
    job = _waiting(job, actor)
    chosen = job.rows.filter(set_aside=True) if restore else job.rows.waiting()
    if verdict:
        chosen = chosen.filter(verdict=verdict)
    changed = chosen.update(set_aside=not restore)
    job.counts = tally(job)
    job.save(update_fields=["counts"])
    told = {"取消暂缓" if restore else "暂缓": f"{changed} 行"}
    record(actor=actor, action="import.set_aside", target=job, at=at, after=told)
    return changed
