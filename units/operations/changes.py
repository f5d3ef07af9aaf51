"""What happens to a unit on a day: it is renamed, moved to another region, closed."""

from django.db import transaction
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.scoping import keep_in_sight
from units.access import check_officer
from units.lifecycles import DESIGNATION
from units.models import Designation, Unit, UnitEvent, UnitName, UnitSpell
from units.operations.application_news import tell_of_end
from units.operations.exits import note_dissolved
from units.operations.registry import check_unit, copied, save_unit
from units.operations.titles import move_designation
from units.rules import document_number

Kind, Effect = UnitEvent.Kind, UnitEvent.Effect
REASON = {
    Kind.RENAME: "单位更名",
    Kind.TRANSFER: "单位划转",
    Kind.MERGE: "单位并入",
    Kind.SPLIT: "单位分立",
    Kind.CLOSE: "单位注销",
}


@transaction.atomic
def rename_unit(unit, name, *, actor, at, on, document_no="", note="", effect=Effect.KEEP):
    """From `on` the unit is called `name`; the name before stays as one to find it by."""
    if name == unit.name:
        raise Refused("新名称与现用名称相同，没有登记更名。")
    begin(unit, actor, at, on)
    before, since = unit.name, _name_since(unit)
    unit.name = name
    _keep_former_name(unit, before, since, on)
    check_unit(unit, today=timezone.localdate(at))
    save_unit(unit, version=unit.version, fields=["name"])
    turn_spell(unit, on)
    told = {"before": {"name": before}, "after": {"name": name}}
    settle(
        unit,
        Kind.RENAME,
        told,
        actor=actor,
        at=at,
        on=on,
        papers=(document_no, note),
        effect=effect,
    )


def _name_since(unit):
    """The day from which the unit has borne its present name without a break."""
    since = None
    for spell in unit.spells.order_by("-pk"):
        if spell.name != unit.name:
            return since
        since = spell.starts_on
    return since


def _keep_former_name(unit, name, since, on):
    UnitName.objects.update_or_create(
        unit=unit,
        name=name,
        kind=UnitName.Kind.FORMER,
        defaults={"ends_on": on},
        create_defaults={"starts_on": since, "ends_on": on},
    )


@transaction.atomic
def transfer_unit(unit, *, to, actor, at, on, document_no="", note="", effect=Effect.KEEP):
    """From `on` the unit belongs to another region; the actor must look after both."""
    if to == unit.region:
        raise Refused(f"“{unit}”本就属于{to}，没有登记划转。")
    if unit.represents_id:
        raise Refused(f"“{unit}”代表一个地区，不能划转；请在行政区划中登记改隶。")
    begin(unit, actor, at, on)
    before, unit.region = unit.region, to
    _check_both_in_sight(unit, actor)
    save_unit(unit, version=unit.version, fields=["region"])
    turn_spell(unit, on)
    told = {
        "before": {"region": before.pk, "region_name": before.name},
        "after": {"region": to.pk, "region_name": to.name},
    }
    settle(
        unit,
        Kind.TRANSFER,
        told,
        actor=actor,
        at=at,
        on=on,
        papers=(document_no, note),
        effect=effect,
    )
    keep_in_sight(unit, actor)


def _check_both_in_sight(unit, actor):
    if not unit.region.path.startswith(tuple(actor.scope_paths)):
        raise Refused(f"“{unit.region}”不在您的辖区内，划转须由两地共同的上级登记；没有登记划转。")


@transaction.atomic
def close_unit(unit, *, actor, at, on, document_no="", note=""):
    """From `on` the unit is no more, and its titles end with it."""
    begin(unit, actor, at, on)
    settle(
        unit,
        Kind.CLOSE,
        {},
        actor=actor,
        at=at,
        on=on,
        papers=(document_no, note),
        effect=Effect.INVALIDATE,
    )
    end_unit(unit, on, at=at)


def begin(unit, actor, at, on):
    """Refuse a change by the wrong person, of a closed unit, or on a day already passed over."""
    check_officer(actor, unit)
    if unit.closed_on:
        raise Refused(f"“{unit}”已于 {unit.closed_on} 注销，不能再登记变更。")
    if on > timezone.localdate(at):
        raise Refused("发生日期在今天之后，请到当天再登记；没有登记这次变更。")
    since = unit.spells.get(ends_on=None).starts_on
    if since and on < since:
        raise Refused(
            f"“{unit}”在 {since} 已有登记或变更，补登的日期不能早于这一天；没有登记这次变更。"
        )


def turn_spell(unit, on):
    """Close the open spell on `on` and open one equal to the unit; two on one day are one."""
    spell = unit.spells.get(ends_on=None)
    if spell.starts_on == on:
        unit.spells.filter(pk=spell.pk).update(**copied(unit))
        return
    unit.spells.filter(pk=spell.pk).update(ends_on=on)
    UnitSpell.objects.create(unit=unit, starts_on=on, **copied(unit))


def end_unit(unit, on, *, at, successor=None):
    """Close the unit and its open spell; a unit closed the day it began leaves no spell."""
    _check_no_later_title(unit, on)
    unit.closed_on, unit.successor = on, successor
    save_unit(unit, version=unit.version, fields=["closed_on", "successor"])
    unit.spells.filter(ends_on=None, starts_on=on).delete()
    unit.spells.filter(ends_on=None).update(ends_on=on)
    tell_of_end(unit, at=at)


def _check_no_later_title(unit, on):
    """A unit cannot have been gone before it was named."""
    held = unit.designations.filter(state__in=Designation.HOLDING, starts_on__gt=on)
    later = held.order_by("starts_on").first()
    if later:
        raise Refused(
            f"“{unit}”的“{later}”自 {later.starts_on} 起有效，晚于发生日期；没有登记这次变更。"
        )


def settle(unit, kind, told, *, actor, at, on, papers, effect, other=None):
    """Write the event and the audit line, and do to the titles in force what was decided."""
    document_no, note = document_number(papers[0]), papers[1]
    UnitEvent.objects.create(
        unit=unit,
        kind=kind,
        happened_on=on,
        document_no=document_no,
        note=note,
        effect=effect,
        other=other,
        recorded_at=at,
        recorded_by=actor,
        **told,
    )
    touch_titles(unit, kind, effect, actor=actor, at=at, on=on, document_no=document_no)
    _record(unit, kind, told, actor=actor, at=at, note=note, more=(on, effect, document_no))


def _record(unit, kind, told, *, actor, at, note, more):
    on, effect, document_no = more
    after = {**told.get("after", {}), "发生日期": on, "对称号的影响": Effect(effect).label}
    record(
        actor=actor,
        action=f"unit.{kind}",
        target=unit,
        at=at,
        before=told.get("before"),
        after={**after, "文号": document_no},
        note=note,
    )


def touch_titles(unit, kind, effect, *, actor, at, on, document_no=""):
    """Titles in force on `on` go on, end, or wait for a new look."""
    verb = {Effect.INVALIDATE: "withdraw", Effect.REVERIFY: "reverify"}.get(effect)
    if verb is None:
        return
    for title in titles_in_force(unit, on):
        if verb == "reverify" and not DESIGNATION.steps[verb].leaves(title):
            continue
        papers = {"on": on, "note": REASON[kind], "actor": actor, "at": at}
        move_designation(verb, title, document_no=document_no, **papers)
        if verb == "withdraw":
            note_dissolved(title, **papers)


def titles_in_force(unit, on):
    """The unit's titles that hold on that day, ready to be moved."""
    held = Designation.objects.filter(unit=unit).in_force(on)
    return list(held.select_related("unit__region", "unit__category", "kind", "batch"))


def hold(*units):
    """Keep these units from changing until the act is through, and read them afresh."""
    rows = Unit.objects.select_for_update(of=("self",)).select_related("region", "category")
    held = {each.pk: each for each in rows.filter(pk__in=[u.pk for u in units]).order_by("pk")}
    return [held[each.pk] for each in units]
