"""命名决定: drafted from what was proposed and shown to the public, applied once, never edited.

What a decision in force says is kept by database guards; a wrong one is put right by another.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.versions import save_versioned
from units.access import keeps_batch
from units.deciding import Dossier, counties_of, locked_units, proposed
from units.lifecycles import NAMING_DECISION
from units.models import Batch, DecisionIssuer, DecisionLine, NamingDecision
from units.operations import correcting, naming
from units.operations.decrees import check_not_of_batch
from units.rules import document_number, title_by_rule

K, S = NamingDecision.Kind, NamingDecision.State
MADE_HERE = (K.NAMING, K.CORRECTION)
FACTS = ["title", "document_no", "decided_on", "text"]
NOTHING = "没有保存任何内容。"


def locked_batch(batch, actor):
    """The batch's row kept from others until the act is done; its own office only."""
    row = Batch.objects.select_for_update(of=("self",)).select_related("region", "kind", "rule")
    batch = row.get(pk=batch.pk)
    if not keeps_batch(actor, batch):
        raise Refused(f"“{batch}”由{batch.region or '命名地区'}办理，{NOTHING}")
    return batch


def locked(decision, actor):
    """The decision's row, behind that of its batch."""
    if decision.kind not in MADE_HERE:
        raise Refused(f"{decision.get_kind_display()}决定在复验与整改中办理，{NOTHING}")
    batch = locked_batch(decision.batch, actor)
    rows = NamingDecision.objects.select_for_update(of=("self",))
    row = rows.select_related("corrects", "file").get(pk=decision.pk)
    row.batch, row.region = batch, batch.region
    return row


def _draft_of(decision, actor):
    row = locked(decision, actor)
    if row.state != S.DRAFT:
        raise Refused(f"“{row.title}”{row.get_state_display()}，不能修改；{NOTHING}")
    return row


@transaction.atomic
def draft_decision(batch, values, *, actor, at, file=None):
    """Draft the decision of a batch: its papers, its departments, everyone proposed."""
    batch = locked_batch(batch, actor)
    if batch.state != Batch.State.OPEN:
        raise Refused(f"“{batch}”{batch.get_state_display()}，不能拟定命名决定；{NOTHING}")
    if batch.decisions.filter(kind=K.NAMING).exclude(state=S.DROPPED).exists():
        raise Refused(f"“{batch}”已经有命名决定，请在原稿上修改；{NOTHING}")
    rows = proposed(batch)
    if not rows:
        raise Refused(f"“{batch}”没有拟命名的单位，{NOTHING}")
    decision = NamingDecision(kind=K.NAMING, batch=batch, region=batch.region)
    _write(decision, values, file, actor=actor, at=at)
    _issue(decision, batch)
    _list(decision, rows)
    _told(decision, "namingdecision.draft", actor, at, {"名单": len(rows)})
    return decision


@transaction.atomic
def draft_correction(decision, values, *, actor, at, file=None):
    """Draft a decision that puts an earlier one right; what it does is added line by line."""
    earlier = locked(decision, actor)
    if earlier.state != S.APPLIED or earlier.kind != K.NAMING:
        raise Refused(f"只有已生效的命名决定可以更正，{NOTHING}")
    made = NamingDecision(kind=K.CORRECTION, batch=earlier.batch, region=earlier.region)
    made.corrects = earlier
    _write(made, values, file, actor=actor, at=at)
    _issue(made, earlier.batch)
    _told(made, "namingdecision.draft", actor, at, {"更正": earlier.document_no})
    return made


def _write(decision, values, file, *, actor, at):
    for name in FACTS:
        setattr(decision, name, values[name])
    decision.document_no = document_number(decision.document_no)
    decision.created_at, decision.created_by = at, actor
    if file is not None:
        file.save()
        decision.file = file
    _check_number(decision, at)
    _once(decision, lambda: decision.save(force_insert=True))


def _check_number(decision, at):
    """A number is given once: to no other decision, and to no batch entered from a list."""
    if not decision.document_no:
        raise Refused(f"请填写文号，{NOTHING}")
    if decision.decided_on > timezone.localdate(at):
        raise Refused(f"决定日期在今天之后，请核对；{NOTHING}")
    check_not_of_batch(decision.document_no, decision.region, NOTHING, but=decision.batch)
    same = NamingDecision.objects.filter(region=decision.region, document_no=decision.document_no)
    taken = same.exclude(pk=decision.pk).exclude(state=S.DROPPED).first()
    if taken:
        raise Refused(f"文号“{decision.document_no}”已用于“{taken.title}”，请核对；{NOTHING}")


def _once(decision, save):
    """Of two drafts that begin together, the database lets one stand."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise Refused(f"文号“{decision.document_no}”或本批次的决定已经存在，{NOTHING}") from error


def _issue(decision, batch):
    """The batch's departments in order, each with its name as it is today."""
    rows = batch.issuers.select_related("body").order_by("position")
    DecisionIssuer.objects.bulk_create(
        DecisionIssuer(
            decision=decision, body=each.body, name=each.body.name, position=each.position
        )
        for each in rows
    )


def _list(decision, applications):
    """One line a unit, as printed."""
    counties = counties_of([each.unit for each in applications])
    DecisionLine.objects.bulk_create(
        [
            line_of(decision, each, number, counties[each.unit_id][1])
            for number, each in enumerate(applications, 1)
        ],
        batch_size=500,
    )


def line_of(decision, application, number, county):
    """How an application stands in the list."""
    batch, unit = decision.batch, application.unit
    words = {"level": batch.level, "kind": batch.kind, "batch": batch}
    return DecisionLine(
        decision=decision,
        effect=DecisionLine.Effect.NAME,
        unit=unit,
        application=application,
        position=number,
        unit_name=unit.name,
        category=application.category,
        region_name=county,
        title=title_by_rule(application.rule, category=application.category, **words),
    )


def _told(decision, action, actor, at, more=None, before=None):
    facts = {"标题": decision.title, "文号": decision.document_no, "日期": decision.decided_on}
    after = {**facts, **(more or {})}
    told = {"before": before or {}, "after": after}
    record(actor=actor, action=action, target=decision, at=at, **told)


@transaction.atomic
def edit_decision(decision, values, *, actor, at, version, file=None):
    """Change the papers of a draft."""
    row = _draft_of(decision, actor)
    before = {name: getattr(row, name) for name in FACTS}
    for name in FACTS:
        setattr(row, name, values[name])
    row.document_no = document_number(row.document_no)
    if file is not None:
        file.save()
        row.file = file
    _check_number(row, at)
    _once(row, lambda: save_versioned(row, version=version, fields=[*FACTS, "file"]))
    _told(row, "namingdecision.edit", actor, at, before=before)
    return row


@transaction.atomic
def refresh_decision(decision, *, actor, at):
    """Make the list of a draft anew from what is proposed today, departments included."""
    row = _draft_of(decision, actor)
    if row.kind != K.NAMING:
        raise Refused("更正决定的事项逐项添加，不能重新生成。")
    rows = proposed(row.batch)
    row.lines.all().delete()
    row.issuers.all().delete()
    _issue(row, row.batch)
    _list(row, rows)
    _told(row, "namingdecision.refresh", actor, at, {"名单": len(rows)})
    return row


@transaction.atomic
def add_line(decision, values, *, actor, at):
    """Add what a correction does to one unit."""
    row = _draft_of(decision, actor)
    line = correcting.new_line(row, **values)
    told = {"单位": line.unit.name, "事项": line.get_effect_display(), "理由": line.reason}
    record(actor=actor, action="namingdecision.add_line", target=row, at=at, after=told)
    return line


@transaction.atomic
def drop_line(decision, line, *, actor, at):
    """Take one thing out of a correction that is being written."""
    row = _draft_of(decision, actor)
    if row.kind != K.CORRECTION or not row.lines.filter(pk=line.pk).delete()[0]:
        raise Refused(f"这一项已不在草稿里，{NOTHING}")
    told = {"单位": line.unit_name, "事项": line.get_effect_display()}
    record(actor=actor, action="namingdecision.drop_line", target=row, at=at, before=told)


@transaction.atomic
def drop_decision(decision, *, actor, at, note):
    """Give a draft up; its number is free again."""
    row = locked(decision, actor)
    NAMING_DECISION.perform("drop", row, actor=actor, at=at, note=note)
    return row


@transaction.atomic
def apply_decision(decision, *, actor, at):
    """Let a decision take effect: all of it in one transaction, or nothing with the reasons.

    Locks in order: batch, decision, units. Of two that press the button together one makes it.
    """
    row = locked(decision, actor)
    if row.state != S.DRAFT:
        raise Refused(f"“{row.title}”{row.get_state_display()}，没有再次生效；请刷新后再看。")
    locked_units(row.lines.values("unit"))
    dossier = Dossier(row)
    found = dossier.obstacles(timezone.localdate(at))
    if found:
        raise Refused(f"{''.join(found)}没有生效，没有命名任何一家。")
    work = {K.NAMING: naming.name_all, K.CORRECTION: correcting.correct_all}[row.kind]
    told = work(dossier, actor=actor, at=at)
    NamingDecision.objects.filter(pk=row.pk).update(applied_at=at)
    NAMING_DECISION.perform("apply", row, actor=actor, at=at, told=told)
    row.applied_at = at
    return row
