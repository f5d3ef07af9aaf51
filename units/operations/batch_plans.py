"""A batch in preparation: its papers, timetable, places and the documents it asks for."""

from itertools import pairwise

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.calendar import Calendar
from portal.errors import Refused
from portal.models import Region, Setting
from portal.times import until
from portal.versions import save_versioned
from units import rules
from units.access import keeps_batch
from units.models import (
    Application,
    Batch,
    BatchIssuer,
    BatchStage,
    HonourRule,
    Level,
    Quota,
    RecommendingBody,
    Requirement,
)
from units.operations.registry import named_fields
from units.operations.running_batches import locked_batch
from units.planning import Lengths, lay_stages, since
from units.readiness import current_rule, opening_day, stage_order
from units.recommenders import bodies_for

NOT_SAVED = "没有保存任何内容。"
NAMED_AT = {
    Region.Level.PROVINCE: Level.REGION,
    Region.Level.CITY: Level.CITY,
    Region.Level.COUNTY: Level.COUNTY,
}
PAPERS = [
    "kind",
    "number",
    "name",
    "year",
    "approval_no",
    "notice_text",
    "deeds_least",
    "deeds_most",
    "deeds_by_category",
    "consulted",
    "letter_text",
    "letter_office",
]
WHILE_OPEN = [
    "notice_text",
    "consulted",
    "letter_text",
    "letter_office",
]  # what may still be put right once units apply
KEPT = [name for name in PAPERS if name.startswith(("deeds_", "consulted", "letter_"))]
USUAL = {"name": "创建工作照片", "kind": Requirement.Kind.PHOTO, "least": 2, "most": 5}


@transaction.atomic
def plan_batch(values, *, starts_on, actor, at):
    """Begin the preparation of a batch: rule, issuers and timetable laid, the last one's kept."""
    region = actor.region
    batch = Batch(region=region, level=level_of(region), created_by=actor, **values)
    if not batch.level or not keeps_batch(actor, batch):
        raise Refused(f"批次由自治区、市、旗县三级的审核人员筹备，{NOT_SAVED}")
    batch.name = batch.name or rules.ordinal(batch.number)
    batch.rule = _rule_for(batch, starts_on)
    _insert(batch)
    _take_issuers(batch)
    lengths = planned_lengths()
    laid = lay_stages(batch.rule, starts_on=starts_on, calendar=Calendar.load(), lengths=lengths)
    _write_stages(batch, laid)
    _take_from_last(batch)
    told = named_fields(batch, PAPERS) | {"rule": str(batch.rule)}
    record(actor=actor, action="batch.plan", target=batch, at=at, after=told)
    return batch


def level_of(region):
    """The level at which the office of a region names; empty where it names nothing."""
    return NAMED_AT.get(region.level, "") if region else ""


def planned_lengths():
    """How long the stages are that no rule fixes, from the portal's settings."""
    read = Setting.objects.value
    usual = Lengths()
    return Lengths(**{name: read(f"plan_{name}_days", days) for name, days in vars(usual).items()})


def _rule_for(batch, on):
    found = current_rule(batch, on)
    if found is None:
        raise Refused(
            f"{on} 没有适用于{batch.get_level_display()}“{batch.kind}”的评选条件，{NOT_SAVED}"
            "请先在“评选条件”中登记。"
        )
    return HonourRule.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _insert(batch):
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"“{batch}”已经登记过，{NOT_SAVED}请核对批次序号。") from error


def _take_issuers(batch):
    chosen = batch.rule.issuers.filter(body__is_active=True, body__region__isnull=False)
    BatchIssuer.objects.bulk_create(
        BatchIssuer(batch=batch, body_id=each.body_id, position=number)
        for number, each in enumerate(chosen, 1)
    )


def _take_from_last(batch):
    """Documents, places and those to be consulted as in the last batch that was run here."""
    same = Batch.objects.filter(level=batch.level, region=batch.region, kind=batch.kind)
    last = same.exclude(pk=batch.pk).exclude(rule=None).order_by("-pk").first()
    if last is None:
        Requirement.objects.create(batch=batch, position=1, **USUAL)
        return
    for each in last.requirements.all():
        each.pk, each.batch, each._state.adding = None, batch, True
        each.save(force_insert=True)
    offered = set(bodies_for(batch.region).values_list("pk", flat=True))
    for each in last.quotas.filter(body__in=offered):
        each.pk, each.batch, each._state.adding = None, batch, True
        each.save(force_insert=True)
    batch.places = batch.places or last.places
    for name in KEPT:
        setattr(batch, name, getattr(last, name))
    batch.save(update_fields=["places", *KEPT])


@transaction.atomic
def edit_plan(batch, values, *, issuers, version, actor, at):
    """Change a batch's papers and who issues; once it is open, only notice and consulted bodies."""
    row = _for_change(batch, actor, (Batch.State.DRAFT, Batch.State.OPEN))
    running = row.state == Batch.State.OPEN
    names = WHILE_OPEN if running else PAPERS
    before = named_fields(row, names) | _issuers_told(row)
    for name in names:
        setattr(row, name, values[name])
    _save(row, version, names)
    if not running:
        _write_issuers(row, issuers)
    after = named_fields(row, names) | _issuers_told(row)
    _record_edit(row, "batch.edit", before, after, actor, at)
    return row


def _issuers_told(batch):
    named = batch.issuers.select_related("body")
    return {"issuers": "、".join(each.body.name for each in named)}


def _write_issuers(batch, bodies):
    batch.issuers.all().delete()
    BatchIssuer.objects.bulk_create(
        BatchIssuer(batch=batch, body=body, position=number)
        for number, body in enumerate(bodies, 1)
    )


@transaction.atomic
def renew_rule(batch, *, actor, at):
    """Let a batch in preparation follow the rule that is in force on the day it opens."""
    row = _for_change(batch, actor, (Batch.State.DRAFT,))
    before = str(row.rule)
    row.rule = _rule_for(row, opening_day(row, row.stages.all(), at))
    if row.rule_id == batch.rule_id:
        raise Refused(f"“{row}”用的就是现行评选条件，没有改动。")
    row.version += 1
    row.save(update_fields=["rule", "version"])
    told = {"rule": str(row.rule)}
    record(
        actor=actor,
        action="batch.renew_rule",
        target=row,
        at=at,
        before={"rule": before},
        after=told,
    )
    return row


@transaction.atomic
def lay_timetable(batch, laid, *, version, actor, at):
    """Set the stages of a batch in preparation."""
    row = _for_change(batch, actor, (Batch.State.DRAFT,))
    _check_stages(laid)
    before = _stages_told(row)
    _save(row, version, [])
    _write_stages(row, laid)
    _record_edit(row, "batch.lay_timetable", before, _stages_told(row), actor, at)
    return row


def _check_stages(laid):
    for each in laid:
        if each.ends_at <= each.starts_at:
            raise Refused(f"{each.label}的结束时间须晚于开始时间，{NOT_SAVED}")
    for before, after in pairwise(laid):
        if after.ends_at < before.ends_at:
            raise Refused(f"{after.label}不能比{before.label}先结束，{NOT_SAVED}")


def _write_stages(batch, laid):
    order = stage_order()
    batch.stages.exclude(kind__in=[each.kind for each in laid]).delete()
    for each in laid:
        values = {
            "position": order[each.kind],
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "closes_by_date": each.closes_by_date,
        }
        BatchStage.objects.update_or_create(batch=batch, kind=each.kind, defaults=values)


def _stages_told(batch):
    return {
        each.get_kind_display(): f"{since(each.starts_at)} 至 {until(each.ends_at)}"
        for each in batch.stages.all()
    }


@transaction.atomic
def set_quotas(batch, cells, *, places, version, actor, at):
    """Set the places of each body and category; `cells` maps their keys to a number above 0."""
    row = _for_change(batch, actor, (Batch.State.DRAFT, Batch.State.OPEN))
    _check_bodies(row, cells)
    _check_given(row, cells)
    before = _quotas_told(row)
    row.places = places
    _save(row, version, ["places"])
    _write_quotas(row, cells)
    _record_edit(row, "batch.set_quotas", before, _quotas_told(row), actor, at)
    return row


def _check_bodies(batch, cells):
    offered = {each.pk: each for each in bodies_for(batch.region)}
    offered |= {each.pk: each for each in RecommendingBody.objects.filter(quotas__batch=batch)}
    whole, parts = set(), set()
    for body, category in cells:
        if body not in offered:
            raise Refused(f"有推荐单位不向{batch.region}推荐，{NOT_SAVED}请刷新后重填。")
        (whole if category is None else parts).add(body)
    if whole & parts:
        name = offered[min(whole & parts)].name
        raise Refused(f"“{name}”既填了“不分类别”又分了类别，{NOT_SAVED}请只用一种。")


def _check_given(batch, cells):
    """What has been recommended already keeps its place."""
    passed = Application.objects.filter(batch=batch).live().recommended()
    given = {}
    for body, category in passed.values_list("body", "category"):
        key = (body, category) if (body, category) in cells else (body, None)
        given[key] = given.get(key, 0) + 1
    for (body, category), count in given.items():
        if count > cells.get((body, category), 0):
            name = RecommendingBody.objects.get(pk=body).name
            raise Refused(f"“{name}”已经推荐 {count} 家，名额不能少于这个数，{NOT_SAVED}")


def _write_quotas(batch, cells):
    rows = {(each.body_id, each.category_id): each for each in batch.quotas.all()}
    gone = [row.pk for key, row in rows.items() if key not in cells]
    batch.quotas.filter(pk__in=gone).delete()
    changed = [row for key, row in rows.items() if cells.get(key, row.places) != row.places]
    for each in changed:
        each.places = cells[each.body_id, each.category_id]
    Quota.objects.bulk_update(changed, ["places"])
    Quota.objects.bulk_create(
        Quota(batch=batch, body_id=body, category_id=category, places=places)
        for (body, category), places in cells.items()
        if (body, category) not in rows
    )


def _quotas_told(batch):
    told = {}
    for each in batch.quotas.select_related("body", "category").order_by("body__position", "pk"):
        name = f"{each.body.name} {each.category.name if each.category else '不分类别'}"
        told[name] = each.places
    return {"places": batch.places, "quotas": told}


@transaction.atomic
def set_requirements(batch, rows, *, version, actor, at):
    """Set the documents that units hand in; `rows` are fields of Requirement, in order."""
    row = _for_change(batch, actor, (Batch.State.DRAFT,))
    names = [(each["name"], each["category"]) for each in rows]
    if len(names) != len(set(names)):
        raise Refused(f"同一类别里有两项材料同名，{NOT_SAVED}")
    before = _requirements_told(row)
    _save(row, version, [])
    row.requirements.all().delete()
    Requirement.objects.bulk_create(
        Requirement(batch=row, position=number, **each) for number, each in enumerate(rows, 1)
    )
    _record_edit(row, "batch.set_requirements", before, _requirements_told(row), actor, at)
    return row


def _requirements_told(batch):
    named = batch.requirements.select_related("category")
    return {"requirements": [f"{each.name}（{each.least}～{each.most} 份）" for each in named]}


def _for_change(batch, actor, states):
    row = locked_batch(batch, actor)
    if row.state not in states:
        raise Refused(f"“{row}”{row.get_state_display()}，这部分内容不能再改，{NOT_SAVED}")
    return row


def _save(row, version, fields):
    try:
        with transaction.atomic():
            save_versioned(row, version=version, fields=fields)
    except IntegrityError as error:
        raise Refused(f"“{row}”已经登记过，{NOT_SAVED}请核对批次序号。") from error


def _record_edit(row, action, before, after, actor, at):
    if before != after:
        record(actor=actor, action=action, target=row, at=at, before=before, after=after)


def suggested_start(at):
    """The day from which a new batch is laid unless somebody says otherwise."""
    return Calendar.load().next_working(timezone.localdate(at))
