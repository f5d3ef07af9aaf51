"""The unit register: how a unit comes into it and how what stands there is put right."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.scoping import keep_in_sight
from portal.versions import save_versioned
from units.access import check_officer, may_edit_contact
from units.models import Category, Unit, UnitEvent, UnitSpell
from units.models.registry import credit_code_fault

CONTACT = ["contact_name", "contact_post", "contact_phone"]
EDITABLE = [*UnitSpell.COPIED, "remark"]
DERIVED = ["name_key", "search_text"]


def new_unit(values, *, on=None, other_names=()):
    """A unit ready to be written, one by one or many at once; `on` None: since time unknown."""
    unit = Unit(registered_on=on, **values)
    unit.derive(other_names)
    return unit


def first_spell(unit):
    """The spell a newly written unit begins with."""
    return UnitSpell(unit=unit, starts_on=unit.registered_on, **copied(unit))


def first_event(unit, *, actor, at, document_no="", note="", other=None):
    """The event of a unit's registration; without a known day it happened when recorded."""
    return UnitEvent(
        unit=unit,
        kind=UnitEvent.Kind.REGISTER,
        happened_on=unit.registered_on or timezone.localdate(at),
        document_no=document_no,
        note=note,
        other=other,
        after=plain_fields(unit),
        recorded_at=at,
        recorded_by=actor,
    )


def copied(unit):
    """The fields a spell takes over from its unit."""
    fields = (Unit._meta.get_field(name) for name in UnitSpell.COPIED)
    return {field.attname: getattr(unit, field.attname) for field in fields}


def plain_fields(unit):
    """How a unit stands, in words that JSON knows: relations by id."""
    return {name: _plain(unit, name) for name in UnitSpell.COPIED}


def _plain(unit, name):
    field = Unit._meta.get_field(name)
    return getattr(unit, field.attname)


@transaction.atomic
def register_unit(values, *, actor, at, on=None, document_no="", note="", other=None):
    """Enter a unit into the register; `values` are fields of Unit, `other` what it split from."""
    unit = new_unit(values, on=on)
    check_unit(unit, today=timezone.localdate(at))
    check_officer(actor, unit)
    write(unit)
    first_spell(unit).save()
    first_event(unit, actor=actor, at=at, document_no=document_no, note=note, other=other).save()
    keep_in_sight(unit, actor)
    record(
        actor=actor, action="unit.register", target=unit, at=at, after=named_fields(unit), note=note
    )
    return unit


def check_unit(unit, *, today):
    """Refuse what cannot stand in the register: code, day, and whom a unit represents."""
    fault = credit_code_fault(unit.credit_code)
    if fault:
        raise Refused(fault + "没有保存任何内容。")
    if unit.registered_on and unit.registered_on > today:
        raise Refused("登记日期在今天之后，请改为今天或更早的日期；没有保存任何内容。")
    check_represents(unit)


def check_represents(unit):
    """A unit that stands for a region sits in that region and is of an area category."""
    is_area = unit.category.scope == Category.Scope.AREA
    if unit.represents_id and not is_area:
        raise Refused("代表地区的单位，类别应为“示范区”一类；没有保存任何内容。")
    if unit.represents_id and unit.represents_id != unit.region_id:
        raise Refused("代表地区的单位，行政区划应与所代表的地区相同；没有保存任何内容。")


def write(unit):
    """Insert a unit, or say which rule of the register it breaks."""
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(clash(unit)) from error


def clash(unit):
    """Which other unit stands in the way of this one, in a sentence."""
    others = Unit.objects.active().exclude(pk=unit.pk)
    if unit.represents_id and others.filter(represents=unit.represents_id).exists():
        return f"已有单位代表“{unit.represents}”，同一地区只登记一个；没有保存任何内容。"
    return f"统一社会信用代码 {unit.credit_code} 已登记在别的单位名下，没有保存任何内容。"


def named_fields(obj, names=UnitSpell.COPIED):
    """Fields as an audit line tells them: labels and names, nothing empty."""
    labels = {name: obj._meta.get_field(name).verbose_name for name in names}
    told = {labels[name]: getattr(obj, name) for name in names}
    return {label: str(value) for label, value in told.items() if value not in (None, "")}


@transaction.atomic
def correct_unit(unit, values, *, actor, at, version, note=""):
    """Put a mistake right: what stood wrong in the present spell never stood."""
    check_officer(actor, unit)
    before, told = plain_fields(unit), named_fields(unit, EDITABLE)
    for name, value in values.items():
        setattr(unit, name, value)
    check_unit(unit, today=timezone.localdate(at))
    save_unit(unit, version=version, fields=list(values))
    _correct_last_spell(unit)
    _note_correction(unit, before, actor, at, note)
    keep_in_sight(unit, actor)
    record(
        actor=actor,
        action="unit.correct",
        target=unit,
        at=at,
        before=told,
        after=named_fields(unit, EDITABLE),
        note=note,
    )


def _correct_last_spell(unit):
    """The open spell, or of a closed unit the one it ended with."""
    last = unit.spells.order_by("-pk").first()
    if last:
        unit.spells.filter(pk=last.pk).update(**copied(unit))


def save_unit(unit, *, version, fields):
    """Write `fields` and what is derived from them, if nobody else wrote meanwhile."""
    unit.derive(unit.names.values_list("name", flat=True))
    try:
        with transaction.atomic():
            save_versioned(unit, version=version, fields=[*fields, *DERIVED])
    except IntegrityError as error:
        raise Refused(clash(unit)) from error


def _note_correction(unit, before, actor, at, note):
    after = plain_fields(unit)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        UnitEvent.objects.create(
            unit=unit,
            kind=UnitEvent.Kind.CORRECT,
            happened_on=timezone.localdate(at),
            note=note,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            recorded_at=at,
            recorded_by=actor,
        )


@transaction.atomic
def edit_contact(unit, values, *, actor, at, version):
    """Change whom to call; no history is kept of it beyond the fact."""
    if not may_edit_contact(actor, unit):
        raise Refused("只有本单位填报员和上级审核人员可以修改联系方式，没有保存任何内容。")
    for name in CONTACT:
        setattr(unit, name, values[name])
    save_versioned(unit, version=version, fields=CONTACT)
    record(actor=actor, action="unit.edit_contact", target=unit, at=at)
