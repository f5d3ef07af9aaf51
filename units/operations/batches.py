"""Rounds of naming: entered once, put right when needed."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.models import Region
from portal.versions import save_versioned
from units.access import may_keep_batch
from units.models import Batch, Level, NamingDecision
from units.operations.registry import named_fields
from units.rules import document_number

FIELDS = ["level", "kind", "name", "number", "year", "region", "document_no", "named_on"]
NAMED_BY = {Level.REGION: Region.Level.PROVINCE, Level.CITY: Region.Level.CITY}


@transaction.atomic
def add_batch(values, *, actor, at):
    """Enter a round of naming."""
    batch = Batch(state=Batch.State.DONE, **values)
    _complete(batch, actor, at)
    _write(batch, lambda: batch.save(force_insert=True))
    record(actor=actor, action="batch.add", target=batch, at=at, after=named_fields(batch, FIELDS))
    return batch


@transaction.atomic
def correct_batch(batch, values, *, actor, at, version):
    """Put a mistake in a round of naming right; titles already entered keep what they have."""
    before = named_fields(batch, FIELDS)
    _check(batch, actor)
    if batch.rule_id is not None:
        raise Refused(f"“{batch}”在本门户办理，内容由各办理环节形成，不能在这里更正；没有改动。")
    for name, value in values.items():
        setattr(batch, name, value)
    _complete(batch, actor, at)
    _write(batch, lambda: save_versioned(batch, version=version, fields=FIELDS))
    record(
        actor=actor,
        action="batch.correct",
        target=batch,
        at=at,
        before=before,
        after=named_fields(batch, FIELDS),
    )


def _complete(batch, actor, at):
    batch.document_no = document_number(batch.document_no)
    batch.region = batch.region if batch.level == Level.COUNTY else _naming_region(batch, actor)
    batch.year = batch.named_on.year if batch.named_on else batch.year
    if batch.named_on and batch.named_on > timezone.localdate(at):
        raise Refused("命名日期在今天之后，请核对；没有保存任何内容。")
    _check(batch, actor)
    _check_number(batch)


def _check_number(batch):
    """As a decision may not take the number of a batch, so the other way round."""
    number = batch.document_no
    rows = NamingDecision.objects.filter(region=batch.region, document_no=number)
    taken = rows.exclude(state=NamingDecision.State.DROPPED).first()
    if taken:
        raise Refused(f"文号“{number}”已用于“{taken.title}”，请核对；没有保存任何内容。")


def _naming_region(batch, actor):
    """The region above the actor that names at this level; the whole country is no row."""
    level = NAMED_BY.get(batch.level)
    if level is None or actor.region is None:
        return None
    return Region.objects.filter(pk__in=actor.region.ancestor_ids(), level=level).first()


def _check(batch, actor):
    if not may_keep_batch(actor, batch):
        raise Refused(f"{batch.get_level_display()}批次由{_keeper(batch)}登记，没有保存任何内容。")


def _keeper(batch):
    return "命名地区或市级" if batch.level == Level.COUNTY else "市级及以上审核人员"


def _write(batch, save):
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise Refused(f"“{batch}”已经登记过，没有保存任何内容。") from error
