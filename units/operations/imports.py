"""A list on its way into the register: taken in, its columns mapped, compared, decided on."""

from django.db import transaction
from django.utils import timezone

from portal import jobs
from portal.audit import record
from portal.errors import Refused
from portal.models import Region, User
from units.importing import checking, fields, loading, rows
from units.importing.uncollected import uncollected
from units.models import ImportJob, ImportMapping, ImportRow
from units.operations.import_source import content_of, from_file, from_text

LARGE = 2000  # lines beyond which the work is done in the background
STEP = 1000
S = ImportJob.State


def check_may_act(job, actor):
    """Refuse anyone but the officer who brought the list; the portal's own are any officer's."""
    if actor is None:
        return
    if actor.role != User.Role.OFFICER or job.created_by_id not in (None, actor.pk):
        raise Refused(f"“{job}”只能由导入它的审核人员办理，没有改动任何内容。")


def take_in_file(content, name, *, actor, at, mapping=None):
    """Keep an uploaded list and guess its columns, or refuse what cannot be read."""
    source = from_file(content, name, owner=actor, at=at)
    return take_in(source, actor=actor, at=at, mapping=mapping)


def take_in_text(text, *, actor, at):
    """Keep a pasted list and guess its columns."""
    return take_in(from_text(text, at=at), actor=actor, at=at)


@transaction.atomic
def take_in(source, *, actor, at, mapping=None):
    """Keep a list that has been read, with the columns it seems to have."""
    if actor and source.stored:  # the portal itself owns no files; its command has the original
        source.stored.save()
    job = ImportJob.objects.create(
        name=source.name,
        file=source.stored if actor else None,
        pasted=source.pasted,
        content_hash=source.mark,
        mapping=(mapping or guess_for(source.table, actor)).as_json(),
        region=actor.region if actor else Region.objects.filter(parent=None).first(),
        created_by=actor,
        created_at=at,
    )
    record(actor=actor, action="import.start", target=job, at=at, after={"名单": source.name})
    return job


def guess_for(table, actor):
    """The mapping this person used for such headings before, or the one the headings suggest."""
    mapping = fields.guess(table)
    if not mapping.heading_row:
        return mapping
    mark = fields.signature(table.sheets[mapping.sheet], mapping)
    kept = ImportMapping.objects.filter(user=actor, signature=mark).first()
    if kept:
        mapping.columns = kept.mapping["columns"]
    return mapping


def map_import(job, mapping, *, actor, at):
    """Say which column holds what; the next list with these headings is read the same way."""
    check_may_act(job, actor)
    table = content_of(job)
    fields.check(mapping, table)
    mark = fields.signature(table.sheets[mapping.sheet], mapping) if mapping.heading_row else ""
    return _keep_mapping(job, mapping, mark, actor, at)


@transaction.atomic
def _keep_mapping(job, mapping, mark, actor, at):
    job = held(job, actor)
    _check_idle(job)
    job.mapping, job.state = mapping.as_json(), S.DRAFT
    job.save(update_fields=["mapping", "state"])
    job.rows.all().delete()
    if mark and actor:
        ImportMapping.objects.update_or_create(
            user=actor, signature=mark, defaults={"mapping": mapping.as_json(), "used_at": at}
        )
    told = {fields.LABELS[name]: f"第 {column} 列" for name, column in mapping.columns.items()}
    record(actor=actor, action="import.map", target=job, at=at, after=told)
    return job


def held(job, actor):
    """The list as it stands now, locked until the act is through, for whoever may act on it."""
    job = _locked(job)
    check_may_act(job, actor)
    return job


def _locked(job):
    return ImportJob.objects.select_for_update(of=("self",)).select_related("job").get(pk=job.pk)


def check_state(job, states, why):
    if job.state not in states:
        raise Refused(f"“{job}”{why}。没有改动任何内容。")


def _check_idle(job):
    """The list waits for a person: nothing has come of it yet."""
    check_not_at_work(job)
    _check_open(job)


def _check_open(job):
    check_state(job, ImportJob.OPEN, "已经应用或放弃，不能再改")


def start_check(job, *, actor, at):
    """Compare the list with the register: at once, or a long one in the background."""
    check_may_act(job, actor)
    _check_idle(job)
    lines = rows.parse(content_of(job), fields.Mapping.of(job.mapping), today=day_of(at))
    if len(lines) <= LARGE:
        check_import(job, lines, actor=actor, at=at)
    else:
        in_background(job, "units.check_import", f"核对名单：{job}", actor, S.CHECKING)


@transaction.atomic
def in_background(job, name, label, actor, state):
    """Leave the work to the worker; the list's page shows how far it is."""
    job = held(job, actor)
    _check_idle(job)
    job.job = jobs.start(name, user=actor, label=label, payload={"import": job.pk})
    job.state = state
    job.save(update_fields=["job", "state"])


def check_not_at_work(job):
    """Refuse while the worker is at this list."""
    if job.is_at_work:
        raise Refused(f"“{job}”正在后台处理，请稍候。没有改动任何内容。")


def day_of(at):
    return timezone.localdate(at)


@uncollected()
def check_import(job, lines=None, *, actor, at):
    """Keep every line with its verdict; what was decided on this very list before still holds."""
    findings, before = find(job, lines, actor=actor, at=at)
    keep_findings(job, findings, before)
    return findings


def find(job, lines=None, *, actor, at, progress=None):
    """(findings, what was decided before) of a list; nothing is kept yet."""
    if lines is None:
        lines = rows.parse(content_of(job), fields.Mapping.of(job.mapping), today=day_of(at))
    if not lines:
        raise Refused(f"“{job}”的表头之下没有单位，没有导入任何一行。请核对表头和所选的工作表。")
    before = _decided_before(job)
    job.decisions = job.decisions or before.get("decisions", {})
    lines = [_mended(job, line, before.get("edits", {}), day_of(at)) for line in lines]
    return compare(job, lines, actor, before.get("choices", {}), progress=progress), before


def _mended(job, line, edits, today):
    """A line with the cells that were mended when this very list was here before."""
    cells = edits.get((line.row, line.part))
    if not cells:
        return line
    mended = rows.Line(line.row, line.part, {**line.raw, **cells}, line.sheet, printed=line.raw)
    mended.proposed_above, mended.unsure = line.proposed_above, line.unsure
    mended.cell_faults = [fault for fault in line.cell_faults if fault[0] not in cells]
    return rows.fill(mended, job.mapping["constants"], today)


@transaction.atomic
def keep_findings(job, findings, before):
    """Put down the verdict on every line of a list; earlier ones go."""
    now = _locked(job)
    _check_open(now)
    if now.mapping != job.mapping:
        raise Refused(f"“{job}”的列对应刚刚改过，这次核对没有保存，请重新核对。")
    job.rows.all().delete()
    ImportRow.objects.bulk_create(_rows(job, findings, before), batch_size=STEP)
    settle(job)


def compare(job, lines, actor, choices, aside=(), progress=None):
    """The findings of lines as the register is now."""
    matcher = loading.matcher(actor, job.decisions.get("new_kinds", ()), lines)
    return checking.check(lines, matcher, choices=choices, aside=aside, progress=progress)


def _decided_before(job):
    """What was said about the rows of this very list when it was last applied."""
    earlier = ImportJob.objects.filter(
        content_hash=job.content_hash, mapping=job.mapping, state=S.APPLIED, region=job.region
    )
    last = earlier.order_by("-pk").first()
    if last is None:
        return {}
    kept = last.rows.exclude(choice={}, edits={}, set_aside=False)
    said = list(kept.values_list("row", "part", "choice", "edits"))
    return {
        "decisions": last.decisions,
        "choices": {(row, part): choice for row, part, choice, _ in said},
        "edits": {(row, part): edits for row, part, _, edits in said},
    }


def _rows(job, findings, before):
    choices, edits = before.get("choices", {}), before.get("edits", {})
    for found in findings:
        line = found.line
        row = ImportRow(job=job, row=line.row, part=line.part, sheet=line.sheet[:60])
        row.raw = line.raw if line.printed is None else line.printed
        row.choice = choices.get((line.row, line.part), {})
        row.edits = edits.get((line.row, line.part), {})
        row.cell_faults, row.unsure = line.cell_faults, line.unsure
        row.proposed_above = line.proposed_above
        tell(row, found)
        yield row


def tell(row, found):
    row.verdict, row.reason_code, row.reason = found.verdict, found.code, found.reason
    row.codes = [code for code, _ in found.reasons]
    row.candidates, row.fault_fields = found.candidates, found.fields
    row.unit_id = found.unit.id if found.unit else None
    row.place_id = found.place.id if found.place else None
    row.identity, row.title_key = found.identity[:160], found.title_key[:160]


def settle(job):
    """Counts and state, as the rows say."""
    job.counts = tally(job)
    job.state = S.CHECKED
    job.save(update_fields=["counts", "state", "decisions"])


def tally(job):
    """How many rows of each verdict, and how many of them are set aside."""
    counts = {"new": 0, "match": 0, "doubt": 0, "error": 0, "aside": 0, "unchanged": 0}
    for verdict, aside, code in job.rows.values_list("verdict", "set_aside", "reason_code"):
        counts["aside" if aside else verdict] += 1
        counts["unchanged"] += code == "unchanged" and not aside
    return counts


@transaction.atomic
def drop_import(job, *, actor, at):
    """Give a list up; nothing of it was written to the register."""
    job = held(job, actor)
    check_not_at_work(job)
    check_state(job, ImportJob.OPEN, "已经应用或放弃，不能再放弃；已应用的，如有错误请撤回")
    job.rows.all().delete()
    job.state = S.DROPPED
    job.save(update_fields=["state"])
    record(actor=actor, action="import.drop", target=job, at=at)
    return job
