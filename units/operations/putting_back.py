"""Rows of one kind put back as they were before a change, a few hundred at a time."""

from collections import defaultdict

from django.utils import timezone

from units.models import Unit, UnitEvent, UnitName, UnitSpell


def put_back(entries, rows, changeset, *, actor, at):
    """Delete the rows these entries made, or give the rows their former values."""
    mine = [rows[entry.target_id] for entry in entries]
    model = type(mine[0])
    if not entries[0].before:
        model._base_manager.filter(pk__in=[row.pk for row in mine]).delete()
        return
    fields = {name for entry, row in zip(entries, mine, strict=True) for name in give(row, entry)}
    if model is Unit:
        fields |= derive(mine)
    model._base_manager.bulk_update(mine, sorted(fields))
    if model is Unit:
        follow(entries, mine, changeset, actor, at)


def give(row, entry):
    """Set the former values on a row; returns the names of the fields touched."""
    for name, value in entry.before.items():
        field = field_of(row, name)
        setattr(
            row,
            field.attname,
            field.target_field.to_python(value) if field.is_relation else field.to_python(value),
        )
    touched = {field_of(row, name).name for name in entry.before}
    if hasattr(row, "version"):
        row.version += 1
        touched.add("version")
    return touched


def field_of(row, name):
    """The field called `name`, or stored in the column `name` such as category_id."""
    found = [each for each in row._meta.concrete_fields if name in (each.name, each.attname)]
    return found[0]


def derive(units):
    """Bring the columns that only help finding up to date; returns their names."""
    names = defaultdict(list)
    for unit_id, name in UnitName.objects.filter(unit__in=units).values_list("unit", "name"):
        names[unit_id].append(name)
    for unit in units:
        unit.derive(names[unit.pk])
    return {"name_key", "search_text"}


def follow(entries, units, changeset, actor, at):
    """A unit's present spell and its history follow."""
    spells = list(UnitSpell.objects.filter(unit__in=units, ends_on=None))
    by_id = {unit.pk: unit for unit in units}
    for spell in spells:
        for name in UnitSpell.COPIED:
            attname = UnitSpell._meta.get_field(name).attname
            setattr(spell, attname, getattr(by_id[spell.unit_id], attname))
    UnitSpell.objects.bulk_update(spells, UnitSpell.COPIED)
    pairs = zip(entries, units, strict=True)
    UnitEvent.objects.bulk_create(event(*pair, changeset, actor, at) for pair in pairs)


def event(entry, unit, changeset, actor, at):
    """The line in a unit's history that says a change was taken back."""
    return UnitEvent(
        unit=unit,
        kind=UnitEvent.Kind.CORRECT,
        happened_on=timezone.localdate(at),
        note=f"撤回：{changeset}"[:300],
        before=named(unit, entry.after),
        after=named(unit, entry.before),
        recorded_at=at,
        recorded_by=actor,
    )


def named(unit, values):
    """Values under the names of their fields."""
    return {field_of(unit, name).name: value for name, value in values.items()}
