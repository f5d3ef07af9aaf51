"""The decided list goes into the register: everything at once or nothing, and back out again."""

import hashlib

from django.db import IntegrityError, transaction

from portal.audit import plain, record
from portal.errors import Refused
from portal.models import Region
from portal.text import folded
from units.importing import writing
from units.importing.batches import Batches
from units.importing.categories import Categories
from units.importing.findings import Verdict
from units.importing.loading import categories, places
from units.importing.uncollected import uncollected
from units.models import (
    Batch,
    ChangeEntry,
    ChangeSet,
    Designation,
    ImportJob,
    TitleKind,
    Unit,
    UnitEvent,
    UnitName,
    UnitSpell,
)
from units.models.registry import LONGEST
from units.operations import import_decisions as decisions
from units.operations import imports
from units.operations.registry import first_event, first_spell, new_unit
from units.operations.titles import new_designation, term_rules
from units.operations.undo import undo_change

STEP = 1000
UNCHANGED = "unchanged"


def start_apply(job, *, actor, at):
    """Write the list: at once, or a long one in the background."""
    imports.check_may_act(job, actor)
    imports.check_not_at_work(job)
    if job.rows.count() <= imports.LARGE:
        return apply_import(job, actor=actor, at=at)
    _refuse_waiting(job)
    imports.in_background(job, "units.apply_import", f"应用名单：{job}", actor, job.state)
    return job


def _refuse_waiting(job):
    waiting = job.rows.waiting().count()
    if waiting:
        raise Refused(f"“{job}”还有 {waiting} 行待处理，没有写入任何内容。处理或暂缓后再应用。")


@uncollected()
@transaction.atomic
def apply_import(job, *, actor, at):
    """Write every row that is not put off, or refuse and write none.

    The list is compared once more: somebody else's import may have come between.
    """
    _lock_register()
    job = decisions.open_job(job, actor)
    kept = list(job.rows.defer("candidates", "codes", "fault_fields", "reason"))
    findings = decisions.find_anew(job, kept, actor, at)
    chosen = _chosen(job, kept, findings)
    decisions.keep_verdicts(job, kept, findings)
    _write_list(job, kept, chosen, actor, at)
    return job


@uncollected()
@transaction.atomic
def bring_in(job, lines, *, actor, at, set_aside=False):
    """Compare a list and, if no row of it waits, write it in the same breath; returns findings.

    `set_aside` puts off the rows that wait; otherwise the list is left for a person to decide on.
    """
    _lock_register()
    findings = imports.check_import(job, lines, actor=actor, at=at)
    if set_aside:
        decisions.set_aside_waiting(job, actor=actor, at=at)
        job.refresh_from_db(fields=["counts"])
    if not job.rows.waiting().exists():
        kept = list(job.rows.only("job", "row", "part", "choice", "set_aside"))
        _write_list(job, kept, _chosen(job, kept, findings), actor, at)
    return findings


def _write_list(job, kept, chosen, actor, at):
    changes = [found for found in chosen if found.code != UNCHANGED]
    if changes:
        job.changeset = Writer(job, actor, at).write(changes, kept)
    _close(job, chosen, changes, actor, at)


def _lock_register():
    """One import at a time: two may not make the same unit."""
    top = Region.objects.filter(parent=None).order_by("pk")
    list(top.select_for_update(no_key=True).values_list("pk")[:1])


def _chosen(job, kept, findings):
    aside = {(row.row, row.part) for row in kept if row.set_aside}
    chosen = [each for each in findings if (each.line.row, each.line.part) not in aside]
    waiting = [each for each in chosen if each.verdict in (Verdict.DOUBT, Verdict.ERROR)]
    if waiting:
        first = waiting[0]
        raise Refused(
            f"“{job}”还有 {len(waiting)} 行待处理，没有写入任何内容。"
            f"{first.line.place}：{first.reason}处理或暂缓后再应用。"
        )
    return chosen


def _close(job, chosen, changes, actor, at):
    job.state, job.applied_at = ImportJob.State.APPLIED, at
    job.save(update_fields=["state", "applied_at", "changeset", "counts"])
    new = len(writing.units_to_make(changes))
    titles = sum(1 for found in changes if found.title is None)
    record(
        actor=actor,
        action="import.apply",
        target=job,
        at=at,
        after={"行数": len(chosen), "新增单位": new, "登记称号": titles},
    )


class Writer:
    """Writes findings in bulk and keeps what it made, so that it can be taken back."""

    def __init__(self, job, actor, at):
        self.job, self.actor, self.at = job, actor, at
        self.entries, self.book = [], Batches(places())

    def write(self, findings, kept):
        """Everything the findings say; returns the change set."""
        try:
            with transaction.atomic():
                return self._write(findings, kept)
        except IntegrityError as error:
            raise Refused(
                f"“{self.job}”中有信用代码或称号已登记在别的单位名下（可能不在您的辖区），"
                "没有写入任何内容。请核对信用代码。"
            ) from error

    def _write(self, findings, kept):
        self.changeset = ChangeSet.objects.create(
            kind=ChangeSet.Kind.IMPORT,
            summary=f"导入“{self.job}”",
            actor=self.actor,
            at=self.at,
        )
        kinds = self._kinds(findings)
        units = self._units(findings)
        self._aliases(findings, kept)
        self._titles(findings, kinds, units, self._batches(findings, kinds))
        ChangeEntry.objects.bulk_create(self.entries, batch_size=STEP)
        return self.changeset

    def _made(self, rows):
        for row in rows:
            self.entries.append(
                ChangeEntry(
                    changeset=self.changeset,
                    target_type=row._meta.label_lower,
                    target_id=row.pk,
                    after={"name": str(row)[:100]} if row._meta.model_name == "unit" else {},
                    version_after=getattr(row, "version", 1),
                )
            )

    def _kinds(self, findings):
        """{kind id or printed form: kind}; what was said to be a kind of its own is made."""
        new = {found.kind_key: found for found in findings if found.kind_id is None}
        made = [self._new_kind(key, found) for key, found in new.items()]
        TitleKind.objects.bulk_create(made)
        self._made(made)
        ids = {found.kind_id for found in findings if found.kind_id}
        return {**TitleKind.objects.in_bulk(ids), **dict(zip(new, made, strict=True))}

    @staticmethod
    def _new_kind(key, found):
        return TitleKind(
            code=f"listed_{hashlib.sha256(key.encode()).hexdigest()[:12]}",
            name=found.line.kind[:60],
            family=TitleKind.Family.OTHER,
            position=500,
        )

    def _units(self, findings):
        """{identity: unit id} of every line; what the register lacks is made."""
        groups = writing.units_to_make(findings)
        shelf = Categories(categories())
        made = [self._new_unit(group, shelf) for group in groups.values()]
        Unit.objects.bulk_create(made, batch_size=STEP)
        UnitSpell.objects.bulk_create([first_spell(unit) for unit in made], batch_size=STEP)
        told = {"actor": self.actor, "at": self.at, "note": f"导入“{self.job}”"[:300]}
        UnitEvent.objects.bulk_create([first_event(unit, **told) for unit in made], batch_size=STEP)
        self._made(made)
        known = {found.identity: found.unit.id for found in findings if found.unit}
        return {**known, **{key: unit.pk for key, unit in zip(groups, made, strict=True)}}

    @staticmethod
    def _new_unit(group, shelf):
        category = shelf.of(group[0])
        if category is None:
            raise Refused("还没有可用的单位类别，没有写入任何内容。请先在“类别”中登记。")
        return new_unit(writing.unit_values(group, category))

    def _aliases(self, findings, kept):
        """A name under which a person recognised a unit finds it the next time by itself."""
        chosen = {(row.row, row.part) for row in kept if row.choice.get("unit")}
        new = {
            (found.unit.id, found.line.name)
            for found in findings
            if (found.line.row, found.line.part) in chosen and found.unit
        }
        ids = [pk for pk, _ in new]
        known = set(UnitName.objects.filter(unit__in=ids).values_list("unit_id", "name"))
        known |= set(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))
        made = [_alias(pk, name) for pk, name in sorted(new - known)]
        UnitName.objects.bulk_create(made)
        _find_by_aliases(made)
        self._made(made)

    def _batches(self, findings, kinds):
        """{finding's batch key: batch}; a batch that a list names for the first time is made."""
        groups = {}
        for found in findings:
            if found.line.batch:
                groups.setdefault(self._batch_key(found), []).append(found)
        known = Batch.objects.in_bulk({found.batch.id for found in findings if found.batch})
        new = {key: group for key, group in groups.items() if group[0].batch is None}
        made = [self._new_batch(key, group, kinds) for key, group in new.items()]
        Batch.objects.bulk_create(made)
        self._made(made)
        have = {key: known[group[0].batch.id] for key, group in groups.items() if group[0].batch}
        return {**have, **dict(zip(new, made, strict=True))}

    def _batch_key(self, found):
        naming = self.book.named_by(found.level, found.place)
        return found.level, found.kind_id or found.kind_key, naming, found.line.batch.name

    def _new_batch(self, key, group, kinds):
        values = writing.batch_values(group[0], group)
        done = Batch.State.DONE
        return Batch(kind=kinds[key[1]], region_id=key[2], state=done, **values)

    def _titles(self, findings, kinds, units, batches):
        rules, new, whole = term_rules(), [], Unit.objects.in_bulk(set(units.values()))
        for found in findings:
            if found.title:
                self._fill(found)
                continue
            batch = batches[self._batch_key(found)] if found.line.batch else None
            kind = kinds[found.kind_id or found.kind_key]
            values = writing.title_values(found, whole[units[found.identity]], kind, batch)
            new.append(new_designation(values, at=self.at, honour_rules=rules))
        Designation.objects.bulk_create(new, batch_size=STEP)
        self._made(new)

    def _fill(self, found):
        """Adds to a title what the list knows and the register does not."""
        title = Designation.objects.select_for_update().get(pk=found.title.id)
        fills = {name: new for name, new in found.fills.items() if not getattr(title, name)}
        if not fills:
            return
        before = {name: getattr(title, name) for name in fills}
        for name, value in fills.items():
            setattr(title, name, value)
        title.version += 1
        title.save(update_fields=[*fills, "version"])
        self.entries.append(
            ChangeEntry(
                changeset=self.changeset,
                target_type=title._meta.label_lower,
                target_id=title.pk,
                before=plain(before),
                after=plain(fills),
                version_after=title.version,
            )
        )


def _alias(pk, name):
    return UnitName(
        unit_id=pk, name=name, kind=UnitName.Kind.ALIAS, name_key=folded(name)[:LONGEST]
    )


def _find_by_aliases(aliases):
    """Brings up to date the text by which the register finds these units."""
    units = Unit.objects.filter(pk__in={alias.unit_id for alias in aliases})
    for unit in units.prefetch_related("names"):
        unit.derive([each.name for each in unit.names.all()])
        unit.save(update_fields=["search_text"])


@transaction.atomic
def undo_import(job, *, actor, at):
    """Take back everything the list wrote, or refuse where later work stands on it."""
    imports.check_may_act(job, actor)
    if job.changeset is None:
        raise Refused(f"“{job}”没有改动名册，不需要撤回。")
    undo_change(job.changeset, actor=actor, at=at)
    record(actor=actor, action="import.undo", target=job, at=at)
