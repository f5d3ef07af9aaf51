"""Many units changed at once, kept so that it can be undone."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.audit import record
from portal.errors import Refused
from portal.models import User
from units.models import Category, ChangeEntry, ChangeSet, Unit, UnitEvent, UnitSpell

TYPE = Unit._meta.label_lower
STEP = 1000


@transaction.atomic
def change_category(ids, category, *, expected, actor, at, note=""):
    """Give the units with these ids another category, as one change that can be undone.

    `expected` is how many the person was told; a list that has grown meanwhile is not changed.
    """
    if actor.role != User.Role.OFFICER:
        raise Refused("只有审核人员可以批量改类别，没有修改任何单位。")
    units = _locked(ids, actor)
    _check(units, category, expected)
    moving = [unit for unit in units if unit.category_id != category.pk]
    if not moving:
        raise Refused(f"所选单位的类别都已是“{category}”，没有修改任何单位。")
    changeset = ChangeSet.objects.create(
        kind=ChangeSet.Kind.BULK_EDIT,
        summary=f"{len(moving)} 家单位的类别改为“{category}”",
        actor=actor,
        at=at,
    )
    _move(moving, category, changeset, note)
    record(
        actor=actor,
        action="unit.change_category",
        target=changeset,
        at=at,
        after={"类别": category.name, "家数": len(moving)},
        note=note,
    )
    return changeset


def _locked(ids, actor):
    """The units in sight with these ids, held until the end of the transaction."""
    asked = Unit.objects.visible_to(actor).filter(pk__in=ids).values("pk")
    units = Unit.objects.select_for_update().filter(pk__in=asked).order_by("pk")
    return list(units.only("name", "category_id", "represents_id", "version", "closed_on"))


def _check(units, category, expected):
    if len(units) != expected:
        raise Refused(
            f"您确认时是 {expected} 家，现在是 {len(units)} 家，名单已有变化；"
            "没有修改任何单位，请重新选择。"
        )
    if not category.is_active:
        raise Refused(f"类别“{category}”已停用，没有修改任何单位。")
    _refuse_some(units, lambda unit: unit.closed_on, "已注销")
    if category.scope != Category.Scope.AREA:
        _refuse_some(units, lambda unit: unit.represents_id, "代表一个地区，须为示范区类别")


def _refuse_some(units, stands_against, reason):
    held = [unit.name for unit in units if stands_against(unit)]
    if held:
        names = "、".join(held[:5]) + ("等" if len(held) > 5 else "")
        raise Refused(f"{names} {len(held)} 家{reason}，没有修改任何单位。请取消勾选后再改。")


def _move(units, category, changeset, note):
    for start in range(0, len(units), STEP):
        part = units[start : start + STEP]
        ids = [unit.pk for unit in part]
        Unit.objects.filter(pk__in=ids).update(category=category, version=F("version") + 1)
        UnitSpell.objects.filter(unit__in=ids, ends_on=None).update(category=category)
        UnitEvent.objects.bulk_create(_event(unit, category, changeset, note) for unit in part)
        ChangeEntry.objects.bulk_create(_entry(unit, category, changeset) for unit in part)


def _event(unit, category, changeset, note):
    return UnitEvent(
        unit=unit,
        kind=UnitEvent.Kind.CORRECT,
        happened_on=timezone.localdate(changeset.at),
        note=note or changeset.summary,
        before={"category": unit.category_id},
        after={"category": category.pk},
        recorded_at=changeset.at,
        recorded_by=changeset.actor,
    )


def _entry(unit, category, changeset):
    return ChangeEntry(
        changeset=changeset,
        target_type=TYPE,
        target_id=unit.pk,
        before={"category_id": unit.category_id},
        after={"category_id": category.pk},
        version_after=unit.version + 1,
    )
